import EventModel

/// Rows 41 to 45 and 49 to 51: text that is not the JSON it should be.
enum BadJSON {
    static let cases = grammar + shapes + numbers

    private static func purchase(_ order: String, _ revenue: String) -> String {
        Samples.purchase(order: order, revenue: revenue)
    }

    private static func refused(_ name: String, _ body: String, _ code: String) -> BadInput {
        BadInput(name, .rudderstack(body), .refused(400, code))
    }

    private static let grammar: [BadInput] = [
        BadInput("41 truncated", .rudderstack("{\"type\":\n \"track\""), .refused(400, "invalid_json")) {
            $0.text.contains("line 2")
        },
        refused("41 trailing comma", #"{"type":"track",}"#, "invalid_json"),
        refused("41 comment", #"{"type":"track" /* a comment */}"#, "invalid_json"),
        refused("41 single quotes", "{'type':'track'}", "invalid_json"),
        refused("41 unquoted keys", #"{type:"track"}"#, "invalid_json"),
        refused("42 bytes behind", #"{"type":"track"} x"#, "trailing_data"),
        refused(
            "42 one event a line", Samples.purchase(order: "a") + "\n" + Samples.purchase(order: "b"), "trailing_data"),
        BadInput(
            "91 template without escapes", .rudderstack(#"{"message_id":"m","event":"12" screen"}"#),
            .refused(400, "invalid_json")
        ) { $0.text.contains("template") },
    ]

    private static let shapes: [BadInput] = [
        refused("43 string", #""track""#, "not_an_object"),
        refused("43 number", "42", "not_an_object"),
        refused("43 true", "true", "not_an_object"),
        refused("43 null", "null", "not_an_object"),
        refused("44 key twice at the top", #"{"type":"track","type":"page","userId":"1"}"#, "duplicate_key"),
        refused(
            "44 amount twice",
            #"{"type":"track","event":"Order Completed","userId":"1","properties":{"revenue":1,"revenue":2}}"#,
            "duplicate_key"),
        refused(
            "44 consent twice",
            #"{"type":"page","userId":"1","context":{"consent":{"ad_storage":"denied","ad_storage":"granted"}}}"#,
            "duplicate_key"),
        BadInput(
            "44 other key twice",
            .rudderstack(
                #"{"type":"page","messageId":"44o","userId":"1","properties":{"color":"red","color":"blue"}}"#),
            .taken([.duplicateKey])),
        refused(
            "45 deep", "{\"a\":" + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}",
            "json_too_deep"),
        refused("45 a million brackets", String(repeating: "[", count: 1_000_000), "json_too_deep"),
        refused("45 a million objects", String(repeating: "{\"a\":", count: 300_000), "json_too_deep"),
    ]

    private static func other(_ id: String, _ number: String) -> String {
        #"{"type":"page","messageId":"\#(id)","userId":"1","properties":{"size":\#(number)}}"#
    }

    private static let numbers: [BadInput] = [
        refused("49 NaN", purchase("49n", "NaN"), "invalid_json"),
        refused("49 Infinity", purchase("49i", "-Infinity"), "invalid_json"),
        BadInput(
            "49 NaN of an SDK", .sdk(#"{"batch":[\#(purchase("49s", "NaN"))]}"#), .taken([.nonFiniteNumber])),
        BadInput(
            "49 Infinity of an SDK", .sdk(#"{"batch":[\#(purchase("49t", "-Infinity"))]}"#),
            .taken([.nonFiniteNumber])),
        BadInput("50 too large an amount", .rudderstack(purchase("50a", "1e400")), .taken([.numberOutOfRange])),
        BadInput("50 too small an amount", .rudderstack(purchase("50b", "1e-400")), .taken([.numberOutOfRange])),
        BadInput(
            "50 400 digits", .rudderstack(purchase("50c", String(repeating: "9", count: 400))),
            .taken([.numberOutOfRange])),
        BadInput("50 too large elsewhere", .rudderstack(other("50d", "1e400")), .taken()),
        BadInput("50 400 digits elsewhere", .rudderstack(other("50e", String(repeating: "9", count: 400))), .taken()),
        refused("50 exponent of five digits", other("50f", "1e99999"), "invalid_number"),
        BadInput("50 minus zero", .rudderstack(purchase("50g", "-0")), .taken()) {
            !$0.text.contains("value_negative")
        },
        refused("51 leading zeros", other("51a", "007"), "invalid_json"),
        refused("51 plus sign", other("51b", "+1"), "invalid_json"),
        refused("51 leading point", other("51c", ".5"), "invalid_json"),
        refused("51 trailing point", other("51d", "1."), "invalid_json"),
        refused("51 hexadecimal", other("51e", "0x1F"), "invalid_json"),
    ]
}
