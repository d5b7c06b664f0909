import Glibc

/// The head of one request, taken apart: places in its bytes, which the owner keeps beside it.
struct HTTPHead: Sendable {
    /// A stretch of the head's bytes.
    struct Place: Equatable, Sendable {
        var start: UInt32
        var count: UInt32
    }

    /// One header field; the value has no blanks around it.
    struct Field: Sendable {
        var name: Place
        var value: Place
    }

    /// How the end of the body is told (RFC 9112, section 6.3).
    enum Framing: Equatable, Sendable {
        /// So many bytes follow; 0 without a `Content-Length`.
        case length(Int)
        case chunked
    }

    var method = HTTPMethod.other
    var target = Place(start: 0, count: 0)
    /// 0 or 1, of HTTP/1.
    var minorVersion = 1
    var fields: [Field] = []
    var framing = Framing.length(0)
    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue = false
    /// Whether the client wants the connection closed after the answer.
    var closes = false
    /// Whether the client speaks HTTP/1.0 and needs to be told that the connection stays open.
    var saysKeepAlive = false
    /// Where the body begins.
    var byteCount = 0
}

/// A head with its bytes: what a request is asked for.
struct HTTPHeadView {
    let head: HTTPHead
    let bytes: UnsafeRawBufferPointer

    /// The text at a place.
    func text(_ place: HTTPHead.Place) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: bytes[Int(place.start)..<Int(place.start + place.count)])
            .assumingMemoryBound(to: UInt8.self)
    }

    /// The target as sent.
    var target: UnsafeBufferPointer<UInt8> { text(head.target) }

    /// The value of the first field of that name, in any case.
    func value(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        for field in head.fields where isNamed(field, name) { return text(field.value) }
        return nil
    }

    /// The values of all fields of that name, in order.
    func values(_ name: StaticString) -> [UnsafeBufferPointer<UInt8>] {
        head.fields.compactMap { isNamed($0, name) ? text($0.value) : nil }
    }

    /// How many fields have that name.
    func count(_ name: StaticString) -> Int {
        var count = 0
        for field in head.fields where isNamed(field, name) { count += 1 }
        return count
    }

    private func isNamed(_ field: HTTPHead.Field, _ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard Int(field.name.count) == count, let base = bytes.baseAddress else { return false }
        return strncasecmp(
            (base + Int(field.name.start)).assumingMemoryBound(to: CChar.self), name.cString, count) == 0
    }
}
