import JSON

/// An answer to a request.
public struct HTTPResponse: Sendable {
    /// The status code, 200...599.
    public var status: Int

    /// The header fields in order.
    ///
    /// Without `Content-Length`, `Connection` and `Date`, which the server writes. Control characters in values are
    /// sent as blanks, so that no value can begin a field of its own.
    public var headers: [(String, String)]

    /// The body; not sent for HEAD, 204 and 304, though HEAD tells its length.
    public var body: [UInt8]

    /// Whether the connection is closed once the answer is out.
    public var closesConnection: Bool

    /// An answer.
    public init(
        status: Int, headers: [(String, String)] = [], body: [UInt8] = [], closesConnection: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.closesConnection = closesConnection
    }

    /// The header fields of an answer whose body is JSON.
    public static let jsonHeaders = [("Content-Type", "application/json; charset=utf-8")]

    /// The uniform answer to a request that failed (inbound reference, section 0).
    ///
    /// Always a JSON object with string `code` and `message`: some SDKs retry a permanent refusal without them.
    ///
    /// - Parameters:
    ///   - status: The status code, 400...599.
    ///   - code: The machine's word for the reason, in snake case.
    ///   - message: One sentence for a person, without payload values.
    ///   - requestID: What the logs call this request.
    /// - Returns: The answer, which keeps the connection open.
    public static func failure(status: Int, code: String, message: String, requestID: String) -> HTTPResponse {
        var writer = JSONWriter(capacity: 128 + message.utf8.count)
        writer.object { object in
            object.member("success", false)
            object.member("code", code)
            object.member("message", message)
            object.member("request_id", requestID)
        }
        return HTTPResponse(status: status, headers: jsonHeaders, body: writer.bytes)
    }
}
