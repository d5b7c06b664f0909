import EventModel

/// Rows 18 to 23, 28 to 33, 101 and 102: HTTP that is not what it should be.
enum BadRequests {
    static let cases = methodsAndPaths + contentTypes + framing + heads

    private static let path = "/rudderstack/events"
    private static let secretLine = "X-TrackLayer-Secret: \(GatewayYAML.secret)\r\nContent-Type: application/json\r\n"

    private static func event(_ order: String) -> String { Samples.purchase(order: order) }

    private static func method(_ method: String, _ path: String = path) -> BadInput.Request {
        .raw("\(method) \(path) HTTP/1.1\r\nHost: test\r\n\(secretLine)\r\n")
    }

    /// A post whose header lines are given whole.
    private static func post(_ lines: String, _ body: String = "", target: String = path) -> BadInput.Request {
        .raw("POST \(target) HTTP/1.1\r\n\(secretLine)\(lines)\r\n\(body)")
    }

    private static func allows(_ methods: String) -> @Sendable (Reply) -> Bool {
        { $0.header("Allow") == methods }
    }

    private static let methodsAndPaths: [BadInput] = [
        BadInput("18 GET", method("GET"), .refused(405, "method_not_allowed"), also: allows("POST, PUT, PATCH")),
        BadInput("18 DELETE", method("DELETE"), .refused(405, "method_not_allowed"), also: allows("POST, PUT, PATCH")),
        BadInput("18 HEAD", method("HEAD"), .status(405), also: allows("POST, PUT, PATCH")),
        BadInput(
            "18 GET on an SDK's path", method("GET", "/v1/track"), .refused(405, "method_not_allowed"),
            also: allows("POST, OPTIONS")),
        BadInput("18 unknown method", method("BREW"), .status(405)),
        BadInput("19 unknown path", method("POST", "/nowhere"), .refused(404, "not_found")),
        BadInput(
            "19 slashes too many", .rudderstack(event("19s"), path: "//rudderstack///events//"), .taken()),
        BadInput("19 slash at the end", .rudderstack(event("19e"), path: "/rudderstack/events/"), .taken()),
        BadInput("19 query", .rudderstack(event("19q"), path: "/rudderstack/events?x=1"), .taken()),
    ]

    private static func typed(_ type: String, _ order: String) -> BadInput.Request {
        .rudderstack(event(order), [("Content-Type", type)])
    }

    private static let contentTypes: [BadInput] = [
        BadInput("20 HTML", typed("text/html", "20h"), .refused(415, "unsupported_media_type")),
        BadInput(
            "20 form", typed("application/x-www-form-urlencoded", "20f"), .refused(415, "unsupported_media_type")),
        BadInput("20 XML", typed("application/xml", "20x"), .refused(415, "unsupported_media_type")),
        BadInput(
            "20 multipart", typed("multipart/form-data; boundary=x", "20m"), .refused(415, "unsupported_media_type")),
        BadInput(
            "21 two types",
            .rudderstack(event("21"), [("content-type", "text/xml"), ("Content-Type", "application/json")]),
            .taken()),
        BadInput(
            "22 Latin-1", typed("application/json; charset=iso-8859-1", "22l"), .refused(415, "unsupported_charset")),
        BadInput("22 UTF-8", typed("application/json; charset=\"UTF-8\"", "22u"), .taken()),
        BadInput("22 ASCII", typed("application/vnd.api+json;charset=us-ascii", "22a"), .taken()),
        BadInput("23 br", encoded("br"), .refused(415, "unsupported_encoding")),
        BadInput("23 zstd", encoded("zstd"), .refused(415, "unsupported_encoding")),
        BadInput("23 deflate", encoded("deflate"), .refused(415, "unsupported_encoding")),
        BadInput("23 gzip twice", encoded("gzip, gzip"), .refused(415, "unsupported_encoding")),
    ]

    private static func encoded(_ coding: String) -> BadInput.Request {
        .rudderstack(event("23"), [("Content-Encoding", coding)])
    }

    @Sendable private static func isClosed(_ reply: Reply) -> Bool {
        reply.header("Connection")?.lowercased() == "close"
    }

    private static let framing: [BadInput] = [
        BadInput(
            "28 announced too large", post("Host: t\r\nContent-Length: 99999999\r\n"), .status(413), also: isClosed),
        BadInput(
            "29 chunks too large",
            post("Host: t\r\nTransfer-Encoding: chunked\r\n", "200001\r\n" + String(repeating: " ", count: 0x200001)),
            .status(413), also: isClosed),
        BadInput("30 silence after half a body", post("Host: t\r\nContent-Length: 100\r\n", "{"), .status(408)),
        BadInput("31 silence after half a header", .raw("POST \(path) HTTP/1.1\r\nHost: t\r\nX-"), .status(408)),
        BadInput(
            "32 length and chunks", post("Host: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            .status(400), also: isClosed),
        BadInput(
            "32 two lengths", post("Host: t\r\nContent-Length: 2\r\nContent-Length: 3\r\n", "{} "), .status(400),
            also: isClosed),
        BadInput(
            "32 length with a sign", post("Host: t\r\nContent-Length: +2\r\n", "{}"), .status(400), also: isClosed),
        BadInput(
            "33 header too large", post("Host: t\r\nX-Long: \(String(repeating: "x", count: 70_000))\r\n"),
            .refused(431, "headers_too_large")),
        BadInput(
            "33 too many fields",
            post("Host: t\r\n" + (0..<101).map { "X-\($0): 1\r\n" }.joined()), .refused(431, "headers_too_large")),
    ]

    private static let heads: [BadInput] = [
        BadInput(
            "101 expectation of a body too large",
            post("Host: t\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n"), .status(413)),
        BadInput("102 no host", post("Content-Length: 2\r\n", "{}"), .refused(400, "bad_request")),
        BadInput(
            "102 two hosts", post("Host: a\r\nHost: b\r\nContent-Length: 2\r\n", "{}"), .refused(400, "bad_request")),
        BadInput(
            "102 absolute target",
            post(
                "Host: t\r\nContent-Length: \(event("102").utf8.count)\r\n", event("102"),
                target: "http://t/rudderstack/events"), .taken()),
        BadInput("102 OPTIONS *", .raw("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n"), .status(204)),
    ]
}
