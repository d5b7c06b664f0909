/// Follows JSON text byte by byte to know whether a position lies inside a string literal.
struct JSONStringTracker: Equatable {
    enum State: Equatable {
        case outside
        case string
        /// After a backslash.
        case escape
        /// Inside `\uXXXX`, with so many digits to come.
        case unicode(Int)
    }

    private(set) var state = State.outside

    var isInString: Bool { state != .outside }

    mutating func feed(_ byte: UInt8) {
        switch (state, byte) {
        case (.outside, UInt8(ascii: "\"")): state = .string
        case (.outside, _): break
        case (.string, UInt8(ascii: "\"")): state = .outside
        case (.string, UInt8(ascii: "\\")): state = .escape
        case (.string, _): break
        case (.escape, UInt8(ascii: "u")): state = .unicode(4)
        case (.escape, _): state = .string
        case (.unicode(let left), _): state = left > 1 ? .unicode(left - 1) : .string
        }
    }
}
