import Glibc

/// Turns answers into the bytes on the wire, in memory that serves one answer after the other.
struct HTTPResponseEncoder {
    /// What the answer needs to know of its request and connection.
    struct Context: Equatable {
        /// Whether the request was HEAD: the answer has a length but no body.
        var isHead = false
        /// Whether the connection is closed after the answer.
        var closes = false
        /// Whether an HTTP/1.0 client must be told that the connection stays open.
        var saysKeepAlive = false
    }

    /// The answer encoded last.
    private(set) var bytes: [UInt8] = []
    private var date: [UInt8] = []
    private var dateSecond = time_t.min

    /// More memory than this is given back after an answer.
    private static let keptCapacity = 1 << 20

    init() { bytes.reserveCapacity(4096) }

    /// Encodes an answer; `second` is the time of day in seconds since 1970.
    mutating func encode(_ response: HTTPResponse, _ context: Context, at second: time_t) {
        if bytes.capacity > Self.keptCapacity { bytes = [] }
        bytes.removeAll(keepingCapacity: true)
        append("HTTP/1.1 ")
        append(decimal: response.status)
        append(" ")
        append(Self.reason(response.status))
        append("\r\nDate: ")
        if second != dateSecond {
            date = Self.formatted(second)
            dateSecond = second
        }
        bytes.append(contentsOf: date)
        for (name, value) in response.headers {
            append("\r\n")
            append(field: name)
            append(": ")
            append(field: value)
        }
        let hasBody = response.status >= 200 && response.status != 204 && response.status != 304
        if hasBody {
            append("\r\nContent-Length: ")
            append(decimal: response.body.count)
        }
        if context.closes {
            append("\r\nConnection: close")
        } else if context.saysKeepAlive {
            append("\r\nConnection: keep-alive")
        }
        append("\r\n\r\n")
        if hasBody && !context.isHead { bytes.append(contentsOf: response.body) }
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Control characters become blanks: a line break would begin a field, or an answer, of the value's own.
    private mutating func append(field text: String) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        for index in start..<bytes.count where bytes[index] < 0x20 || bytes[index] == 0x7F {
            bytes[index] = 0x20
        }
    }

    private mutating func append(decimal number: Int) {
        precondition(number >= 0, "neither a status nor a length is negative: \(number)")
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// The date as RFC 9110, section 5.6.7 wants it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func formatted(_ second: time_t) -> [UInt8] {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        return Array(
            "\(day) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT".utf8)
    }

    /// The phrase after the status, which nobody but people reads.
    private static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}
