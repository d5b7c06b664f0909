/// Reads the header fields of a request; names are compared without regard to case (RFC 9110, 5.1).
public protocol HeaderReading {
    /// The value of the first line with this name.
    func header(_ name: StaticString) -> String?
    /// The values of all lines with this name, in order.
    func headerLines(_ name: StaticString) -> [String]
    /// How many lines have this name.
    func headerCount(_ name: StaticString) -> Int
    /// Whether just one line has this name, and this very value.
    func hasOnly(_ name: StaticString, _ value: StaticString) -> Bool
}

extension HeaderReading {
    /// Counts ``headerLines(_:)``.
    public func headerCount(_ name: StaticString) -> Int { headerLines(name).count }

    /// Compares ``headerLines(_:)``.
    public func hasOnly(_ name: StaticString, _ value: StaticString) -> Bool { headerLines(name) == ["\(value)"] }
}

extension HeaderReading {
    /// The value of a field that may come once, without ASCII blanks around it.
    ///
    /// Lines that repeat the same value count as one.
    func singleValue(_ name: StaticString) -> SingleValue {
        // Nearly every request has each of these once, so the array is only asked for when there is something.
        guard let first = header(name)?.trimmingBlanks() else { return .absent }
        guard headerCount(name) > 1 else { return .value(first) }
        let isRepeated = headerLines(name).dropFirst().contains { $0.trimmingBlanks() != first }
        return isRepeated ? .conflicting : .value(first)
    }
}

/// What a field that may come once was found to be.
enum SingleValue {
    case absent
    case value(Substring)
    /// Several lines with different values.
    case conflicting
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends.
    func trimmingBlanks() -> Substring {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var bytes = Substring(self).utf8
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return Substring(bytes)
    }
}
