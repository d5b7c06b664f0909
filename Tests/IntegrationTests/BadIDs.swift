import EventModel

/// Rows 53 to 62, 92 and 93: ids that identify nobody.
enum BadIDs {
    static let cases = userIDs + messageIDs + nobodies + thin

    private static func page(_ message: String, _ members: String) -> BadInput.Request {
        .rudderstack(#"{"type":"page","messageId":"\#(message)",\#(members)}"#)
    }

    private static let userIDs: [BadInput] = [
        BadInput("53 number", page("53", #""userId":12345"#), .taken([.numericID])),
        BadInput(
            "54 float", page("54", #""userId":1.2345678901234567e+19,"anonymousId":"a54""#), .taken([.numericIDLossy])),
        BadInput("54 float alone", page("54a", #""userId":1.2345678901234567e+19"#), .taken([.numericIDLossy])) {
            (try? $0.item.identityState) == "none"
        },
        BadInput("55 true", page("55", #""userId":true,"anonymousId":"a""#), .refused(400, "user_id_invalid")),
        BadInput("55 object", page("55", #""userId":{"id":1},"anonymousId":"a""#), .refused(400, "user_id_invalid")),
        BadInput("55 array", page("55", #""userId":["1"],"anonymousId":"a""#), .refused(400, "user_id_invalid")),
    ]

    private static func message(_ id: String?, _ number: Int) -> BadInput.Request {
        .rudderstack(#"{"type":"page",\#(id.map { "\"messageId\":\($0)," } ?? "")"userId":"u\#(number)"}"#)
    }

    @Sendable private static func isGenerated(_ reply: Reply) -> Bool {
        let id = (try? reply.item.messageId) ?? ""
        return id.hasPrefix("gen-") && id.count == 68
    }

    private static let messageIDs: [BadInput] = [
        BadInput("56 null", message("null", 1), .taken([.messageIDGenerated]), also: isGenerated),
        BadInput("56 missing", message(nil, 2), .taken([.messageIDGenerated]), also: isGenerated),
        BadInput("56 blank", message("\"  \"", 3), .taken([.messageIDGenerated]), also: isGenerated),
        BadInput("56 object", message("{}", 4), .taken([.messageIDGenerated]), also: isGenerated),
        BadInput("57 number", message("90071992547409931234", 5), .taken([.messageIDNumeric])) {
            (try? $0.item.messageId) == "90071992547409931234"
        },
        BadInput("58 256 bytes", message("\"\(String(repeating: "m", count: 256))\"", 6), .taken()),
        BadInput(
            "58 257 bytes", message("\"\(String(repeating: "m", count: 257))\"", 7),
            .refused(400, "message_id_too_long")),
        BadInput(
            "59 twice in one batch",
            .rudderstack("[\(Samples.purchase(order: "59")),\(Samples.purchase(order: "59"))]"),
            .items([("accepted", nil), ("duplicate", nil)])),
        BadInput(
            "60 once", .rudderstack(Samples.purchase(order: "60", message: "60", revenue: "1")), .taken()),
        BadInput(
            "60 again with other content",
            .rudderstack(Samples.purchase(order: "60x", message: "60", revenue: "2")), .duplicate([.messageIDReused])),
    ]

    private static let nobodies: [BadInput] = [
        BadInput("61 nobody", page("61", #""name":"Home""#), .refused(400, "no_identity")),
        BadInput("61 e-mail alone", page("61e", #""context":{"traits":{"email":"ada@example.org"}}"#), .taken()),
        BadInput("61 phone alone", page("61p", #""context":{"traits":{"phone":"+442079460958"}}"#), .taken()),
        BadInput(
            "61 alias without a previous id",
            .rudderstack(#"{"type":"alias","messageId":"61a","userId":"1"}"#), .refused(400, "previous_id_missing")),
        BadInput("62 null in quotes", page("62a", #""userId":"null""#), .refused(400, "no_identity")),
        BadInput("62 undefined", page("62b", #""anonymousId":"undefined""#), .refused(400, "no_identity")),
        BadInput("62 no value", page("62c", #""userId":"<no value>","anonymousId":" ""#), .refused(400, "no_identity")),
        BadInput(
            "62 junk beside an id", page("62d", #""userId":"[object Object]","anonymousId":"a62""#),
            .taken([.junkIdentifier])),
    ]

    private static let thin: [BadInput] = [
        BadInput(
            "92 two spellings", page("92", #""userId":"camel","user_id":"snake""#), .taken([.fieldConflict])),
        BadInput(
            "92 two spellings of one value", page("92s", #""userId":"same","user_id":"same""#), .taken()
        ) { !$0.text.contains("field_conflict") },
        BadInput(
            "93 denied ids as text",
            page("93t", #""userId":"1","context":{"consentManagement":{"deniedConsentIds":"C0004"}}"#),
            .taken([.consentMalformed])),
        BadInput(
            "93 denied ids as object",
            page("93o", #""userId":"1","context":{"consentManagement":{"deniedConsentIds":{"C0004":true}}}"#),
            .taken([.consentMalformed])),
    ]
}
