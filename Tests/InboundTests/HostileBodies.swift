import EventModel
import JSON

@testable import Inbound

/// A body of any size that makes careful work of its reader, and how it is answered.
struct HostileBody: Sendable, CustomStringConvertible {
    let description: String
    let route: EventRoute
    /// The smaller size; of what, the body knows.
    let size: Int
    /// What becomes of the smaller and of the larger: `ok`, or the codes of its fault or of its items.
    let outcomes: [String]
    let text: @Sendable (Int) -> String

    init(
        _ description: String, _ size: Int, at route: EventRoute = EventRoute(native: .batch), _ outcomes: String...,
        text: @escaping @Sendable (Int) -> String
    ) {
        self.description = description
        self.route = route
        self.size = size
        self.outcomes = outcomes.isEmpty ? ["ok", "ok"] : outcomes.count == 1 ? outcomes + outcomes : outcomes
        self.text = text
    }

    static let all = batches + objects + wrappers + captures + payloads + texts

    private static let event = #"{"type":"track","event":"E","messageId":"m","userId":"u"}"#
    private static let rudderstack = EventRoute(.rudderstack)
    private static let trackstack = EventRoute(.trackstack)
    private static let single = EventRoute(native: .single(.track))

    /// `count` elements with commas between them; `#` is an element's number.
    private static func list(_ element: String, _ count: Int) -> String {
        (0..<count).map { element.replacing("#", with: String($0)) }.joined(separator: ",")
    }

    private static func members(_ count: Int, _ value: String = "1") -> String { "{\(list("\"k#\":\(value)", count))}" }

    private static func event(with members: String) -> String {
        #"{"type":"track","event":"E","messageId":"m","userId":"u",\#(members)}"#
    }

    private static func batch(_ items: String, _ more: String = "") -> String { "{\"batch\":[\(items)]\(more)}" }

    private static let batches = [
        HostileBody("events", 150) { batch(list(event, $0)) },
        HostileBody("events in an array", 150, at: rudderstack) { "[\(list(event, $0))]" },
        HostileBody("items that are no objects", 1200, "not_an_object", "too_many_items") { batch(list("1", $0)) },
        HostileBody("empty items", 150) { batch(list("{}", $0)) },
        HostileBody("batches in a batch", 150, "nested_batch") { batch(list(#"{"batch":[]}"#, $0)) },
        HostileBody("keys of another source", 150, "write_key_conflict") {
            batch(list(#"{"type":"track","writeKey":"other#"}"#, $0))
        },
        HostileBody("a context for many", 100) {
            batch(list(event, $0), ",\"context\":" + members(50))
        },
        HostileBody("a context of many for some", 250, "ok", "too_many_values") {
            batch(list(event, 100), ",\"context\":" + members($0))
        },
        HostileBody("a context with a long text for many", 100, "ok", "ok") {
            batch(list(event, $0), ",\"context\":{\"userAgent\":\"\(String(repeating: "x", count: 6000))\"}")
        },
        HostileBody("a context with a longer text for many", 100, "ok", "too_many_values") {
            batch(list(event, $0), ",\"context\":{\"userAgent\":\"\(String(repeating: "x", count: 60000))\"}")
        },
        HostileBody("integrations of many for many", 40) {
            batch(list(event(with: "\"integrations\":" + members(20)), $0), ",\"integrations\":" + members(50))
        },
        HostileBody("members beside the batch", 1000) { batch(event, "," + list("\"k#\":1", $0)) },
        HostileBody("many batches", 500, at: rudderstack, "duplicate_key") { "{\(list("\"batch\":[{}]", $0))}" },
    ]

    private static let objects = [
        HostileBody("members", 1000, at: single) { event(with: "\"properties\":" + members($0)) },
        HostileBody("too many members", 2000, at: single, "ok", "too_many_properties") {
            event(with: "\"properties\":" + members($0))
        },
        HostileBody("values", 30000, at: single, "ok", "too_many_values") {
            event(with: "\"properties\":[\(list("1", $0))]")
        },
        HostileBody("one name", 1000, at: single) { event(with: "\"properties\":{\(list("\"a\":1", $0))}") },
        HostileBody("one name of the event's own", 1000, at: single, "duplicate_key") {
            "{\(list("\"userId\":1", $0))}"
        },
        HostileBody("pairs of names", 500, at: single) {
            event(with: "\"properties\":{\(list("\"a#\":1,\"a#\":2", $0))}")
        },
        HostileBody("objects with one name twice", 500, at: single) {
            event(with: "\"properties\":[\(list(#"{"a":1,"a":2}"#, $0))]")
        },
        HostileBody("towers of arrays", 450, at: single) {
            let tower = String(repeating: "[", count: 50) + String(repeating: "]", count: 50)
            return event(with: "\"properties\":[\(list(tower, $0))]")
        },
        HostileBody("a tower too high", 30, at: single, "ok", "json_too_deep") {
            event(with: "\"properties\":" + String(repeating: "[", count: $0) + String(repeating: "]", count: $0))
        },
        HostileBody("a tower without end", 20000, at: single, "json_too_deep") {
            String(repeating: "{\"a\":", count: $0)
        },
        HostileBody("thin bodies", 150, at: rudderstack) {
            "[\(list(#"{"type":"track","event":"E","message_id":"m#","user_id":"u","anonymous_id":"a"}"#, $0))]"
        },
        HostileBody("names in both spellings", 150, at: rudderstack) {
            "[\(list(#"{"type":"track","messageId":"m","message_id":"m#","userId":"u","user_id":"u#"}"#, $0))]"
        },
        HostileBody("numbers that are none", 1000) { batch(event(with: "\"properties\":[\(list("NaN", $0))]")) },
    ]

    private static let wrappers = [
        HostileBody("wrappers of Segment's", 150, at: rudderstack) { "[\(list("{\"json\":\(event)}", $0))]" },
        HostileBody("wrappers of a transformer's", 100, at: rudderstack) {
            "[\(list("{\"body\":{\"JSON\":\(event)},\"endpoint\":\"x\",\"method\":\"POST\"}", $0))]"
        },
        HostileBody("wrappers in wrappers", 7, at: rudderstack) {
            String(repeating: "{\"json\":", count: $0) + event + String(repeating: "}", count: $0)
        },
    ]

    private static let captures = [
        HostileBody("captures", 100, at: trackstack) { "[\(list(#"{"event":"E","eventId":"e#","value":5}"#, $0))]" },
        HostileBody("a capture of many members", 800, at: trackstack) { "{\"event\":\"E\",\(list("\"k#\":1", $0))}" },
        HostileBody("a capture with properties and custom data", 400, at: trackstack) {
            "{\"event\":\"E\",\"properties\":\(members($0)),\"custom_data\":\(members($0))}"
        },
        HostileBody("captures with a context for all", 40, at: trackstack) {
            batch(list(#"{"event":"E","eventId":"e#"}"#, $0), ",\"context\":" + members(100))
        },
        HostileBody("a capture's long URL", 4000, at: trackstack) {
            "{\"event\":\"E\",\"pageUrl\":\"https://x.example/\(String(repeating: "a@b.co/", count: $0))\"}"
        },
    ]

    private static let payload = EventRoute(native: .payload)

    private static let payloads = [
        HostileBody("payloads", 150, at: payload) { "[\(list("{\"a\":#}", $0))]" },
        HostileBody("too many payloads", 1000, at: payload, "ok", "too_many_items") { "[\(list("{}", $0))]" },
        HostileBody("a payload of many members", 1000, at: payload) { members($0) },
        HostileBody("a payload of one name", 500, at: payload) { "{\(list("\"a\":1", $0))}" },
        HostileBody("payloads that are none", 400, at: payload, "nested_batch") { "[\(list("[]", $0))]" },
        HostileBody("a payload of towers", 30, at: payload, "ok", "json_too_deep") {
            String(repeating: "{\"a\":", count: $0) + "1" + String(repeating: "}", count: $0)
        },
    ]

    private static let texts = [
        HostileBody("a long text", 60000, at: single) { event(with: "\"a\":\"\(String(repeating: "x", count: $0))\"") },
        HostileBody("a text too long", 200_000, at: single, "ok", "event_too_large") {
            event(with: "\"a\":\"\(String(repeating: "x", count: $0))\"")
        },
        HostileBody("a text of escapes", 10000, at: single) {
            event(with: "\"a\":\"\(String(repeating: "\\u0040", count: $0))\"")
        },
        HostileBody("a name of escapes", 10000, at: single) {
            event(with: "\"\(String(repeating: "\\u0040", count: $0))\":1")
        },
        HostileBody("quotes", 20000, at: single) { event(with: "\"a\":\"\(String(repeating: "\\\"", count: $0))\"") },
        HostileBody("a long number", 60000, at: single) { event(with: "\"a\":\(String(repeating: "9", count: $0))") },
        HostileBody("blanks", 60000, at: single) { event(with: String(repeating: " ", count: $0) + "\"a\":1") },
        HostileBody("a text without end", 60000, at: single, "invalid_json") {
            "{\"a\":\"" + String(repeating: "x", count: $0)
        },
        HostileBody("commas", 60000, at: single, "invalid_json") { "[" + String(repeating: ",", count: $0) },
        HostileBody("many texts", 60000, at: single, "trailing_data") { String(repeating: "{}", count: $0) },
        HostileBody("lines before the fault", 60000, at: single, "invalid_json") {
            String(repeating: "\n", count: $0) + "{"
        },
    ]
}
