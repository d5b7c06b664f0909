import EventModel

/// Rows 63 to 67, 73, 74 and 105 to 108: events that say little, too much or nonsense.
enum BadEvents {
    static let cases = names + types + objects + amounts + wrapped

    private static func track(_ message: String, _ event: String) -> BadInput.Request {
        .rudderstack(#"{"type":"track","messageId":"\#(message)",\#(event)"userId":"1"}"#)
    }

    private static let names: [BadInput] = [
        BadInput("63 no name", track("63a", ""), .refused(400, "event_missing")),
        BadInput("63 number", track("63b", #""event":42,"#), .refused(400, "event_missing")),
        BadInput("63 empty", track("63c", #""event":"","#), .refused(400, "event_missing")),
        BadInput("63 blank", track("63d", #""event":"  ","#), .refused(400, "event_missing")),
        BadInput(
            "64 10 000 characters", track("64a", #""event":"\#(String(repeating: "e", count: 10_000))","#),
            .refused(400, "event_name_too_long")),
        BadInput("64 right-to-left override", track("64b", #""event":"Order \u202ECompleted","#), .taken()) {
            (try? $0.item.canonicalEvent) == "purchase"
        },
        BadInput("64 emoji", track("64c", #""event":"🎉 Party","#), .taken()) {
            (try? $0.item.canonicalEvent)?.hasPrefix("custom.") == true
        },
    ]

    private static let types: [BadInput] = [
        BadInput("65 no type", .rudderstack(#"{"messageId":"65a","userId":"1"}"#), .refused(400, "type_missing")),
        BadInput(
            "65 type of the path", .sdk(#"{"messageId":"65b","userId":"1","name":"Home"}"#, path: "/v1/page"), .taken()),
        BadInput(
            "65 upper case",
            .rudderstack(#"{"type":" TRACK","messageId":"65c","userId":"1","event":"Order Completed"}"#),
            .taken()),
        BadInput("65 unknown", .rudderstack(#"{"type":"purchase","userId":"1"}"#), .ignored("type_unsupported")),
        BadInput("105 delete", .rudderstack(#"{"type":"delete","messageId":"105","userId":"97980"}"#), .taken()) {
            (try? $0.item.canonicalEvent) == "privacy_delete"
        },
        BadInput("106 record", .rudderstack(#"{"type":"record","userId":"1"}"#), .ignored("type_unsupported")),
        BadInput("106 audience list", .rudderstack(#"{"type":"audiencelist"}"#), .ignored("type_unsupported")),
        BadInput("106 extract", .rudderstack(#"{"type":"extract"}"#), .ignored("type_unsupported")),
    ]

    private static func page(_ message: String, _ members: String) -> BadInput.Request {
        .rudderstack(#"{"type":"page","messageId":"\#(message)","userId":"1",\#(members)}"#)
    }

    private static let objects: [BadInput] = [
        BadInput("66 properties null", page("66a", #""properties":null"#), .taken()),
        BadInput("66 properties []", page("66b", #""properties":[]"#), .taken()),
        BadInput(
            "66 properties as text", page("66c", #""properties":"{\"url\":\"https://a.example/\"}""#),
            .taken([.propertiesStringified])),
        BadInput("66 properties 42", page("66d", #""properties":42"#), .refused(400, "properties_not_object")),
        BadInput("66 properties as prose", page("66e", #""properties":"red""#), .refused(400, "properties_not_object")),
        BadInput("67 traits as array", page("67a", #""traits":[1]"#), .refused(400, "traits_not_object")),
        BadInput(
            "67 traits of the context as array", page("67b", #""context":{"traits":["a"]}"#),
            .refused(400, "traits_not_object")),
        BadInput("67 context as array", page("67c", #""context":[{}]"#), .refused(400, "context_not_object")),
        BadInput("67 context []", page("67d", #""context":[]"#), .taken()),
    ]

    private static func purchase(_ order: String, _ revenue: String) -> BadInput.Request {
        .rudderstack(Samples.purchase(order: order, revenue: revenue))
    }

    @Sendable private static func hasNoNote(_ reply: Reply) -> Bool {
        (try? reply.item.notes)?.allSatisfy { !$0.hasPrefix("value_") && !$0.hasPrefix("decimal_") } == true
    }

    private static let amounts: [BadInput] = [
        BadInput("73 negative", purchase("73", "-5"), .taken([.valueNegative])),
        BadInput("74 text", purchase("74a", "\"39.95\""), .taken(), also: hasNoNote),
        BadInput("74 symbol and thousands", purchase("74b", "\"$1,234.50\""), .taken(), also: hasNoNote),
        BadInput("74 decimal comma", purchase("74c", "\"12,50\""), .taken([.decimalComma])),
        BadInput("74 word", purchase("74d", "\"free\""), .taken([.valueUnparsable])),
        BadInput("74 empty", purchase("74e", "\"\""), .taken([.valueUnparsable])),
        BadInput("74 array", purchase("74f", "[10]"), .taken([.valueUnparsable])),
        BadInput("74 true", purchase("74g", "true"), .taken([.valueUnparsable])),
    ]

    private static let wrapped: [BadInput] = [
        BadInput(
            "107 copy of Live Events",
            .rudderstack(
                #"{"body":{"JSON":\#(Samples.purchase(order: "107"))},"endpoint":"https://a.example","method":"POST"}"#),
            .taken([.unwrappedTransformerPayload])),
        BadInput(
            "108 Extensible Webhook",
            .rudderstack(#"[{"json":\#(Samples.purchase(order: "108"))}]"#), .taken([.unwrappedExtensible])),
    ]
}
