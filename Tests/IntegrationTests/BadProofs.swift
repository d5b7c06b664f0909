import Crypto
import EventModel

/// Rows 1 to 17: senders who are not who they should be.
enum BadProofs {
    static let cases = headerSecrets + segmentSignatures + writeKeys + sources

    private static func event(_ order: String) -> String { Samples.purchase(order: order) }

    private static let headerSecrets: [BadInput] = [
        BadInput("1 wrong secret", .rudderstack(event("1"), secret: "guess"), .refused(401, "secret_invalid")) {
            !$0.text.contains("guess") && !$0.text.contains(GatewayYAML.secret)
        },
        BadInput("2 no secret", .rudderstack(event("2"), secret: nil), .refused(401, "secret_missing")),
        BadInput("2 empty secret", .rudderstack(event("2e"), secret: ""), .refused(401, "secret_missing")),
        BadInput("3 padded secret", .rudderstack(event("3"), secret: "\t \(GatewayYAML.secret) \t"), .taken()),
        BadInput(
            "4 two secrets",
            .rudderstack(event("4"), [("x-tracklayer-secret", "other")]), .refused(401, "secret_conflict")),
        BadInput(
            "4 one secret twice", .rudderstack(event("4t"), [("x-tracklayer-secret", GatewayYAML.secret)]), .taken()),
        BadInput(
            "5 previous secret in its time", .rudderstack(event("5"), secret: GatewayYAML.oldSecret),
            .taken([.rotatedSecretUsed])),
        BadInput(
            "5 previous secret after its time", .rudderstack(event("5a"), secret: GatewayYAML.endedSecret),
            .refused(401, "secret_invalid")),
        BadInput(
            "6 other account", .rudderstack(event("6"), [("X-TrackLayer-Account", "acct_2")]),
            .refused(403, "account_mismatch")),
        BadInput(
            "6 own account", .rudderstack(event("6o"), [("X-TrackLayer-Account", "acct_1")]), .taken()),
        BadInput(
            "7 other environment", .rudderstack(event("7"), [("X-TrackLayer-Environment", "staging")]),
            .refused(403, "environment_mismatch")),
        BadInput(
            "7 own environment", .rudderstack(event("7o"), [("X-TrackLayer-Environment", "production")]), .taken()),
    ]

    private static func segment(_ body: String, _ signature: String?) -> BadInput.Request {
        .post("/segment/events", signature.map { [("X-Signature", $0)] } ?? [], Array(body.utf8))
    }

    private static func code(_ text: String) -> String {
        Hex.encode(HMAC.code(.sha1, key: Array(GatewayYAML.sharedSecret.utf8), message: Array(text.utf8)))
    }

    private static let segmentSignatures: [BadInput] = [
        BadInput("8 no signature", segment(event("8"), nil), .refused(401, "signature_missing")),
        BadInput("9 not 40 digits", segment(event("9"), "abc"), .refused(401, "signature_malformed")),
        BadInput(
            "9 not hexadecimal", segment(event("9x"), String(repeating: "z", count: 40)),
            .refused(401, "signature_malformed")),
        BadInput("9 upper case", segment(event("9u"), code(event("9u")).uppercased()), .taken()),
        BadInput("9 prefix", segment(event("9p"), "sha1=\(code(event("9p")))"), .taken()),
        BadInput(
            "10 one byte altered", segment(event("10"), code(event("1O"))), .refused(401, "signature_mismatch")),
        BadInput(
            "10 keys in another order", segment(#"{"a":1,"type":"track"}"#, code(#"{"type":"track","a":1}"#)),
            .refused(401, "signature_mismatch")),
        BadInput(
            "11 first item only", segment("[\(event("11a")), \(event("11b"))]", code(event("11a"))),
            .items([("accepted", nil), ("rejected", "unsigned_item")])),
        BadInput(
            "11 second item only", segment("[\(event("11c")),\(event("11d"))]", code(event("11d"))),
            .refused(401, "signature_mismatch")),
    ]

    private static func track(_ order: String, _ headers: [(String, String)], more: String = "") -> BadInput.Request {
        .post("/v1/track", headers, Array(Samples.purchase(order: order, more: more).utf8))
    }

    private static func basic(_ pair: String) -> [(String, String)] {
        [("Authorization", "Basic " + Base64.encode(Array(pair.utf8)))]
    }

    private static let writeKeys: [BadInput] = [
        BadInput("12 no write key", track("12", []), .refused(401, "write_key_missing")),
        BadInput("13 unknown write key", track("13", basic("nobody:")), .refused(401, "write_key_invalid")),
        BadInput(
            "13 unknown write key in the body", track("13b", [], more: #""writeKey":"nobody","#),
            .refused(401, "write_key_invalid")),
        BadInput(
            "13 write key in the body", track("13k", [], more: #""writeKey":"\#(GatewayYAML.writeKey)","#), .taken()),
        BadInput(
            "14 not base64", track("14", [("Authorization", "Basic %%%")]), .refused(401, "authorization_malformed")),
        BadInput("14 no colon", track("14c", basic(GatewayYAML.writeKey)), .taken()),
        BadInput("14 with a password", track("14p", basic("\(GatewayYAML.writeKey):secret")), .taken()),
        BadInput(
            "15 two write keys", track("15", basic("\(GatewayYAML.writeKey):"), more: #""writeKey":"other","#),
            .refused(401, "write_key_conflict")),
    ]

    private static let sources: [BadInput] = [
        BadInput(
            "16 disabled source", .rudderstack(event("16"), secret: GatewayYAML.disabledSecret),
            .refused(403, "source_disabled")),
        BadInput(
            "17 foreign origin",
            track("17", basic("\(GatewayYAML.writeKey):") + [("Origin", "https://evil.example")]),
            .refused(403, "origin_not_allowed")
        ) { $0.header("Access-Control-Allow-Origin") == nil },
        BadInput(
            "17 listed origin", track("17l", basic("\(GatewayYAML.writeKey):") + [("Origin", GatewayYAML.origin)]),
            .taken()
        ) { $0.header("Access-Control-Allow-Origin") == GatewayYAML.origin },
        BadInput(
            "17 listed origin, bad event",
            .post(
                "/v1/track", basic("\(GatewayYAML.writeKey):") + [("Origin", GatewayYAML.origin)], Array("{".utf8)),
            .refused(400, "invalid_json")
        ) { $0.header("Access-Control-Allow-Origin") == GatewayYAML.origin },
        BadInput(
            "17 origin below a wildcard",
            track("17w", basic("\(GatewayYAML.writeKey):") + [("Origin", "http://a.example.org:8080")]), .taken()),
    ]
}
