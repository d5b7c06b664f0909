import EventModel
import Testing

@testable import Canonicalizer

@Suite struct PersonContextTests {
    @Test(
        "public addresses",
        arguments: [
            ("203.0.113.24", "203.0.113.24"), (" 8.8.8.8 ", "8.8.8.8"), ("10.0.0.1, 203.0.113.24", "203.0.113.24"),
            ("unknown, 203.0.113.24,8.8.8.8", "203.0.113.24"), ("2001:db8::1", "2001:db8::1"),
            ("2606:4700:4700:0:0:0:0:1111", "2606:4700:4700:0:0:0:0:1111"), ("::ffff:203.0.113.24", "203.0.113.24"),
            ("::ffff:cb00:7118", "203.0.113.24"), ("64:ff9b::203.0.113.24", "64:ff9b::203.0.113.24"),
            ("172.15.0.1", "172.15.0.1"), ("172.32.0.1", "172.32.0.1"), ("100.63.0.1", "100.63.0.1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7::"), ("2A00:1450::", "2A00:1450::"),
        ])
    func publicAddresses(_ text: String, _ expected: String) throws {
        let person = try readPerson(#"{"context": {"ip": "\#(text)"}}"#)
        #expect(person.user.clientIP == expected)
        #expect(person.notes.isEmpty)
    }

    @Test(
        "addresses that no visitor has",
        arguments: [
            "10.1.2.3", "127.0.0.1", "169.254.1.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1",
            "100.127.255.255", "0.0.0.0", "192.0.0.1", "198.18.0.1", "198.19.255.255", "224.0.0.1", "255.255.255.255",
            "::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fdff::1", "ff02::1", "::ffff:10.0.0.1",
            "fe80::1%eth0", "2001:db8::1%eth0", "203.0.113", "203.0.113.256", "203.0.113.024", "1.2.3.4.5", "a.b.c.d",
            "203.0.113.24:443", "[2001:db8::1]", "1:2:3:4:5:6:7:8:9", "1:2:3", "1::2::3", ":1:2:3:4:5:6:7",
            "12345::", "::ffff:1.2.3", "1:2:3:4:5:6:7:8::", "localhost", ",", "1.2.3.", ".1.2.3", ":", ":::", "1:",
        ])
    func specialAddresses(_ text: String) throws {
        let person = try readPerson(#"{"context": {"ip": "\#(text)"}}"#)
        #expect(person.user.clientIP == nil)
        #expect(person.notes == [.ipInvalid])
    }

    @Test func theNextPlaceIsAskedInOrder() throws {
        let transport = personTransport { $0.clientIP = "203.0.113.9" }
        let all = #"{"context": {"ip": "203.0.113.1"}, "request_ip": "203.0.113.2"}"#
        #expect(try readPerson(all, transport: transport).user.clientIP == "203.0.113.1")
        let second = #"{"context": {"ip": "10.0.0.1"}, "request_ip": "203.0.113.2"}"#
        #expect(try readPerson(second, transport: transport).user.clientIP == "203.0.113.2")
        #expect(try readPerson("{}", transport: transport).user.clientIP == "203.0.113.9")
        #expect(try readPerson(#"{"context": {"ip": ""}}"#).notes.isEmpty)
        #expect(try readPerson(#"{"context": {"ip": 7}}"#).notes == [.ipInvalid])
        #expect(try readPerson(#"{"context": {"ip": null}}"#).notes.isEmpty)
    }

    @Test func theBrowserIsKnownFromContextOrTransport() throws {
        let transport = personTransport { $0.userAgent = "Transport" }
        let browser = try readPerson(
            #"{"context": {"userAgent": " Browser ", "locale": "en-US"}}"#, transport: transport)
        #expect(browser.user.userAgent == "Browser")
        #expect(browser.user.locale == "en-US")
        #expect(try readPerson(#"{"context": {"user_agent": "Old"}}"#).user.userAgent == "Old")
        #expect(try readPerson("{}", transport: transport).user.userAgent == "Transport")
        #expect(try readPerson(#"{"context": {"userAgent": "null", "locale": 7}}"#).user.userAgent == nil)
    }

    @Test(
        "advertising ids go where tracking is refused",
        arguments: [
            ("", true), (#", "adTrackingEnabled": true"#, true), (#", "adTrackingEnabled": false"#, false),
            (#", "adTrackingEnabled": "false""#, false), (#", "attTrackingStatus": 0"#, true),
            (#", "attTrackingStatus": 1"#, false), (#", "attTrackingStatus": 2"#, false),
            (#", "attTrackingStatus": 3"#, true), (#", "attTrackingStatus": "denied""#, false),
        ])
    func advertisingID(_ members: String, _ isKept: Bool) throws {
        let id = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"
        let person = try readPerson(#"{"context": {"device": {"id": "d-1", "advertisingId": "\#(id)"\#(members)}}}"#)
        #expect(person.user.advertisingID == (isKept ? id.lowercased() : nil))
        #expect(person.user.deviceID == "d-1")
    }

    @Test("an id of zeros is none", arguments: ["00000000-0000-0000-0000-000000000000", "0000", "", "null"])
    func blankDevices(_ id: String) throws {
        let person = try readPerson(#"{"context": {"device": {"id": "\#(id)", "advertisingId": "\#(id)"}}}"#)
        #expect(person.user.advertisingID == nil)
        #expect(person.user.deviceID == nil)
    }

    @Test func typedIdsAreKeptAndPersonalOnesHashed() throws {
        let person = try readPerson(
            #"""
            {"context": {"externalId": [
              {"id": "c-1", "type": "customer"}, {"id": 7, "type": "crm"}, {"id": "c-1", "type": "customer"},
              {"id": "Jane@Example.com", "type": "customerioEmail"}, {"id": "+1 415 555 0134", "type": "phone"},
              {"id": "undefined", "type": "x"}, {"id": {}, "type": "y"}, {"type": "z"}, {"id": "w"}, 7]}}
            """#)
        #expect(
            person.user.otherExternalIDs == [
                .init(type: "customer", value: "c-1"), .init(type: "crm", value: "7"),
                .init(type: "customerioEmail", value: digestHex("jane@example.com")),
                .init(type: "phone", value: digestHex("14155550134")),
            ])
        #expect(person.notes == [.personalDataHashed, .junkIdentifier])
    }

    @Test func typedIdsHaveALimit() throws {
        let list = (0..<100).map { #"{"id": "\#($0)", "type": "t"}"# }.joined(separator: ",")
        let person = try readPerson(#"{"context": {"externalIds": [\#(list)]}}"#)
        #expect(person.user.otherExternalIDs.count == PersonReader.externalIDLimit)
    }
}
