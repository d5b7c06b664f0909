import EventModel
import JSON
import Testing
import TestSupport

@testable import Outbound

@Suite struct PlatformFieldsTests {
    @Test func `each key is found in each part that has it, and in no other`() throws {
        let members = PlatformKey.allCases.map { #""\#($0.rawValue)": "\#($0.rawValue) of it""# }
            .joined(separator: ", ")
        let document = JSONDocument()
        for (part, name) in [
            (PlatformFields.Part.person, "user_data"), (.context, "context"), (.order, "custom_data"),
            (.properties, "properties"),
        ] {
            let event = try document.parse(#"{"event_name": "purchase", "unknown": 1, "\#(name)": {\#(members)}}"#)
            let fields = PlatformFields()
            fields.read(event)
            for key in PlatformKey.allCases {
                #expect(fields[part, key]?.string == "\(key.rawValue) of it")
                for other in PlatformFields.Part.allCases where other != part && other != .event {
                    #expect(fields[other, key] == nil)
                }
            }
            #expect(fields[.event, .eventName]?.string == "purchase")
        }
    }

    @Test func `the members of the event before are forgotten, and of a repeated name the last one counts`() throws {
        let document = JSONDocument()
        let fields = PlatformFields()
        fields.read(try document.parse(#"{"user_data": {"city": "berlin"}, "message_id": "m-1"}"#))
        #expect(fields[.person, .city]?.string == "berlin")
        fields.read(try document.parse(#"{"event_id": "e-1", "event_id": "e-2", "user_data": []}"#))
        #expect(fields[.person, .city] == nil)
        #expect(fields[.event, .messageID] == nil)
        #expect(fields[.event, .eventID]?.string == "e-2")
    }

    @Test func `every hash and click id has the name under which it is kept`() {
        for field in HashedField.allCases { #expect(field.key.rawValue == field.rawValue) }
        for kind in ClickIDKind.allCases { #expect(kind.key.rawValue == kind.rawValue) }
    }

    @Test(arguments: [
        "0", "-0", "1", "129.99", "-0.5", "0.000001", "999999999999.999999", "9999999999999", "1e3", "1.", ".5", "-",
        "1.2345678", "12345678901234567890", "+1", "1 ", "", "--1", "1.2.3", "9999999999999999999", "007",
        "100000000000.1234567",
    ])
    func `the quick way to read an amount knows no other number than the exact one`(text: String) {
        let quick = Array(text.utf8).withUnsafeBufferPointer { Amount(plain: $0) }
        if let quick { #expect(quick == Amount(text)) }
    }

    @Test func `plain amounts are read the quick way`() {
        for text in ["0", "129.99", "-0.5", "999999999999.99999"] {
            #expect(Array(text.utf8).withUnsafeBufferPointer { Amount(plain: $0) } != nil)
        }
    }

    @Test(arguments: [
        ("1.005", 2, "1.01"), ("-1.005", 2, "-1.01"), ("1.004999", 2, "1"), ("99.5", 0, "100"), ("-0.4", 0, "0"),
        ("1.2345", 3, "1.235"), ("999999999999999.999999", 2, "1000000000000000"), ("0.123456", 6, "0.123456"),
    ])
    func `amounts are rounded half away from zero`(text: String, digits: Int, expected: String) throws {
        #expect(try #require(Amount(text)).rounded(toDigits: digits).description == expected)
    }

    @Test(arguments: [
        ("1", "1.00"), ("99.9", "99.90"), ("129.99", "129.99"), ("0.005", "0.01"), ("-3.5", "-3.50"), ("0", "0.00"),
    ])
    func `amounts with a fixed number of decimals are padded`(text: String, expected: String) throws {
        let written = try #require(Amount(text)).withText(digits: 2) { String(decoding: $0, as: UTF8.self) }
        #expect(written == expected)
    }

    @Test(arguments: [
        ("EUR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("XPF", 0), ("BIF", 0), ("KWD", 3), ("TND", 3), ("", 2),
        ("JP", 2), ("jpy", 2),
    ])
    func `currencies have their decimals`(currency: String, digits: Int) {
        #expect(PlatformMoney.digitCount(of: currency) == digits)
    }

    @Test(arguments: [
        ("iOS", PlatformEvent.OperatingSystem.ios), ("iPadOS", .ios), ("iPhone OS", .ios), ("ANDROID", .android),
        ("Windows", .other), ("", nil),
    ])
    func `operating systems are known in whichever case`(name: String, system: PlatformEvent.OperatingSystem?) throws {
        let document = JSONDocument()
        let value = try document.parse(#""\#(name)""#)
        #expect(PlatformEvent.OperatingSystem(value) == system)
    }
}
