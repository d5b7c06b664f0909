/// One input: bytes for the parser, and small choices taken from its end.
///
/// Choices come from the end so that a fixture is a valid input as it is (the convention of LLVM's FuzzedDataProvider).
public struct FuzzInput {
    /// What no choice has taken.
    public private(set) var bytes: [UInt8]

    /// The input that libFuzzer passes, copied.
    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        bytes = Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// A number below `count`, from the last byte; 0 when none is left.
    public mutating func choice(below count: Int) -> Int {
        guard let last = bytes.popLast() else { return 0 }
        return Int(last) % count
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
