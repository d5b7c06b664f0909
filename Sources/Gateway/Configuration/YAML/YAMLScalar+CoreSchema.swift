/// What a scalar means under the core schema of YAML 1.2 (section 10.3.2).
///
/// Unlike in YAML 1.1, `yes`, `no`, `on` and `off` are text.
enum YAMLValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// A whole number that fits 64 bits.
    case integer(Int)
    /// Any other number, as written.
    case number
    case text
}

extension YAMLScalar {
    /// The meaning of this scalar: text unless it is plain.
    var value: YAMLValue { style == .plain ? Self.coreValue(of: text) : .text }

    /// The meaning of plain text.
    static func coreValue(of text: String) -> YAMLValue {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .boolean(true)
        case "false", "False", "FALSE": .boolean(false)
        case ".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN": .number
        default: numericValue(of: text)
        }
    }

    private static func numericValue(of text: String) -> YAMLValue {
        if text.hasPrefix("0o"), let value = Int(text.dropFirst(2), radix: 8) { return .integer(value) }
        if text.hasPrefix("0x"), let value = Int(text.dropFirst(2), radix: 16) { return .integer(value) }
        if let value = Int(text) { return .integer(value) }
        return isDecimal(text) ? .number : .text
    }

    /// Whether text is a number with a fraction, an exponent or too many digits.
    ///
    /// That is `[-+]? (\.[0-9]+ | [0-9]+ (\.[0-9]*)?) ([eE] [-+]? [0-9]+)?`.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func dropSign(_ rest: inout Substring.UTF8View) {
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        }
        func dropDigits(_ rest: inout Substring.UTF8View) -> Int {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        dropSign(&rest)
        var digitCount = dropDigits(&rest)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            digitCount += dropDigits(&rest)
        }
        guard digitCount > 0 else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            dropSign(&rest)
            guard dropDigits(&rest) > 0 else { return false }
        }
        return rest.isEmpty
    }
}
