import Crypto
import EventModel
import TestSupport

/// Rows 12 to 18 on the SDKs' own paths, and 3.2 and 3.7 of the reference: keys, origins and methods.
enum NativeProofs {
    static let cases = missing + unknown + headers + conflicts + precedence + disabled + origins + methods

    static func track(_ order: String, _ headers: [(String, String)] = [], key: String? = nil) -> BadInput.Request {
        let member = key.map { #""writeKey":"\#($0)","# } ?? ""
        return .post("/v1/track", headers, Array(Samples.purchase(order: order, more: member).utf8))
    }

    private static func batch(
        _ items: [String], _ headers: [(String, String)] = [], key: String? = nil, path: String = "/v1/batch"
    ) -> BadInput.Request {
        let member = key.map { #""writeKey":"\#($0)","# } ?? ""
        return .post(path, headers, Array("{\(member)\"batch\":[\(items.joined(separator: ","))]}".utf8))
    }

    private static func item(_ order: String, key: String? = nil) -> String {
        Samples.purchase(order: order, more: key.map { #""writeKey":"\#($0)","# } ?? "")
    }

    static func basic(_ text: String) -> (String, String) {
        ("Authorization", "Basic " + Base64.encode(Array(text.utf8)))
    }

    private static let good = GatewayYAML.writeKey
    private static let beacon = "/beacon/v1/batch"

    private static let missing: [BadInput] = [
        BadInput("12 batch without a key", batch([item("12a")]), .refused(401, "write_key_missing")),
        BadInput("12 beacon without a key", batch([item("12b")], path: beacon), .refused(401, "write_key_missing")),
        BadInput(
            "12 empty user name", track("12c", [basic(":password")]), .refused(401, "write_key_missing")),
        BadInput("12 empty key in the body", track("12d", key: ""), .refused(401, "write_key_missing")),
        BadInput(
            "12 capture without a key", .post("/trackstack/events", [], Array(#"{"event":"SignUp"}"#.utf8)),
            .refused(401, "write_key_missing")),
    ]

    private static let unknown: [BadInput] = [
        BadInput("13 in Basic", track("13a", [basic("nobody:")]), .refused(401, "write_key_invalid")) {
            !$0.text.contains("nobody") && !$0.text.contains(good)
        },
        BadInput(
            "13 in the query", batch([item("13b")], path: beacon + "?writeKey=nobody"),
            .refused(401, "write_key_invalid")),
        BadInput("13 in the batch", batch([item("13c")], key: "nobody"), .refused(401, "write_key_invalid")),
        BadInput("13 in the items", batch([item("13d", key: "nobody")]), .refused(401, "write_key_invalid")),
    ]

    private static let headers: [BadInput] = [
        BadInput(
            "14 not base64", track("14a", [("Authorization", "Basic ***")]), .refused(401, "authorization_malformed")),
        BadInput(
            "14 another scheme", track("14b", [("Authorization", "Digest x")]),
            .refused(401, "authorization_malformed")),
        BadInput("14 no colon", track("14c", [basic(good)]), .taken()),
        BadInput("14 password", track("14d", [basic("\(good):secret")]), .taken()),
        BadInput(
            "14 lower-case scheme", track("14e", [("authorization", "basic \(Base64.encode(Array("\(good):".utf8)))")]),
            .taken()),
        BadInput(
            "14 bearer with a key in the body", track("14f", [("Authorization", "Bearer token")], key: good),
            .refused(401, "bearer_not_supported")),
        BadInput(
            "14 bearer alone", track("14g", [("Authorization", "Bearer token")]),
            .refused(401, "bearer_not_supported")),
    ]

    private static let conflicts: [BadInput] = [
        BadInput(
            "15 Basic and body", track("15a", [basic("\(good):")], key: "other"), .refused(401, "write_key_conflict")),
        BadInput(
            "15 Basic and query", batch([item("15b")], [basic("\(good):")], path: beacon + "?writeKey=other"),
            .refused(401, "write_key_conflict")),
        BadInput(
            "15 query and batch", batch([item("15c")], key: "other", path: "\(beacon)?writeKey=\(good)"),
            .refused(401, "write_key_conflict")),
        BadInput(
            "15 one item", batch([item("15d", key: "other"), item("15e")], [basic("\(good):")]),
            .items([("rejected", "write_key_conflict"), ("accepted", nil)])),
        BadInput(
            "15 one item of a batch with its own key",
            batch([item("15f"), item("15g", key: "other"), item("15h", key: good)], key: good),
            .items([("accepted", nil), ("rejected", "write_key_conflict"), ("accepted", nil)])),
    ]

    private static let precedence: [BadInput] = [
        BadInput("15 the same key everywhere", track("15i", [basic("\(good):")], key: good), .taken()),
        BadInput("15 in the query alone", batch([item("15j")], path: "\(beacon)?writeKey=\(good)"), .taken()),
        BadInput("15 in the batch alone", batch([item("15k")], key: good), .taken()),
        BadInput("15 in the items alone", batch([item("15l", key: good)]), .taken()),
    ]

    private static let disabled: [BadInput] = [
        BadInput(
            "16 in Basic", track("16a", [basic("\(NativeInputTests.disabledKey):")]), .refused(403, "source_disabled")),
        BadInput("16 in the body", track("16b", key: NativeInputTests.disabledKey), .refused(403, "source_disabled")),
    ]

    private static func from(_ origin: String?, _ order: String, key: String = good) -> BadInput.Request {
        track(order, [basic("\(key):")] + (origin.map { [("Origin", $0)] } ?? []))
    }

    /// Whether a page of an origin may read the answer, with its cookies.
    static func isReadable(by origin: String) -> @Sendable (Reply) -> Bool {
        { reply in
            reply.header("Access-Control-Allow-Origin") == origin
                && reply.header("Access-Control-Allow-Credentials") == "true"
                && reply.header("Access-Control-Expose-Headers") == "Retry-After, X-Request-Id"
                && reply.header("Vary") == "Origin" && reply.header("X-Request-Id")?.hasPrefix("req_") == true
        }
    }

    @Sendable private static func isUnreadable(_ reply: Reply) -> Bool {
        !reply.response.headers.contains { $0.name.lowercased().hasPrefix("access-control-") }
    }

    private static let refused = BadInput.Outcome.refused(403, "origin_not_allowed")
    private static let listed = GatewayYAML.origin

    private static let origins: [BadInput] = [
        BadInput("17 foreign", from("https://evil.example", "17a"), refused, also: isUnreadable),
        BadInput("17 below a listed host", from("https://a.shop.example.com", "17b"), refused, also: isUnreadable),
        BadInput("17 ends like a listed host", from("https://evilexample.org", "17c"), refused, also: isUnreadable),
        BadInput("17 the wildcard's own host", from("https://example.org", "17d"), refused, also: isUnreadable),
        BadInput("17 null", from("null", "17e"), refused, also: isUnreadable),
        BadInput("17 listed", from(listed, "17f"), .taken(), also: isReadable(by: listed)),
        BadInput(
            "17 listed in capitals", from("https://SHOP.example.com", "17g"), .taken(),
            also: isReadable(by: "https://SHOP.example.com")),
        BadInput(
            "17 listed with a port", from("https://shop.example.com:8443", "17h"), .taken(),
            also: isReadable(by: "https://shop.example.com:8443")),
        BadInput("17 two levels below", from("http://a.b.example.org", "17i"), .taken()),
        BadInput("17 none", from(nil, "17j"), .taken(), also: isUnreadable),
        BadInput("17 none where one must be", from(nil, "17k", key: NativeInputTests.browserKey), refused),
        BadInput("17 any", from("https://any.example.net", "17l", key: NativeInputTests.openKey), .taken()),
        BadInput(
            "17 null where any may", from("null", "17m", key: NativeInputTests.openKey), .taken(),
            also: isReadable(by: "null")),
        BadInput(
            "17 foreign, key in the body",
            track("17n", [("Origin", "https://evil.example")], key: good), refused, also: isUnreadable),
        BadInput(
            "17 an error may be read, too",
            .post("/v1/track", [basic("nobody:"), ("Origin", listed)], Array("{}".utf8)),
            .refused(401, "write_key_invalid"), also: isReadable(by: listed)),
        BadInput(
            "17 webhooks say nothing to browsers",
            .rudderstack(Samples.purchase(order: "17o"), [("Origin", listed)]), .taken(), also: isUnreadable),
    ]

    private static func method(_ method: String, _ path: String) -> BadInput.Request {
        .raw("\(method) \(path) HTTP/1.1\r\nHost: test\r\nOrigin: \(listed)\r\n\r\n")
    }

    private static let methods: [BadInput] = [
        BadInput("18 GET on a batch", method("GET", "/v1/batch"), .refused(405, "method_not_allowed")) {
            $0.header("Allow") == "POST, OPTIONS" && isReadable(by: listed)($0)
        },
        BadInput("18 PUT on a short form", method("PUT", "/v1/t"), .refused(405, "method_not_allowed")),
        BadInput("18 POST on a pixel", method("POST", "/pixel/v1/track"), .refused(405, "method_not_allowed")) {
            $0.header("Allow") == "GET, OPTIONS"
        },
        BadInput("18 HEAD on a pixel", method("HEAD", "/v1/pixel/page"), .status(405)),
        BadInput("19 no such call", method("POST", "/v1/delete"), .refused(404, "not_found")),
        BadInput("19 no such pixel", method("GET", "/pixel/v1/identify"), .refused(404, "not_found")),
    ]
}
