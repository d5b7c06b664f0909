import Crypto
import EventModel
import Platform
import Testing

@testable import Inbound

/// Reference inbound, 3.1 and 3.7: the event in an image's address.
@Suite struct PixelEnvelopeTests {
    private static let now = Timestamp(milliseconds: 1_776_958_200_123)
    private static let frame =
        #""channel":"web","integrations":{"All":true},"originalTimestamp":"2026-04-23T15:30:00.123Z","#
        + #""sentAt":"2026-04-23T15:30:00.123Z""#

    private func body(
        _ parameters: [(String, String)], _ form: EventRoute.PixelForm, _ type: EnvelopeType = .track
    ) throws -> String {
        let parameters = parameters.map { (name: $0.0, value: $0.1) }
        return String(decoding: try PixelEnvelope.body(parameters, form, type, now: Self.now), as: UTF8.self)
    }

    @Test("RudderStack: every parameter is a field, dots nest")
    func rudderstack() throws {
        let text = try body(
            [
                ("writeKey", "k"), ("event", "E"), ("anonymousId", "\"a\""), ("event", "second"),
                ("properties.a.b", "1"), ("properties.list.0", "x"), ("properties.list.1", "y"), ("type", "page"),
            ], .rudderstack)
        #expect(
            text
                == "{\(Self.frame),\"event\":\"E\",\"anonymousId\":\"a\",\"properties\":{\"a\":{\"b\":\"1\"},\"list\":[\"x\",\"y\"]},\"type\":\"track\"}"
        )
    }

    @Test("RudderStack: a page without a name, one with an empty name, and times that the query gives")
    func pages() throws {
        #expect(try body([], .rudderstack, .page) == "{\(Self.frame),\"type\":\"page\"}")
        #expect(
            try body([("name", "")], .rudderstack, .page)
                == "{\(Self.frame),\"name\":\"Unknown Page\",\"type\":\"page\"}")
        #expect(try body([("name", "")], .rudderstack) == "{\(Self.frame),\"name\":\"\",\"type\":\"track\"}")
        #expect(try body([("sentAt", "s")], .rudderstack, .page).contains(#""sentAt":"s""#))
    }

    @Test("Segment: data in either alphabet, with blanks for plus signs, or fields")
    func segment() throws {
        let json = #"{"event":"a>>?>?~~~"}"#
        let standard = Base64.encode(Array(json.utf8))
        let urlSafe = Base64.encode(Array(json.utf8), alphabet: .urlSafe)
        for data in [standard, urlSafe, standard.replacing("+", with: " ")] {
            #expect(try body([("data", data), ("event", "other")], .segment) == json)
        }
        #expect(
            try body([("writeKey", "k"), ("userId", "u"), ("properties.subject", "s")], .segment)
                == #"{"userId":"u","properties":{"subject":"s"},"type":"track"}"#)
    }

    @Test(
        "what cannot be read is said",
        arguments: [
            [("data", "!")], [(String(repeating: "a.", count: 32), "1")],
            Array(repeating: ("a", "1"), count: PixelEnvelope.parameterLimit + 1),
        ])
    func faults(_ parameters: [(String, String)]) {
        let parameters = parameters.map { (name: $0.0, value: $0.1) }
        let result = Result { () throws(RequestFault) in
            try PixelEnvelope.body(parameters, .segment, .track, now: Self.now)
        }
        guard case .failure(let fault) = result else {
            Issue.record("it was read")
            return
        }
        #expect(fault.code == .pixelInvalid)
    }

    @Test("a name that is text first and an object later is an object")
    func overlaps() throws {
        #expect(
            try body([("a", "1"), ("a.b", "2"), ("c.d", "3"), ("c", "4")], .segment)
                == #"{"a":{"b":"2"},"c":"4","type":"track"}"#)
        #expect(
            try body([("a..b", "1"), ("", "2"), ("p.1", "x")], .segment)
                == #"{"a":{"":{"b":"1"}},"":"2","p":{"1":"x"},"type":"track"}"#)
    }
}
