/// Why the server itself refuses a request, before a handler sees it; the connection is closed after it.
struct HTTPRefusal: Error, Equatable {
    var status: Int
    var code: String
    var message: String

    /// Reference inbound, row 32; RFC 9112, section 6.3.
    static let badFraming = HTTPRefusal(
        status: 400, code: "bad_framing",
        message: "the length of the body is ambiguous; send one Content-Length, or Transfer-Encoding: chunked")
    static let badChunk = HTTPRefusal(
        status: 400, code: "bad_framing", message: "the chunks of the body cannot be read; send them as RFC 9112 says")
    static let badRequestLine = HTTPRefusal(
        status: 400, code: "bad_request", message: "the request line cannot be read; send METHOD TARGET HTTP/1.1")
    static let badLineEnd = HTTPRefusal(
        status: 400, code: "bad_request", message: "a line of the header does not end with CR and LF; end every line so"
    )
    static let badHeader = HTTPRefusal(
        status: 400, code: "bad_request", message: "a header field has a character that it cannot have; remove it")
    static let foldedHeader = HTTPRefusal(
        status: 400, code: "bad_request", message: "a header field goes on in a second line; send it in one")
    /// Reference inbound, row 102; RFC 9112, section 3.2.
    static let badHost = HTTPRefusal(
        status: 400, code: "bad_request", message: "an HTTP/1.1 request needs exactly one Host header")
    static let badVersion = HTTPRefusal(
        status: 400, code: "bad_request", message: "only HTTP/1.0 and HTTP/1.1 are spoken here")
    /// Reference inbound, row 33.
    static let headersTooLarge = HTTPRefusal(
        status: 431, code: "headers_too_large", message: "the header has too many bytes or too many fields")
    /// Reference inbound, row 30.
    static let requestTimeout = HTTPRefusal(
        status: 408, code: "request_timeout", message: "the request did not arrive in time; send it again")
    /// What a kept-alive connection hears when the server is about to stop (reference inbound, row 99).
    static let shuttingDown = HTTPRefusal(
        status: 503, code: "shutting_down", message: "the server is shutting down; send the request again")

    /// Reference inbound, rows 28 and 29.
    static func bodyTooLarge(_ byteLimit: Int) -> HTTPRefusal {
        HTTPRefusal(
            status: 413, code: "body_too_large",
            message: "the body has more than \(byteLimit) bytes; send less at once")
    }
}
