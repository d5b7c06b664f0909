/// One input: bytes for the parser, and a last byte that holds all choices of how to feed it.
///
/// Choices come from the end, and take no more than a file's last newline, so that a fixture is a valid input as it is.
public struct FuzzInput {
    /// All but the last byte.
    public let bytes: [UInt8]
    private var choices: Int

    /// The input that libFuzzer passes, copied.
    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        let input = UnsafeBufferPointer(start: start, count: count)
        bytes = Array(input.dropLast())
        choices = Int(input.last ?? 0)
    }

    /// A number below `count`; the counts of all choices of a target must multiply to 256 at most.
    public mutating func choice(below count: Int) -> Int {
        defer { choices /= count }
        return choices % count
    }

    /// One of the elements of a list that is not empty.
    public mutating func choice<Element>(of elements: [Element]) -> Element { elements[choice(below: elements.count)] }

    /// The bytes up to the first empty line, and those behind it.
    public var headAndBody: (head: [UInt8], body: [UInt8]) {
        let newline = UInt8(ascii: "\n")
        guard let end = bytes.indices.dropFirst().first(where: { bytes[$0] == newline && bytes[$0 - 1] == newline })
        else { return (bytes, []) }
        return (Array(bytes[..<(end - 1)]), Array(bytes[(end + 1)...]))
    }
}

/// Ends the process, which libFuzzer reports as a crash together with the input.
public func require(_ isTrue: Bool, _ law: @autoclosure () -> String) {
    if !isTrue { fatalError("broken law: \(law())") }
}
