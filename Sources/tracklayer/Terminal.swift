import Glibc

/// What the program prints.
enum Terminal {
    /// Writes a line to standard output.
    static func out(_ line: String) { write(line + "\n", to: 1) }

    /// Writes text to standard output as it is.
    static func outRaw(_ text: String) { write(text, to: 1) }

    /// Writes bytes to standard output as they are.
    static func out(_ bytes: [UInt8]) { write(bytes, to: 1) }

    /// Writes a line to standard error.
    static func error(_ line: String) { write(line + "\n", to: 2) }

    /// Whether standard output is a terminal that somebody watches.
    static var isInteractive: Bool { isatty(1) == 1 }

    /// Text without what would move a terminal's cursor or change its colours: a receiver may answer anything.
    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\n            "
            case _ where scalar.properties.generalCategory == .control: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // The reader has gone: there is nobody left to tell.
            if count <= 0 { exit(ExitCode.failed.rawValue) }
            rest = rest.dropFirst(count)
        }
    }
}

extension String {
    /// The text with blanks after it until it is `width` characters wide.
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}

/// Rows of text under headings, columns as wide as their widest cell.
struct TextTable {
    private var rows: [[String]]

    init(_ headings: [String]) { rows = [headings] }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table, a line each row, two blanks between columns.
    var text: String {
        let columnCount = rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += column == row.count - 1 ? cell : cell.padded(to: widths[column]) + "  "
            }
            // An empty last cell would leave blanks at the end.
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
