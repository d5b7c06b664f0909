import EventModel

/// Rows 39, 40, 46 to 48 and 52: text and numbers at the edge of what JSON can say.
enum BadText {
    static let cases = characters + sizes + numbers

    private static func page(_ message: String, _ members: String) -> BadInput.Request {
        .rudderstack(#"{"type":"page","messageId":"\#(message)",\#(members)}"#)
    }

    private static let characters: [BadInput] = [
        BadInput(
            "39 half a pair in free text", page("39a", #""userId":"1","properties":{"title":"a\ud800b"}"#),
            .taken([.loneSurrogate]), stored: { $0.contains("a\u{FFFD}b") || $0.contains(#"a\ufffdb"#) }),
        BadInput("39 half a pair in an id", page("39b", #""userId":"a\udc00""#), .refused(400, "lone_surrogate")),
        BadInput(
            "39 half a pair in a name",
            .rudderstack(#"{"type":"track","messageId":"39c","userId":"1","event":"Order\ud83d Completed"}"#),
            .refused(400, "lone_surrogate")),
        BadInput("39 a whole pair", page("39d", #""userId":"\ud83d\ude00""#), .taken()) {
            (try? $0.item.notes)?.isEmpty ?? true
        },
        BadInput(
            "40 control characters in an id", page("40a", #""userId":"a\u0000\u0007b""#), .taken([.controlCharacters]),
            stored: { $0.contains(#""external_id":"ab""#) }),
        BadInput(
            "40 an id of nothing else", page("40b", #""userId":"\u0000\u0001","anonymousId":"a40""#),
            .taken([.controlCharacters]), stored: { !$0.contains("external_id") }),
        BadInput("40 an id of nothing else, alone", page("40c", #""userId":"\u0000""#), .refused(400, "no_identity")),
        BadInput(
            "40 control characters in a name",
            .rudderstack(#"{"type":"track","messageId":"40d","userId":"1","event":"Order\u0000 Completed\u001f"}"#),
            .taken([.controlCharacters])
        ) { (try? $0.item.canonicalEvent) == "purchase" },
    ]

    private static func keys(_ count: Int) -> String { (0..<count).map { #""k\#($0)":1"# }.joined(separator: ",") }

    private static func numbers(_ count: Int) -> String { Array(repeating: "1", count: count).joined(separator: ",") }

    private static let sizes: [BadInput] = [
        BadInput(
            "46 10 001 keys", page("46a", #""userId":"1","properties":{\#(keys(10_001))}"#),
            .refused(400, "too_many_properties")),
        BadInput(
            "46 more values than a body may have",
            page("46b", #""userId":"1","properties":{"a":[\#(numbers(200_001))]}"#),
            .refused(413, "too_many_values")),
        BadInput(
            "46 more values than a body may have, as each item has the batch's",
            .rudderstack(
                #"{"context":{\#(keys(900))},"batch":[\#(repeatElement("{}", count: 300).joined(separator: ","))]}"#),
            .refused(413, "too_many_values")),
        BadInput(
            "47 a string of more than 1 MiB",
            page("47a", #""userId":"1","properties":{"a":"\#(String(repeating: "x", count: 1 << 20))"}"#),
            .refused(400, "event_too_large")),
        BadInput(
            "47 a key of more than 1 MiB",
            page("47b", #""userId":"1","properties":{"\#(String(repeating: "x", count: 1 << 20))":1}"#),
            .refused(400, "event_too_large")),
        BadInput(
            "47 in a batch",
            .rudderstack(
                #"[{"type":"page","messageId":"47c","userId":"1"},{"type":"page","messageId":"47d","userId":"1","#
                    + #""properties":{"a":"\#(String(repeating: "x", count: 1 << 20))"}}]"#),
            .items([("accepted", nil), ("rejected", "event_too_large")])),
        BadInput(
            "48 a flood of keys", page("48", #""userId":"1","properties":{\#(keys(9_900))}"#), .taken([.eventLarge])),
    ]

    private static let numbers: [BadInput] = [
        BadInput(
            "52 an id beyond 2^53", page("52a", #""userId":90071992547409931234567"#), .taken([.numericID]),
            stored: { $0.contains(#""external_id":"90071992547409931234567""#) }),
        BadInput(
            "52 an order's number beyond 2^53",
            .rudderstack(
                #"{"type":"track","event":"Order Completed","messageId":"52b","userId":"1","#
                    + #""properties":{"order_id":12345678901234567890,"revenue":1,"currency":"EUR"}}"#), .taken(),
            stored: { $0.contains(#""event_id":"12345678901234567890""#) }),
    ]
}
