import EventModel
import JSON
import Testing

@testable import Canonicalizer

@Suite struct PersonPlaceTests {
    @Test(
        "countries by code and by name",
        arguments: [
            ("us", "us"), ("US", "us"), ("UK", "gb"), ("USA", "us"), ("deu", "de"), ("United States", "us"),
            ("Deutschland", "de"), ("Österreich", "at"), ("España", "es"), ("Côte d'Ivoire", "ci"), ("Curaçao", "cw"),
            ("Türkiye", "tr"), ("São Tomé and Príncipe", "st"), ("Åland Islands", "ax"), ("U.S.A.", "us"),
            ("U.K.", "gb"), ("  The Netherlands ", "nl"), ("Holy See (Vatican City State)", "va"), ("Kosovo", "xk"),
            ("XKX", "xk"), ("Russian Federation", "ru"), ("NA", "na"),
        ])
    func countries(_ text: String, _ code: String) throws {
        let person = try readTraits(#"{"country": \#(jsonString(text))}"#)
        #expect(person.user.country == code)
        #expect(person.hash(.country) == digestHex(code))
    }

    @Test("what is no country is dropped", arguments: ["zz", "xyz", "Narnia", "u", "EU", "", "12", "日本"])
    func noCountries(_ text: String) throws {
        let person = try readTraits(#"{"country": \#(jsonString(text))}"#)
        #expect(person.user.country == nil)
        #expect(person.hash(.country) == nil)
    }

    @Test func everyCountryIsFoundByAllItsNames() {
        #expect(CountryTable.isCountry.count(where: { $0 }) == 250)
        #expect(CountryTable.byName.count > 500)
        for (name, code) in CountryTable.byName where name.utf8.count == 3 {
            #expect(code.asCountry == code, "\(name)")
        }
    }

    @Test func foldingKeepsTheLettersOfAnyLatinAlphabet() throws {
        let parsed = try PersonJSON(jsonString("Łódź, Ærøskøbing — STRASSE ß, Nguyễn, Ĳ Ŧ 日本 Ǆ!"))
        var folded = ByteBuffer()
        TextFold.append(try #require(parsed.value.text), to: &folded)
        #expect(folded.string == "odzaeroskobingstrassessnguyen")
    }

    @Test(
        "states",
        arguments: [
            ("California", "us", "ca"), ("california", nil, "ca"), ("CA", "us", "ca"), ("N.C.", nil, "nc"),
            (" North  Carolina. ", nil, "nc"), ("Washington D.C.", "us", "dc"), ("Puerto Rico", "us", "pr"),
            ("Ontario", "ca", "on"), ("Québec", "ca", "qc"), ("Québec", nil, "qc"), ("Quebec", "us", "quebec"),
            ("California", "ca", "california"), ("Newfoundland", "ca", "nl"), ("US-CA", nil, "ca"),
            ("US-CA", "us", "ca"), ("CA-ON", "ca", "on"), ("DE-BY", "de", "by"), ("AU-NSW", nil, "nsw"),
            ("Bayern", "de", "bayern"), ("NSW", "au", "nsw"), ("Île-de-France", "fr", "îledefrance"),
            ("Bayern", nil, "bayern"), ("東京都", "jp", "東京都"), ("US-CA", "de", "usca"),
        ] as [(String, String?, String)])
    func states(_ text: String, _ country: String?, _ expected: String) throws {
        let country = country.map { #", "country": "\#($0)""# } ?? ""
        let person = try readTraits(#"{"address": {"state": \#(jsonString(text))\#(country)}}"#)
        #expect(person.user.state == expected)
        #expect(person.hash(.state) == digestHex(expected))
    }

    @Test(
        "postal codes",
        arguments: [
            (#""94107-1234""#, nil, "94107"), (#""94107-1234""#, "us", "94107"), (#""941071234""#, "us", "94107"),
            (#""94107""#, "us", "94107"), ("2101", "us", "02101"), (#""2101""#, "us", "02101"), ("501", "us", "00501"),
            ("2101", "au", "2101"), ("94107", nil, "94107"), (#""SW1A 1AA""#, "gb", "sw1a1aa"),
            (#""1012-AB""#, "nl", "1012ab"), (#""00-950""#, "pl", "00950"), (#""K1A 0B1""#, "us", "k1a0b1"),
            (#""1""#, "de", nil), (#""-""#, "de", nil), ("94107.5", "us", nil), ("true", "us", nil),
            (#""123456789012345678901234567890123""#, "de", nil),
        ] as [(String, String?, String?)])
    func postalCodes(_ value: String, _ country: String?, _ expected: String?) throws {
        let country = country.map { #", "country": "\#($0)""# } ?? ""
        let person = try readTraits(#"{"address": {"postalCode": \#(value)\#(country)}}"#)
        #expect(person.user.postalCode == expected)
        #expect(person.hash(.postalCode) == expected.map(digestHex))
    }

    @Test(
        "cities",
        arguments: [
            ("San Francisco", "sanfrancisco", "san francisco"), ("Winston-Salem", "winstonsalem", "winston-salem"),
            ("Coeur d’Alene", "coeurdalene", "coeur d’alene"), ("São  Paulo", "sãopaulo", "são paulo"),
            ("MÜNCHEN", "münchen", "münchen"), ("서울", "서울", "서울"), ("St. Gallen (SG)", "stgallensg", "st. gallen (sg)"),
        ])
    func cities(_ text: String, _ normalized: String, _ plain: String) throws {
        let person = try readTraits(#"{"address": {"city": \#(jsonString(text))}}"#)
        #expect(person.hash(.city) == digestHex(normalized))
        #expect(person.user.city == plain)
    }

    @Test("a city begins with a letter", arguments: [#""90210""#, #""--""#, "90210", #""n/a""#])
    func noCities(_ value: String) throws {
        let person = try readTraits(#"{"address": {"city": \#(value)}}"#)
        #expect(person.hash(.city) == nil)
        #expect(person.user.city == nil)
    }

    @Test(
        "addresses in every shape",
        arguments: [
            #"{"address": {"city": "Oslo", "country": "no"}}"#,
            #"{"address": [{"city": "Oslo", "country": "no"}, {"city": "Bergen"}]}"#,
            #"{"address": [{"city": "Bergen"}, {"city": "Oslo", "country": "no", "defaultAddress": true}]}"#,
            #"{"city": "Oslo", "country": "no"}"#,
            #"{"City": "Oslo", "country_code": "NO"}"#,
            #"{"city": "Bergen", "country": "se", "address": {"city": "Oslo", "country": "no"}}"#,
        ])
    func shapes(_ traits: String) throws {
        let person = try readTraits(traits)
        #expect(person.hash(.city) == digestHex("oslo"))
        #expect(person.user.country == "no")
    }

    @Test("what is no address is passed over", arguments: [#""1 Main St""#, "[]", "[1]", "null", "7", "{}"])
    func noAddresses(_ value: String) throws {
        #expect(try readTraits(#"{"address": \#(value)}"#).user.hashes.isEmpty)
    }
}

@Suite struct PersonBirthDateTests {
    @Test(
        "dates",
        arguments: [
            (#""1990-04-07""#, "19900407"), (#""1990-04-07T23:59:59-11:00""#, "19900407"),
            (#""1990-04-07 10:00""#, "19900407"), (#""19900407""#, "19900407"), (#""1990/04/07""#, "19900407"),
            (#""1990-4-7""#, "19900407"), (#""04/07/1990""#, "19900407"), (#""4/7/1990""#, "19900407"),
            (#""07.04.1990""#, "19900407"), (#""17/04/1990""#, "19900417"), (#""04/17/1990""#, "19900417"),
            (#""Sat Apr 07 1990 17:46:45 GMT+0000 (UTC)""#, "19900407"), ("639446400", "19900407"),
            ("639446400000", "19900407"), ("-315619200000", "19600101"), ("19900407", "19900407"),
            (#"" 2000-02-29 ""#, "20000229"),
        ])
    func dates(_ value: String, _ expected: String) throws {
        #expect(try readTraits(#"{"birthday": \#(value)}"#).hash(.birthDate) == digestHex(expected))
    }

    @Test(
        "what is no date of a living person is dropped",
        arguments: [
            #""90-04-07""#, #""04/07/90""#, #""1990-13-01""#, #""1990-02-30""#, #""1899-12-31""#, #""2026-09-15""#,
            #""2999-01-01""#, #""0000-00-00""#, #""04/07""#, #""yesterday""#, #""""#, "true", "1e9", "9e18",
            "9223372036854775807", "-9223372036854775808", #""1990-04""#, #""1990-04-07x""#, #""123456789""#,
            #""32.01.1990""#, #""1990.04.07""#, #""1999-02-29""#, "null", #""Sat Apr""#, #""Sat Foo 07 1990 x""#,
        ])
    func noDates(_ value: String) throws {
        #expect(try readTraits(#"{"birthday": \#(value)}"#).hash(.birthDate) == nil)
    }

    @Test func aBirthdayTodayIsNotInTheFuture() throws {
        #expect(try readTraits(#"{"dob": "2026-09-14"}"#).hash(.birthDate) == digestHex("20260914"))
    }

    @Test(
        "genders",
        arguments: [
            ("m", "m"), ("Male", "m"), (" MAN ", "m"), ("boy", "m"), ("mr", "m"), ("he", "m"), ("him", "m"),
            ("f", "f"), ("Female", "f"), ("woman", "f"), ("girl", "f"), ("ms", "f"), ("mrs", "f"), ("miss", "f"),
            ("she", "f"), ("her", "f"), ("n", "n"), ("nonbinary", "n"), ("Non-Binary", "n"), ("nb", "n"), ("x", "n"),
            ("diverse", "n"), ("unknown", nil), ("", nil), ("attack helicopter", nil),
        ])
    func genders(_ text: String, _ expected: String?) throws {
        let person = try readTraits(#"{"gender": \#(jsonString(text))}"#)
        #expect(person.hash(.genderPinterest) == expected.map(digestHex))
        #expect(person.hash(.gender) == (expected == "n" ? nil : expected.map(digestHex)))
    }
}
