public import Inbound

/// Header lines in the order in which they came.
public struct FuzzHeaders: HeaderReading {
    private var lines: [(name: String, value: String)] = []

    /// No header.
    public init() {}

    /// Reads `Name: value` lines; a line without a colon is left out.
    public init(_ head: [UInt8]) {
        for line in head.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            add(String(decoding: line[..<colon], as: UTF8.self), String(decoding: line[(colon + 1)...], as: UTF8.self))
        }
    }

    /// Appends a line.
    public mutating func add(_ name: String, _ value: String) { lines.append((name.lowercased(), value)) }

    /// The value of the first line with this name.
    public func header(_ name: StaticString) -> String? { headerLines(name).first }

    /// The values of all lines with this name.
    public func headerLines(_ name: StaticString) -> [String] {
        let name = "\(name)".lowercased()
        return lines.filter { $0.name == name }.map(\.value)
    }
}
