import Crypto
import EventModel
import JSON
import Testing

@testable import Canonicalizer

/// The item rows of reference inbound, section 9, that concern one envelope.
@Suite struct MalformedEnvelopeTests {
    private let harness = CanonicalizerHarness()

    @Test("row 39: a lone surrogate is noted in free text and refused in ids and event names")
    func row39() throws {
        let event = try harness.track("Order Completed", #"{"order_id":"o","comment":"x\ud800"}"#)
        #expect(event.notes.contains(.loneSurrogate))
        for text in [
            #"{"type":"track","messageId":"m","userId":"u\ud800","event":"E"}"#,
            #"{"type":"track","messageId":"m\udc00","userId":"u","event":"E"}"#,
            #"{"type":"track","messageId":"m","userId":"u","event":"E\ud800"}"#,
            #"{"type":"track","messageId":"m","anonymousId":"\ud800","event":"E"}"#,
            #"""
            {"type":"track","messageId":"m","userId":"u","event":"Order Completed",
            "properties":{"order_id":"\ud800"}}
            """#,
        ] {
            #expect(try harness.rejection(text)?.code == .loneSurrogate, "\(text)")
        }
        let other = try harness.track("Order Completed", #"{"order_id":"o","revenue":1,"currency":"USD"}"#)
        #expect(other.notes.isEmpty)
    }

    @Test("row 40: control characters are stripped from names and ids")
    func row40() throws {
        let event = try harness.event(
            #"""
            {"type":"track","messageId":"m\u00001","userId":"u\u00071","event":"Order\u0000 Completed",
            "properties":{"order_id":"o\u00001"}}
            """#
        )
        #expect(event.messageID == "m1")
        #expect(event.userData.externalID == "u1")
        #expect(event.eventID == "o1")
        #expect(event.name.text == "purchase")
        #expect(event.sourceEvent == "Order Completed")
        #expect(event.notes.contains(.controlCharacters))
        let empty = try harness.event(
            #"{"type":"track","messageId":"m","userId":"\u0000\u0001","anonymousId":"a","event":"E"}"#)
        #expect(empty.userData.externalID == nil)
    }

    @Test(
        "row 44: a repeated key that decides something is refused",
        arguments: [
            #"{"type":"track","type":"page","messageId":"m","userId":"u","event":"E"}"#,
            #"{"type":"track","messageId":"m","userId":"u","event":"E","x":1,"x":1}"#,
            #"{"type":"track","messageId":"m","userId":"u","event":"E","properties":{"revenue":1,"revenue":2}}"#,
            #"""
            {"type":"track","messageId":"m","userId":"u","event":"E","properties":{"products":[{"price":1,
            "price":2}]}}
            """#,
            #"""
            {"type":"track","messageId":"m","userId":"u","event":"E","context":{"traits":{"email":"a@b.co",
            "email":"c@d.co"}}}
            """#,
            #"""
            {"type":"track","messageId":"m","userId":"u","event":"E",
            "context":{"consent":{"categoryPreferences":{"ads":true,"ads":false}}}}
            """#,
            #"{"type":"track","messageId":"m","userId":"u","event":"E","context":{"consentManagement":{"z":1,"z":2}}}"#,
        ])
    func row44Refused(_ text: String) throws {
        #expect(try harness.rejection(text)?.code == .duplicateKey)
    }

    @Test("row 44: elsewhere the last of a repeated key wins, with a note")
    func row44Noted() throws {
        let event = try harness.track("E", #"{"color":"red","color":"blue"}"#)
        #expect(event.notes.notes == [.duplicateKey])
    }

    @Test("row 44: a repeated key in another item of the text does not matter")
    func row44OtherItem() throws {
        let array = try harness.document.parse(#"[\#(CanonicalizerHarness.trackText("E")),{"a":1,"a":2}]"#)
        let item = try #require(Array(array.elements).first)
        let event = try harness.canonicalizer.canonicalize(Envelope(body: item), harness.transport).get()
        #expect(event.notes.isEmpty)
    }

    @Test("row 46: more than 10 000 keys are refused")
    func row46() throws {
        let keys = { (count: Int) in "{" + (0..<count).map { #""k\#($0)":0"# }.joined(separator: ",") + "}" }
        #expect(try harness.rejection(CanonicalizerHarness.trackText("E", keys(10_000)))?.code == .tooManyProperties)
        #expect(try harness.rejection(CanonicalizerHarness.trackText("E", keys(9_990))) == nil)
    }

    @Test("row 47: an event beyond 1 MiB is refused, one beyond 32 KiB noted")
    func row47() throws {
        let text = { (count: Int) in #"{"x":"\#(String(repeating: "a", count: count))"}"# }
        #expect(try harness.rejection(CanonicalizerHarness.trackText("E", text(1 << 20)))?.code == .eventTooLarge)
        #expect(try harness.track("E", text(33 << 10)).notes.notes == [.eventLarge])
        #expect(try harness.track("E", text(30 << 10)).notes.isEmpty)
    }

    @Test("row 49: NaN reads as null where the reader accepts it, with a note")
    func row49() throws {
        var harness = CanonicalizerHarness(kind: .native)
        harness.limits.acceptsNonFinite = true
        let event = try harness.track("Order Completed", #"{"order_id":"o","revenue":NaN,"total":5,"currency":"USD"}"#)
        #expect(event.notes.notes == [.nonFiniteNumber])
        #expect(event.customData.value == Amount(5))
    }

    @Test("rows 52 to 54: numeric ids keep their digits")
    func rows52To54() throws {
        let id = { (id: String) in #"{"type":"track","messageId":"m","event":"E","userId":\#(id)}"# }
        let big = try harness.event(id("12345678901234567890123"))
        #expect(big.userData.externalID == "12345678901234567890123")
        #expect(big.notes.notes == [.numericID])
        let small = try harness.event(id("12345"))
        #expect(small.userData.externalID == "12345")
        #expect(small.identifiers(.userID) == ["12345"])
        let lossy = try harness.event(id("1.2345678901234567e+19"))
        #expect(lossy.userData.externalID == "1.2345678901234567e+19")
        #expect(lossy.notes.notes == [.numericIDLossy])
        #expect(lossy.identifiers.isEmpty)
    }

    @Test("row 55: a user id of another type is refused", arguments: ["true", "false", "{}", "[]", #"["u"]"#])
    func row55(_ value: String) throws {
        let rejection = try harness.rejection(#"{"type":"track","messageId":"m","event":"E","userId":\#(value)}"#)
        #expect(rejection?.code == .userIDInvalid)
        #expect(rejection?.field == "userId")
    }

    @Test(
        "row 56: a missing message id is made of the item's bytes",
        arguments: ["", #""messageId":null,"#, #""messageId":"  ","#, #""messageId":{},"#, #""messageId":[],"#])
    func row56(_ member: String) throws {
        let text = #"{\#(member)"type":"track","userId":"u","event":"E"}"#
        let event = try harness.event(text)
        #expect(event.messageID == "gen-" + sha256("shop\u{0}" + text))
        #expect(event.isMessageIDGenerated)
        #expect(event.notes.contains(.messageIDGenerated))
        #expect(try harness.event(text).messageID == event.messageID)
    }

    @Test("row 57: a numeric message id is text")
    func row57() throws {
        let event = try harness.event(#"{"type":"track","messageId":123456789012345678901,"userId":"u","event":"E"}"#)
        #expect(event.messageID == "123456789012345678901")
        #expect(event.notes.notes == [.messageIDNumeric])
        #expect(!event.isMessageIDGenerated)
    }

    @Test("row 58: a message id beyond 256 bytes is refused")
    func row58() throws {
        let text = { (count: Int) in
            #"{"type":"track","messageId":"\#(String(repeating: "m", count: count))","userId":"u","event":"E"}"#
        }
        #expect(try harness.rejection(text(256)) == nil)
        #expect(try harness.rejection(text(257))?.code == .messageIDTooLong)
    }

    @Test("row 61: somebody must be named, by id, e-mail or phone")
    func row61() throws {
        #expect(try harness.rejection(#"{"type":"track","messageId":"m","event":"E"}"#)?.code == .noIdentity)
        let email = #"{"type":"track","messageId":"m","event":"E","context":{"traits":{"email":"jane@example.com"}}}"#
        #expect(try harness.rejection(email) == nil)
        let phone = #"{"type":"track","messageId":"m","event":"E","properties":{"phone":"+442079460018"}}"#
        #expect(try harness.rejection(phone) == nil)
        #expect(try harness.rejection(#"{"type":"alias","messageId":"m","previousId":"a"}"#) == nil)
        #expect(try harness.rejection(#"{"type":"delete","messageId":"m"}"#)?.code == .noIdentity)
        #expect(
            try harness.rejection(#"{"type":"track","messageId":"m","event":"E","previousId":"a"}"#)?.code
                == .noIdentity)
    }

    @Test(
        "row 62: junk ids count as absent",
        arguments: [
            "null", "NULL", "undefined", "nil", "None", "NaN", "n/a", "NA", "unknown", "Anonymous", "guest", "<nil>",
            "<no value>", "[object Object]", "{{ .userId }}", "false", "TRUE", "0", "-1", " ", "",
            "00000000-0000-0000-0000-000000000000", " undefined ",
        ])
    func row62(_ junk: String) throws {
        let text = #"{"type":"track","messageId":"m","event":"E","userId":"\#(junk)","anonymousId":"a-1"}"#
        let event = try harness.event(text)
        #expect(event.userData.externalID == nil)
        #expect(event.userData.anonymousID == "a-1")
        #expect(event.notes.notes == (junk.isEmpty ? [] : [.junkIdentifier]))
        #expect(
            try harness.rejection(#"{"type":"track","messageId":"m","event":"E","userId":"\#(junk)"}"#)?.code
                == .noIdentity)
    }

    @Test(
        "row 63: a track event needs a name",
        arguments: [
            "", #","event":42"#, #","event":"""#, #","event":" ""#, #","event":null"#, #","event":"<no value>""#,
            #","event":"___""#,
        ])
    func row63(_ member: String) throws {
        let rejection = try harness.rejection(#"{"type":"track","messageId":"m","userId":"u"\#(member)}"#)
        #expect(rejection?.code == .eventMissing)
    }

    @Test("row 64: an event name beyond 512 characters is refused")
    func row64() throws {
        #expect(try harness.rejection(CanonicalizerHarness.trackText(String(repeating: "é", count: 512))) == nil)
        let rejection = try harness.rejection(CanonicalizerHarness.trackText(String(repeating: "é", count: 513)))
        #expect(rejection?.code == .eventNameTooLong)
        #expect(try harness.track("\u{202E}Order Completed").name.text == "purchase")
    }

    @Test("row 65: types are case-folded, come from the route, and are ignored when unknown")
    func row65() throws {
        let typed = { (type: String) in #"{"messageId":"m","userId":"u","event":"E"\#(type)}"# }
        #expect(try harness.event(typed(#","type":" TRACK ""#)).type == .track)
        #expect(try harness.event(typed(""), route: .track).type == .track)
        #expect(try harness.event(typed(#","type":"identify""#), route: .track).type == .track)
        for type in ["", #","type":null"#, #","type":7"#, #","type":"""#] {
            #expect(try harness.rejection(typed(type))?.code == .typeMissing, "\(type)")
        }
        for type in ["purchase", "record", "audiencelist", "extract"] {
            let rejection = try #require(try harness.rejection(typed(#","type":"\#(type)""#)))
            #expect(rejection.code == .typeUnsupported)
            #expect(rejection.isIgnored)
        }
    }

    @Test(
        "row 66: shapes of properties",
        arguments: [
            ("null", nil), ("[]", nil), ("{}", nil), (#""{\"color\":\"red\"}""#, nil),
            ("5", Rejection.Code.propertiesNotObject), ("[1]", .propertiesNotObject), (#""red""#, .propertiesNotObject),
            (#""[1]""#, .propertiesNotObject), ("true", .propertiesNotObject), (#""""#, .propertiesNotObject),
        ])
    func row66(_ properties: String, _ code: Rejection.Code?) throws {
        #expect(try harness.rejection(CanonicalizerHarness.trackText("E", properties))?.code == code)
    }

    @Test("row 66: stringified properties are read like others")
    func row66Stringified() throws {
        let event = try harness.track(
            "Order Completed", #""{\"order_id\":\"o-1\",\"revenue\":5,\"currency\":\"EUR\"}""#)
        #expect(event.eventID == "o-1")
        #expect(event.customData.value == Amount(5))
        #expect(event.notes.notes == [.propertiesStringified])
        #expect(String(decoding: event.properties, as: UTF8.self).contains("o-1"))
    }

    @Test("row 67: traits and context must be objects; empty arrays count as such")
    func row67() throws {
        let with = { (member: String) in #"{"type":"identify","messageId":"m","userId":"u",\#(member)}"# }
        #expect(try harness.rejection(with(#""traits":["a"]"#))?.code == .traitsNotObject)
        #expect(try harness.rejection(with(#""traits":"a""#))?.code == .traitsNotObject)
        #expect(try harness.rejection(with(#""context":[{}]"#))?.code == .contextNotObject)
        #expect(try harness.rejection(with(#""context":{"traits":[1]}"#))?.code == .traitsNotObject)
        #expect(try harness.rejection(with(#""context":[],"traits":[],"integrations":[]"#)) == nil)
    }

    @Test("row 78: a purchase without order id is taken and noted; junk is no order id")
    func row78() throws {
        for properties in ["{}", #"{"order_id":"undefined"}"#, #"{"order_id":null}"#, #"{"order_id":" "}"#] {
            let event = try harness.track("Order Completed", properties)
            #expect(event.eventID == "m-1")
            #expect(event.businessKey == nil)
            #expect(event.notes.contains(.businessIDMissing))
        }
    }

    @Test("row 87: keys that other languages stumble over are data")
    func row87() throws {
        let event = try harness.track("E", #"{"__proto__":{"x":1},"constructor":1,"$where":"1","a.b":2}"#)
        #expect(event.notes.isEmpty)
    }

    @Test("row 88: template text in values is text")
    func row88() throws {
        let event = try harness.track("Order Completed", #"{"order_id":"{{secrets.x}}-1","coupon":"${HOME}"}"#)
        #expect(event.eventID == "{{secrets.x}}-1")
        #expect(event.customData.coupon == "${HOME}")
    }

    @Test("row 90: an unrendered template has junk ids, and with its type too it is refused")
    func row90() throws {
        let event = try harness.event(
            #"{"message_id":"{{ .messageId }}","type":"track","event":"E","user_id":"<no value>","anonymous_id":"a"}"#)
        #expect(event.isMessageIDGenerated)
        #expect(event.notes.contains(.junkIdentifier))
        for type in ["{{ .type }}", "<no value>"] {
            let rejection = try harness.rejection(#"{"message_id":"m","type":"\#(type)","user_id":"u"}"#)
            #expect(rejection?.code == .templateUnrendered)
        }
    }

    @Test("row 92: of camel and snake case the first wins, and a difference is noted")
    func row92() throws {
        let event = try harness.event(
            #"{"type":"track","message_id":"snake","messageId":"camel","user_id":"u","userId":"u","event":"E"}"#)
        #expect(event.messageID == "camel")
        #expect(event.notes.notes == [.fieldConflict])
        let same = try harness.event(#"{"type":"track","message_id":"m","messageId":"m","userId":"u","event":"E"}"#)
        #expect(same.notes.isEmpty)
        let null = try harness.event(#"{"type":"track","message_id":"m","messageId":null,"userId":"u","event":"E"}"#)
        #expect(null.messageID == "m")
        #expect(null.notes.isEmpty)
    }

    @Test("rows 105 and 106: a privacy deletion is taken")
    func row105() throws {
        let delete = #"{"type":"delete","messageId":"m","userId":"u","context":[],"integrations":[]}"#
        for kind in [SourceKind.native, .trackstack] {
            let other = CanonicalizerHarness(kind: kind)
            #expect(try other.rejection(delete)?.code == .typeUnsupported, "a write key is public")
        }
        let event = try harness.event(delete)
        #expect(event.name.text == "privacy_delete")
        #expect(event.businessKey == "user_id:u")
    }

    @Test("an alias needs the previous id, which raw callers name otherwise")
    func alias() throws {
        #expect(try harness.rejection(#"{"type":"alias","messageId":"m","userId":"u"}"#)?.code == .previousIDMissing)
        for text in [
            #"{"type":"alias","messageId":"m","from":"old","to":"new"}"#,
            #"{"type":"alias","messageId":"m","Previous ID":"old","User ID":"new"}"#,
            #"{"type":"alias","message_id":"m","previous_id":"old","user_id":"new"}"#,
        ] {
            let event = try harness.event(text)
            #expect(event.name.text == "identity_link")
            #expect(event.userData.externalID == "new")
            #expect(event.identifiers(.anonymousID) == ["old"])
        }
    }

    @Test("what is no object is refused")
    func notAnObject() throws {
        for text in ["[]", "5", "null", #""x""#] {
            #expect(try harness.rejection(text)?.code == .notAnObject)
        }
    }

    @Test("batch-level context, integrations and sentAt stand in where the item has none")
    func batchLevel() throws {
        let batch = try harness.document.parse(
            #"""
            {"context":{"channel":"mobile"},"sentAt":"2026-04-23T14:12:30Z","integrations":{"All":true},
            "item":{"type":"track","messageId":"m","userId":"u","event":"E"}}
            """#
        )
        var envelope = Envelope(body: try #require(batch[name: "item"]))
        envelope.batchContext = batch[name: "context"]
        envelope.batchIntegrations = batch[name: "integrations"]
        let event = try harness.canonicalizer.canonicalize(envelope, harness.transport).get()
        #expect(event.actionSource == .app)
        #expect(String(decoding: event.integrations, as: UTF8.self) == #"{"All":true}"#)
    }

    @Test("an item's own context has what only the batch's says, and wins where both speak")
    func batchContextBesideOwn() throws {
        let batch = try harness.document.parse(
            #"""
            {"context":{"locale":"de-DE","ip":"203.0.113.9","campaign":{"name":"spring"},
            "page":{"url":"https://a.example/?gclid=Cj0KBatch"},"traits":{"email":"jane@example.com"}},
            "item":{"type":"track","messageId":"m","userId":"u","event":"E",
            "context":{"ip":"203.0.113.42","library":{"name":"x"}}}}
            """#)
        var envelope = Envelope(body: try #require(batch[name: "item"]))
        envelope.batchContext = batch[name: "context"]
        let event = try harness.canonicalizer.canonicalize(envelope, harness.transport).get()
        #expect(event.userData.clientIP == "203.0.113.42")
        #expect(event.userData.locale == "de-DE")
        #expect(event.userData[ClickIDKind.gclid] == "Cj0KBatch")
        #expect(event.userData[.email] != nil)
        #expect(event.pageURL?.hasPrefix("https://a.example/") == true)
        let context = String(decoding: event.context, as: UTF8.self)
        #expect(context.contains(#""campaign":{"name":"spring"}"#) && context.contains(#""library":{"name":"x"}"#))
    }

    @Test("a key that decides is not to be repeated in a batch's context either (row 44)")
    func batchContextRepeats() throws {
        let batch = try harness.document.parse(
            #"{"context":{"traits":{},"traits":{}},"item":{"type":"page","messageId":"m","userId":"u"}}"#)
        var envelope = Envelope(body: try #require(batch[name: "item"]))
        envelope.batchContext = batch[name: "context"]
        #expect(throws: Rejection.self) { try harness.canonicalizer.canonicalize(envelope, harness.transport).get() }
    }

    @Test("a message id that is somebody's address is kept as its hash")
    func personalMessageID() throws {
        for id in ["jane@example.com", "Jane%40Example.com"] {
            let event = try harness.event(#"{"type":"page","messageId":"\#(id)","userId":"u"}"#)
            #expect(event.messageID == "8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d")
        }
        #expect(try harness.event(#"{"type":"page","messageId":"a-1","userId":"u"}"#).messageID == "a-1")
    }

    @Test("RudderStack's own id of a person is kept, and joins nobody (4.1)")
    func rudderID() throws {
        let event = try harness.event(#"{"type":"page","messageId":"m","userId":"u","rudderId":"9f2c"}"#)
        #expect(event.rudderID == "9f2c")
        #expect(event.identifiers.map(\.type) == [.userID])
        #expect(String(decoding: event.json, as: UTF8.self).contains(#""rudder_id":"9f2c""#))
        let odd = try harness.event(#"{"type":"page","messageId":"m","userId":"u","rudderId":{"a":1}}"#)
        #expect(odd.rudderID == nil && odd.notes.isEmpty)
        let personal = try harness.event(#"{"type":"page","messageId":"m","userId":"u","rudderId":"jane@example.com"}"#)
        #expect(personal.rudderID?.contains("@") == false)
    }

    @Test(
        "the sender's own times are kept as it gave them, where they are times (4.4)",
        arguments: [
            (
                #""timestamp":"2026-04-23T14:12:07.534Z","sentAt":1776953527"#,
                #"{"timestamp":"2026-04-23T14:12:07.534Z","sent_at":1776953527}"#
            ), (#""originalTimestamp":"2026-04-23 14:12""#, #"{"original_timestamp":"2026-04-23 14:12"}"#),
            (#""receivedAt":"2026-04-23T14:12:08Z""#, #"{"cdp_received_at":"2026-04-23T14:12:08Z"}"#),
            (#""timestamp":"jane@example.com","sentAt":null,"receivedAt":true"#, ""),
            (#""x":1"#, ""),
        ])
    func sourceTimes(_ members: String, _ kept: String) throws {
        let event = try harness.event(#"{"type":"page","messageId":"m","userId":"u",\#(members)}"#)
        #expect(String(decoding: event.sourceTimes, as: UTF8.self) == kept)
        #expect(String(decoding: event.json, as: UTF8.self).contains("source_times") == !kept.isEmpty)
    }

    @Test("the SentAt header is kept where the body does not say when it was sent")
    func sentAtHeader() throws {
        var transport = harness.transport
        transport.sentAt = "2026-04-23T14:12:07Z"
        let root = try harness.document.parse(#"{"type":"page","messageId":"m","userId":"u"}"#)
        let event = try harness.canonicalizer.canonicalize(Envelope(body: root), transport).get()
        #expect(String(decoding: event.sourceTimes, as: UTF8.self) == #"{"sent_at":"2026-04-23T14:12:07Z"}"#)
        transport.sentAt = "yesterday"
        #expect(try harness.canonicalizer.canonicalize(Envelope(body: root), transport).get().sourceTimes.isEmpty)
    }

    @Test(
        "the channel says where an action happened",
        arguments: [
            (#""channel":"web""#, ActionSource.website), (#""channel":"Browser""#, .website),
            (#""channel":"mobile""#, .app), (#""channel":"server""#, .system), (#""channel":"sources""#, .system),
            (#""context":{"channel":"client"}"#, .website),
            (#""context":{"page":{"url":"https://a.example"}}"#, .website),
            (#""context":{"device":{"type":"ios"}}"#, .app), (#""x":1"#, .system),
        ])
    func channel(_ member: String, _ expected: ActionSource) throws {
        let event = try harness.event(#"{"type":"track","messageId":"m","userId":"u","event":"E",\#(member)}"#)
        #expect(event.actionSource == expected)
    }

    @Test("a bot's event is marked")
    func bot() throws {
        #expect(try harness.track("E", "{}", #","context":{"isBot":true}"#).isBot)
        #expect(try !harness.track("E", "{}", #","context":{"isBot":false}"#).isBot)
    }
}
