import Platform

/// How the helper `date` writes a time, in UTC.
enum DateFormat: Sendable, Equatable {
    /// RFC 3339 with milliseconds.
    case iso
    /// Seconds since 1970, as a number.
    case unix
    /// Milliseconds since 1970, as a number.
    case unixMilliseconds
    /// Text with `%Y %m %d %H %M %S %L %%` replaced, `%L` being milliseconds.
    case pattern([UInt8])

    /// The format of that name (`iso`, `date`, `unix`, `unix_ms`) or pattern; nil if it is neither.
    init?(_ text: [UInt8]) {
        switch String(decoding: text, as: UTF8.self) {
        case "iso": self = .iso
        case "date": self = .pattern(Array("%Y-%m-%d".utf8))
        case "unix": self = .unix
        case "unix_ms": self = .unixMilliseconds
        default:
            guard text.contains(UInt8(ascii: "%")) else { return nil }
            var isDirective = false
            for byte in text {
                if isDirective, !"YmdHMSL%".utf8.contains(byte) { return nil }
                isDirective = !isDirective && byte == UInt8(ascii: "%")
            }
            guard !isDirective else { return nil }
            self = .pattern(text)
        }
    }

    /// The time written in this format.
    func value(of time: Timestamp) -> TemplateValue {
        switch self {
        case .iso: .text(Array(time.rfc3339.utf8))
        case .unix: .number(Array(String(time.seconds).utf8))
        case .unixMilliseconds: .number(Array(String(time.milliseconds).utf8))
        case .pattern(let pattern): .text(Self.expand(pattern, time.civil))
        }
    }

    private static func expand(_ pattern: [UInt8], _ time: CivilTime) -> [UInt8] {
        var text: [UInt8] = []
        var isDirective = false
        for byte in pattern {
            guard isDirective else {
                isDirective = byte == UInt8(ascii: "%")
                if !isDirective { text.append(byte) }
                continue
            }
            isDirective = false
            switch byte {
            case UInt8(ascii: "Y"): append(time.year, digits: 4, to: &text)
            case UInt8(ascii: "m"): append(time.month, digits: 2, to: &text)
            case UInt8(ascii: "d"): append(time.day, digits: 2, to: &text)
            case UInt8(ascii: "H"): append(time.hour, digits: 2, to: &text)
            case UInt8(ascii: "M"): append(time.minute, digits: 2, to: &text)
            case UInt8(ascii: "S"): append(time.second, digits: 2, to: &text)
            case UInt8(ascii: "L"): append(time.millisecond, digits: 3, to: &text)
            default: text.append(byte)
            }
        }
        return text
    }

    private static func append(_ number: Int, digits: Int, to text: inout [UInt8]) {
        let written = String(number)
        text.append(contentsOf: String(repeating: "0", count: max(0, digits - written.utf8.count)).utf8)
        text.append(contentsOf: written.utf8)
    }
}
