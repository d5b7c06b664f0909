/// One request as its client sent it, lent to the handler for the duration of a call: it must not be kept.
///
/// Nothing is copied until it is asked for: every property that returns a `String` makes a new one.
public struct HTTPRequest {
    /// The method.
    public let method: HTTPMethod

    /// The body as sent, chunks joined; the memory is gone when `handle` returns, and there is none yet in `admit`.
    public let body: UnsafeRawBufferPointer

    /// Whether the request came over TLS.
    public let isTLS: Bool

    /// The client's numeric address, or that of the last proxy before the gateway.
    public let remoteAddress: String

    /// The same for `admit` and `handle` of one request, and for no other request of the loop.
    public let sequence: UInt64

    private let view: HTTPHeadView
    private let target: HTTPTarget

    /// Wraps a request whose memory outlives the value.
    init(_ view: HTTPHeadView, body: UnsafeRawBufferPointer, on connection: HTTPConnection, sequence: UInt64) {
        self.view = view
        self.body = body
        self.sequence = sequence
        method = view.head.method
        isTLS = connection.transport.isTLS
        remoteAddress = connection.remoteAddress
        target = HTTPTarget(view.target)
    }

    /// How long the body is by its `Content-Length`; nil for a chunked one.
    public var announcedBodyByteCount: Int? {
        if case .length(let length) = view.head.framing { length } else { nil }
    }

    /// The target as sent.
    public var rawTarget: String { String(decoding: view.target, as: UTF8.self) }

    /// The target's path with doubled slashes made one and without a trailing one; percent signs stay as they are.
    ///
    /// `*` for the target of `OPTIONS *`.
    public var path: String { target.normalizedPath }

    /// The target's query without its question mark, undecoded; nil if there is none.
    public var query: String? { target.query.map { String(decoding: $0, as: UTF8.self) } }

    /// The value of the first header field of that name.
    public func header(_ name: StaticString) -> String? { view.value(name).map { String(decoding: $0, as: UTF8.self) } }

    /// The value of the first header field of that name, without a copy; the memory is gone when `handle` returns.
    public func headerBytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? { view.value(name) }

    /// How many header fields have that name.
    public func headerCount(_ name: StaticString) -> Int { view.count(name) }

    /// Whether just one header field has that name, and this very value.
    public func hasOnly(_ name: StaticString, _ value: StaticString) -> Bool {
        guard let bytes = view.value(name), bytes.count == value.utf8CodeUnitCount, view.count(name) == 1 else {
            return false
        }
        return bytes.elementsEqual(UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// The values of all header fields of that name, in order, one a line.
    public func headerLines(_ name: StaticString) -> [String] {
        view.values(name).map { String(decoding: $0, as: UTF8.self) }
    }
}
