import CEvent
import Glibc

/// The checks of a request's head that libevent does not make, or makes too kindly (inbound reference, rows 32, 33 and
/// 102; RFC 9112, sections 3.2, 5.1, 6.1 and 6.3).
struct HTTPRequestRules {
    /// Why a request is refused; the connection is closed after it.
    struct Refusal: Equatable {
        var status: Int
        var code: String
        var message: String

        static let badFraming = Refusal(
            status: 400, code: "bad_framing",
            message: "the length of the body is ambiguous; send one Content-Length, or Transfer-Encoding: chunked")
        static let badHeader = Refusal(
            status: 400, code: "bad_request", message: "a header name has a character that names cannot have")
        static let badHost = Refusal(
            status: 400, code: "bad_request", message: "an HTTP/1.1 request needs exactly one Host header")
        static let badVersion = Refusal(
            status: 400, code: "bad_request", message: "only HTTP/1.0 and HTTP/1.1 are spoken here")
        static let headersTooLarge = Refusal(
            status: 431, code: "headers_too_large", message: "the header has too many bytes or too many fields")
    }

    /// What the header says about the connection's future.
    struct Persistence: Equatable {
        /// Whether the client wants the connection closed after the answer.
        var closes: Bool
        /// Whether the client speaks HTTP/1.0 and needs to be told that the connection stays open.
        var saysKeepAlive: Bool
    }

    private var fieldCount = 0
    private var hostCount = 0
    private var lengthCount = 0
    private var encodingCount = 0
    private var announcesBody = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var refusal: Refusal?

    /// Reads the fields of a request's header.
    init(_ headers: UnsafePointer<evkeyvalq>) {
        var field = headers.pointee.tqh_first
        while let current = field {
            read(name: current.pointee.key, value: current.pointee.value)
            field = current.pointee.next.tqe_next
        }
    }

    /// Why the request is refused, if it is.
    ///
    /// - Parameters:
    ///   - version: The protocol's version.
    ///   - bodyIsRead: Whether libevent reads a body with this method: for others a body would pass for a request.
    ///   - fieldLimit: How many fields the header may have.
    /// - Returns: The first reason that applies; nil if the request is fine.
    func refusal(version: (major: Int, minor: Int), bodyIsRead: Bool, fieldLimit: Int) -> Refusal? {
        if version.major != 1 || version.minor < 0 { return .badVersion }
        if let refusal { return refusal }
        if fieldCount > fieldLimit { return .headersTooLarge }
        if lengthCount > 1 || encodingCount > 1 || (lengthCount == 1 && encodingCount == 1) { return .badFraming }
        if encodingCount == 1 && version.minor == 0 { return .badFraming }
        if announcesBody && !bodyIsRead { return .badFraming }
        if version.minor >= 1 ? hostCount != 1 : hostCount > 1 { return .badHost }
        return nil
    }

    /// What becomes of the connection after the answer.
    func persistence(minorVersion: Int) -> Persistence {
        let isOld = minorVersion == 0
        return Persistence(closes: saysClose || (isOld && !saysKeepAlive), saysKeepAlive: isOld && saysKeepAlive)
    }

    private mutating func read(name: UnsafePointer<CChar>, value: UnsafePointer<CChar>) {
        fieldCount += 1
        var count = 0
        while name[count] != 0 {
            let byte = UInt8(bitPattern: name[count])
            if !Self.isTokenByte(byte) {
                let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
                refusal = refusal ?? (isBlank ? .badFraming : .badHeader)
            }
            count += 1
        }
        switch count {
        case 0: refusal = refusal ?? .badHeader
        case 4 where strcasecmp(name, "Host") == 0: hostCount += 1
        case 10 where strcasecmp(name, "Connection") == 0: readConnection(value)
        case 14 where strcasecmp(name, "Content-Length") == 0: readLength(value)
        case 17 where strcasecmp(name, "Transfer-Encoding") == 0:
            encodingCount += 1
            announcesBody = true
            if strcasecmp(value, "chunked") != 0 { refusal = refusal ?? .badFraming }
        default: break
        }
    }

    /// Digits only: strtoll, which libevent uses, also takes a sign and leading blanks.
    private mutating func readLength(_ value: UnsafePointer<CChar>) {
        lengthCount += 1
        var position = 0
        while value[position] != 0 {
            let byte = UInt8(bitPattern: value[position])
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                refusal = refusal ?? .badFraming
                return
            }
            if byte != UInt8(ascii: "0") { announcesBody = true }
            position += 1
        }
        if position == 0 { refusal = refusal ?? .badFraming }
    }

    /// A list of tokens, of which libevent only knows `close` alone.
    private mutating func readConnection(_ value: UnsafePointer<CChar>) {
        var position = 0
        while value[position] != 0 {
            var end = position
            while value[end] != 0, value[end] != CChar(bitPattern: UInt8(ascii: ",")) { end += 1 }
            if Self.token(value + position, end - position, is: "close") { saysClose = true }
            if Self.token(value + position, end - position, is: "keep-alive") { saysKeepAlive = true }
            position = value[end] == 0 ? end : end + 1
        }
    }

    private static func token(_ text: UnsafePointer<CChar>, _ count: Int, is word: StaticString) -> Bool {
        var start = 0
        var end = count
        while start < end, isBlank(text[start]) { start += 1 }
        while end > start, isBlank(text[end - 1]) { end -= 1 }
        return end - start == strlen(word.cString) && strncasecmp(text + start, word.cString, end - start) == 0
    }

    private static func isBlank(_ character: CChar) -> Bool { character == 0x20 || character == 0x09 }

    /// RFC 9110, section 5.6.2: `tchar`.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
