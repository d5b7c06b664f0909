import JSON

/// A complete answer, for the server to send.
///
/// The body of every answer is JSON: the server sends it with ``contentType``, whatever the status.
public struct Answer: Sendable {
    /// One header field.
    public struct Header: Sendable, Equatable {
        /// The field's name.
        public let name: StaticString
        /// The field's value.
        public let value: String

        /// A header field.
        public init(_ name: StaticString, _ value: String) {
            self.name = name
            self.value = value
        }

        /// Whether both are the same field with the same value.
        public static func == (left: Header, right: Header) -> Bool {
            "\(left.name)" == "\(right.name)" && left.value == right.value
        }
    }

    /// The media type of every body: RudderStack blanks bodies of other types (reference inbound, section 0).
    public static let contentType = "application/json; charset=utf-8"

    /// The HTTP status.
    public var status: Int
    /// Fields beside `Content-Type` and `Content-Length`.
    public var headers: [Header] = []
    /// The body; empty only for preflight answers.
    public var body: [UInt8]
    /// Whether the connection must be closed after this answer.
    public var closesConnection = false

    /// An answer without headers of its own.
    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

extension Answer {
    /// How many bytes the body of a failure may have; RudderStack keeps 10 KB of it.
    static let failureByteLimit = 4096
    /// How many items a failure names.
    static let errorLimit = 20

    /// The answer to a request that is refused as a whole.
    ///
    /// Always has the string members `code` and `message`: rudder-sdk-python retries a refusal without them (reference
    /// inbound, section 0, rule 9).
    public init(_ fault: RequestFault, requestID: String) {
        let errors = fault.field.map { field in
            [ItemError(index: nil, field: field, code: fault.code.rawValue, message: fault.message)]
        }
        self.init(
            status: fault.status,
            body: Self.failureBody(
                code: fault.code.rawValue, message: fault.message, requestID: requestID, errors: errors ?? []))
        closesConnection = fault.closesConnection
        if fault.status == 401 {
            // RFC 9110, 15.5.2, wants a challenge. The scheme is one that no browser asks its user about.
            headers.append(Header("WWW-Authenticate", "TrackLayer"))
        }
        if let seconds = fault.retryAfterSeconds { headers.append(Header("Retry-After", "\(seconds)")) }
        if !fault.allowedMethods.isEmpty {
            headers.append(Header("Allow", fault.allowedMethods.joined(separator: ", ")))
        }
    }

    /// One line of a failure's `errors`.
    struct ItemError {
        var index: Int?
        var field: String?
        var code: String
        var message: String
    }

    /// The body of a failure, with as many errors as fit its limits.
    static func failureBody(code: String, message: String, requestID: String, errors: [ItemError]) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            writer.member("success", false)
            writer.member("code", code)
            writer.member("message", message)
            writer.member("request_id", requestID)
            guard !errors.isEmpty else { return }
            writer.key("errors")
            writer.array { writer in
                for error in errors.prefix(errorLimit) {
                    var entry = JSONWriter(capacity: 256)
                    entry.object {
                        if let index = error.index { $0.member("index", index) }
                        $0.member("field", error.field)
                        $0.member("code", error.code)
                        $0.member("message", error.message)
                    }
                    // Four bytes: a comma and the brackets that close the text.
                    guard writer.bytes.count + entry.bytes.count + 4 <= failureByteLimit else { return }
                    writer.raw(entry.bytes)
                }
            }
        }
        return writer.bytes
    }
}
