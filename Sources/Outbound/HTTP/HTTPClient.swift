/// Sends requests to destinations.
public protocol HTTPClient: Sendable {
    /// Sends a request and reports its end exactly once.
    ///
    /// - Parameters:
    ///   - request: What to send.
    ///   - completion: Called on a thread of the client's own, or on the caller's before this returns when the request
    ///     is refused at once. Must only hand the result on: it holds up every other transfer.
    func submit(_ request: OutboundRequest, completion: @escaping @Sendable (HTTPResult) -> Void)
}

/// How a request ended.
public enum HTTPResult: Sendable, Equatable {
    /// A status arrived.
    case response(HTTPResponse)
    /// No status arrived.
    case failure(HTTPFailure)
}

/// The answer to a request.
public struct HTTPResponse: Sendable, Equatable {
    /// What came after the header.
    public enum BodyEnd: Sendable, Equatable {
        /// The whole body is there.
        case complete
        /// The body is longer than the limit; the rest was not read.
        case cutOff
        /// The connection or the time ended first, or the body was malformed.
        case broken
    }

    /// The status, from 200 to 599.
    public var statusCode: Int
    /// Those of the headers asked for that the answer has, under the names they were asked for.
    public var headers: [HTTPHeader]
    /// The body's first bytes; ``HTTPClientConfiguration/responseByteLimit`` at most.
    public var body: [UInt8]
    /// How the body ended.
    public var bodyEnd: BodyEnd
    /// From the beginning of the transfer to its end.
    public var duration: Duration

    /// An answer from its parts.
    public init(
        statusCode: Int, headers: [HTTPHeader] = [], body: [UInt8] = [], bodyEnd: BodyEnd = .complete,
        duration: Duration = .zero
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
        self.bodyEnd = bodyEnd
        self.duration = duration
    }

    /// The value of a header that was asked for; names are compared without regard to ASCII case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.isSameHeaderName(as: name) }?.value
    }
}

/// Why no answer came.
public struct HTTPFailure: Error, Sendable, Equatable {
    /// What failed; raw values are contracts: they stand in logs and records.
    public enum Kind: String, Sendable, CaseIterable {
        /// The URL, a header or an option cannot be sent.
        case invalidRequest = "invalid_request"
        /// The body is larger than the client sends.
        case tooLarge = "too_large"
        /// Too many transfers are under way.
        case overloaded
        /// The host's name did not resolve.
        case dns
        /// The host resolved to an address that this destination may not reach.
        case addressRefused = "address_refused"
        case connect
        case tls
        /// The time ended before a byte of the request was sent.
        case timeoutBeforeSend = "timeout_before_send"
        /// The time ended after bytes of the request were sent.
        case timeoutAfterSend = "timeout_after_send"
        /// The connection ended after bytes of the request were sent.
        case resetAfterSend = "reset_after_send"
        /// Something came back that is not HTTP.
        case badResponse = "bad_response"
        /// The client was stopped.
        case cancelled
    }

    /// What failed, for a caller to decide on.
    public var kind: Kind
    /// What failed, without URL path, query, headers and body.
    public var message: String
    /// Whether the destination may have the request all the same.
    public var isAmbiguous: Bool

    /// A failure; ambiguous when its kind is.
    public init(_ kind: Kind, _ message: String, isAmbiguous: Bool = false) {
        self.kind = kind
        self.message = message
        self.isAmbiguous = isAmbiguous || kind == .timeoutAfterSend || kind == .resetAfterSend || kind == .badResponse
    }
}

extension HTTPFailure: CustomStringConvertible {
    /// The kind and the message in one line.
    public var description: String { "\(kind.rawValue): \(message)" }
}
