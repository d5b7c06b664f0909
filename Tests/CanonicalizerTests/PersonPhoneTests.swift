import EventModel
import JSON
import Testing

@testable import Canonicalizer

@Suite struct PersonPhoneTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var input: String
        var country: String?
        var digits: String?
        var note: Note?

        init(_ input: String, _ country: String?, _ digits: String?, note: Note? = nil) {
            self.input = input
            self.country = country
            self.digits = digits
            self.note = note
        }

        var testDescription: String { "\(input) from \(country ?? "nowhere")" }
    }

    @Test(
        "the table of the reference",
        arguments: [
            Case("+1 (415) 555-0134", nil, "14155550134"),
            Case("415.555.0134", "us", "14155550134"),
            Case("1-312-555-0187", "us", "13125550187"),
            Case("1-(312) 555 -  0187 Ext 77", "us", "13125550187"),
            Case("0044 20 7946 0958", nil, "442079460958"),
            Case("+44 (0)20 7946 0958", nil, "442079460958"),
            Case("020 7946 0958", "gb", "442079460958"),
            Case("+001 (312) 555-01 87", nil, "13125550187"),
            Case("8 (912) 345-67-89", "ru", "79123456789"),
            Case("06 12 34 56 78", "fr", "33612345678"),
            Case("5550134", nil, nil, note: .phoneNoCountryCode),
            Case("12", "us", nil, note: .phoneInvalid),
        ])
    func reference(_ c: Case) throws { try check(c) }

    @Test(
        "beyond the table",
        arguments: [
            Case("tel:+1-415-555-0134", nil, "14155550134"),
            Case("\u{A0}+49 151 12345678\u{2009}", nil, "4915112345678"),
            Case("+49 (0) 151 12345678", nil, "4915112345678"),
            Case("011 44 20 7946 0958", "us", "442079460958"),
            Case("011 44 20 7946 0958", "gb", nil, note: .phoneInvalid),
            Case("06 1 234 5678", "hu", "3612345678"),
            Case("06 6982 1234", "it", "390669821234"),
            Case("9123456789", "in", "919123456789"),
            Case("919123456789", "in", "919123456789"),
            Case("33612345678", nil, "33612345678"),
            Case("03361234567", nil, nil, note: .phoneNoCountryCode),
            Case("+1234567890123456", nil, nil, note: .phoneInvalid),
            Case("1234567890123456", nil, nil, note: .phoneInvalid),
            Case("+123456789012345", nil, "123456789012345"),
            Case("+1234567", nil, nil, note: .phoneInvalid),
            Case("+0", nil, nil, note: .phoneInvalid),
            Case("+41 44 668 18 00 poste 12", nil, "41446681800"),
            Case("+41 44 668 18 00 int. 12", nil, "41446681800"),
            Case("+41 44 668 18 00#12", nil, "41446681800"),
            Case("+54 11 4321-0000 anexo 99", nil, "541143210000"),
            Case("no number", "us", nil, note: .phoneInvalid),
            Case("+", nil, nil, note: .phoneInvalid),
            Case("1 800 FLOWERS", nil, nil, note: .phoneNoCountryCode),
            Case("null", "us", nil, note: .junkIdentifier),
            Case("{{ phone }}", "us", nil, note: .junkIdentifier),
        ])
    func more(_ c: Case) throws { try check(c) }

    private func check(_ c: Case) throws {
        let source = personSource { $0.defaultCountry = c.country }
        let person = try readTraits(#"{"phone": \#(jsonString(c.input))}"#, source: source)
        #expect(person.hash(.phone) == c.digits.map(digestHex))
        #expect(person.hash(.phonePlus) == c.digits.map { digestHex("+" + $0) })
        #expect(person.notes == (c.note.map { [$0] } ?? []))
    }

    @Test func theAddressKnowsTheCountryBetterThanTheSource() throws {
        let source = personSource { $0.defaultCountry = "us" }
        let person = try readTraits(
            #"{"phone": "020 7946 0958", "address": {"country": "United Kingdom"}}"#, source: source)
        #expect(person.hash(.phone) == digestHex("442079460958"))
    }

    @Test func numbersAreTakenWithTheirDigits() throws {
        #expect(try readTraits(#"{"phone": 14155550134}"#).hash(.phone) == digestHex("14155550134"))
        #expect(try readTraits(#"{"phone": 1.4155550134e10}"#).notes == [.phoneInvalid])
    }

    @Test func aHashServesWithAndWithoutPlusSign() throws {
        let hash = String(repeating: "AB", count: 32)
        let person = try readTraits(#"{"phone": "\#(hash)"}"#)
        #expect(person.hash(.phone) == hash.lowercased())
        #expect(person.hash(.phonePlus) == hash.lowercased())
    }

    @Test(
        "every country's rule adds its code once",
        arguments: [
            ("de", "49", "0151123456"), ("by", "375", "8291234567"), ("sg", "65", "81234567"),
            ("mh", "692", "12345678"),
            ("xk", "383", "044123456"), ("us", "1", "14155550134"),
        ])
    func nationalNumbers(_ country: String, _ code: String, _ national: String) throws {
        let source = personSource { $0.defaultCountry = country }
        let rule = try #require(CallingCode.of(CountryCode(known: country)))
        #expect(String(decoding: rule.code, as: UTF8.self) == code)
        let trunk = String(decoding: rule.trunk, as: UTF8.self)
        let rest = national.hasPrefix(trunk) ? String(national.dropFirst(trunk.count)) : national
        let person = try readTraits(#"{"phone": "\#(national)"}"#, source: source)
        #expect(person.hash(.phone) == digestHex(code + rest))
    }

    @Test func allCallingCodesAreThere() {
        let all = (0..<CountryCode.indexCount).compactMap { index -> String? in
            let letters = String(decoding: [UInt8(97 + index / 26), UInt8(97 + index % 26)], as: UTF8.self)
            return CallingCode.of(CountryCode(known: letters)) == nil ? nil : letters
        }
        #expect(all.count == 245)
    }
}
