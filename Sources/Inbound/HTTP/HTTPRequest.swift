import CEvent
import Glibc

/// One request as its client sent it, lent to the handler for the duration of a call: it must not be kept.
///
/// Nothing is copied until it is asked for: every property that returns a `String` makes a new one.
public struct HTTPRequest {
    /// The method.
    public let method: HTTPMethod

    /// The body as sent, chunks joined; the memory is gone when `handle` returns.
    public let body: UnsafeRawBufferPointer

    /// Whether the request came over TLS.
    public let isTLS: Bool

    private let target: HTTPTarget
    private let request: UnsafeMutablePointer<evhttp_request>

    /// Wraps a complete request of evhttp, which must outlive the value.
    init(_ request: UnsafeMutablePointer<evhttp_request>, method: HTTPMethod, isTLS: Bool) {
        self.request = request
        self.method = method
        self.isTLS = isTLS
        target = HTTPTarget(Self.bytes(of: request.pointee.uri))
        let buffer = request.pointee.input_buffer
        // One piece already, unless the body came in several reads.
        body = UnsafeRawBufferPointer(start: evbuffer_pullup(buffer, -1), count: evbuffer_get_length(buffer))
    }

    /// The target as sent.
    public var rawTarget: String { String(decoding: Self.bytes(of: request.pointee.uri), as: UTF8.self) }

    /// The target's path with doubled slashes made one and without a trailing one; percent signs stay as they are.
    ///
    /// `*` for the target of `OPTIONS *`.
    public var path: String { target.normalizedPath }

    /// The target's query without its question mark, undecoded; nil if there is none.
    public var query: String? { target.query.map { String(decoding: $0, as: UTF8.self) } }

    /// The client's numeric address, or that of the last proxy before the gateway.
    public var remoteAddress: String { String(decoding: Self.bytes(of: request.pointee.remote_host), as: UTF8.self) }

    /// The value of the first header field of that name.
    public func header(_ name: StaticString) -> String? {
        headerBytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value of the first header field of that name, without a copy; the memory is gone when `handle` returns.
    public func headerBytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        guard let value = evhttp_find_header(request.pointee.input_headers, name.cString) else { return nil }
        return Self.bytes(of: value)
    }

    /// The values of all header fields of that name, in order, one a line.
    public func headerLines(_ name: StaticString) -> [String] {
        var values: [String] = []
        var field = request.pointee.input_headers.pointee.tqh_first
        while let current = field {
            if strcasecmp(current.pointee.key, name.cString) == 0 {
                values.append(String(decoding: Self.bytes(of: current.pointee.value), as: UTF8.self))
            }
            field = current.pointee.next.tqe_next
        }
        return values
    }

    private static func bytes(of text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
        guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
        let count = strlen(text)
        return UnsafeBufferPointer(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: count)
    }
}
