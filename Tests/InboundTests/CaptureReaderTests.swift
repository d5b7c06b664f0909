import EventModel
import JSON
import Testing

@testable import Inbound

/// TrackStack's flat captures as envelopes.
@Suite struct CaptureReaderTests {
    /// A body and what becomes of its items: an envelope's text and notes, or a rejection's code.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        let items: [String]

        init(_ name: String, _ body: String, _ items: String...) {
            testDescription = name
            self.body = body
            self.items = items
        }
    }

    private func items(_ body: String) throws -> [String] {
        let route = EventRoute(.trackstack)
        let (document, reader) = (JSONDocument(), CaptureReader())
        let root = try document.parse(body, limits: route.jsonLimits)
        let decoded = try EnvelopeDecoder.decode(root, route: route, authentication: .offline)
        return try reader.read(decoded).items.map { item in
            switch item {
            case .failure(let refused): refused.rejection.code.rawValue
            case .success(let envelope):
                String(decoding: envelope.body.rawBytes, as: UTF8.self)
                    + envelope.notes.notes.map { " +\($0.rawValue)" }.joined()
            }
        }
    }

    @Test(
        "every member finds its place",
        arguments: [
            Case(
                "the documented capture",
                #"{"event":"SignUp","eventId":"e1","email":"a@example.com","pageUrl":"https://example.com/"}"#,
                #"{"type":"track","event":"SignUp","traits":{"email":"a@example.com"},"properties":{"event_id":"e1"},"#
                    + #""context":{"page":{"url":"https://example.com/"}}}"#),
            Case(
                "person, page, money and click ids",
                #"{"event":"E","phone":"1","externalId":7,"referrer":"r","fbp":"f","value":1.50,"currency":"EUR"}"#,
                #"{"type":"track","event":"E","userId":7,"traits":{"phone":"1"},"#
                    + #""properties":{"fbp":"f","value":1.50,"currency":"EUR"},"context":{"page":{"referrer":"r"}}}"#),
            Case(
                "what stands outside joins what stands inside",
                #"{"event":"E","value":1,"pageUrl":"u","properties":{"a":1},"context":{"ip":"i","page":{"title":"t"}}}"#,
                #"{"type":"track","event":"E","properties":{"value":1,"a":1},"#
                    + #""context":{"page":{"url":"u","title":"t"},"ip":"i"}}"#),
            Case(
                "and wins over it", #"{"event":"E","value":1,"properties":{"value":2,"a":3}}"#,
                #"{"type":"track","event":"E","properties":{"value":1,"a":3}} +field_conflict"#),
            Case(
                "the same value twice is no conflict", #"{"event":"E","eventId":"x","properties":{"event_id":"x"}}"#,
                #"{"type":"track","event":"E","properties":{"event_id":"x"}}"#),
            Case(
                "two spellings of one member", #"{"event":"E","page_url":"a","pageUrl":"b"}"#,
                #"{"type":"track","event":"E","context":{"page":{"url":"a"}}} +field_conflict"#),
            Case(
                "the stored event's names",
                #"{"event_name":"Purchase","event_id":"o","occurred_at":1,"user_data":{"email":"e","client_ip":"i"},"#
                    + #""custom_data":{"order_id":"o"}}"#,
                #"{"type":"track","event":"Purchase","occurredAt":1,"traits":{"email":"e"},"#
                    + #""properties":{"event_id":"o","order_id":"o"},"context":{"ip":"i"}}"#),
            Case(
                "nulls and keys go", #"{"event":"E","writeKey":"k","write_key":"k","email":null}"#,
                #"{"type":"track","event":"E"}"#),
            Case(
                "an envelope stays as it is", #"{"type":"page","email":"e","properties":{}}"#,
                #"{"type":"page","email":"e","properties":{}}"#),
            Case("no event", #"{"email":"e"}"#, #"{"type":"track","traits":{"email":"e"}}"#),
            Case(
                "a list", #"[{"event":"A"},7,{"type":"page"},{"event":"B"}]"#, #"{"type":"track","event":"A"}"#,
                "not_an_object", #"{"type":"page"}"#, #"{"type":"track","event":"B"}"#),
            Case(
                "a batch's context is its items'",
                #"{"context":{"locale":"de","page":{"path":"/"}},"batch":[{"event":"A","pageUrl":"u"},{"event":"B"}]}"#,
                #"{"type":"track","event":"A","context":{"page":{"url":"u","path":"/"},"locale":"de"}}"#,
                #"{"type":"track","event":"B","context":{"locale":"de","page":{"path":"/"}}}"#),
            Case(
                "a member called batch", #"{"event":"E","batch":"b"}"#,
                #"{"type":"track","event":"E","properties":{"batch":"b"}}"#),
            Case(
                "properties as text", #"{"event":"E","properties":"{\"a\":1}"}"#,
                #"{"type":"track","event":"E","properties":"{\"a\":1}"}"#),
            Case(
                "properties as text, and more", #"{"event":"E","value":1,"properties":"{}"}"#, "properties_not_object"),
            Case(
                "empty lists are empty objects", #"{"event":"E","value":1,"ip":"i","properties":[],"context":[]}"#,
                #"{"type":"track","event":"E","properties":{"value":1},"context":{"ip":"i"}}"#),
            Case(
                "a context that is none is kept for its refusal", #"{"event":"E","pageUrl":"u","context":"c"}"#,
                #"{"type":"track","event":"E","context":"c"}"#),
            Case("a key twice", #"{"event":"A","event":"B"}"#, "duplicate_key"),
        ])
    func captures(_ c: Case) throws { #expect(try items(c.body) == c.items) }

    @Test("what the sender sent is kept beside what became of it")
    func original() throws {
        let (document, reader) = (JSONDocument(), CaptureReader())
        let text = #"{"event": "E", "eventId": "e"}"#
        let decoded = try EnvelopeDecoder.decode(
            try document.parse(text), route: EventRoute(.trackstack), authentication: .offline)
        let envelope = try #require(try reader.read(decoded).items.first?.get())
        #expect(envelope.original.map { String(decoding: $0.rawBytes, as: UTF8.self) } == text)
    }

    @Test("ten thousand members and sixty levels are still read")
    func limits() throws {
        let members = (0..<9_990).map { "\"m\($0)\":1" }.joined(separator: ",")
        #expect(try items("{\"event\":\"E\",\(members)}").first?.contains("\"m9989\":1}}") == true)
        let deep = String(repeating: "[", count: 62) + String(repeating: "]", count: 62)
        #expect(try items("[{\"event\":\"E\",\"deep\":\(deep)}]").first?.contains(deep) == true)
    }
}
