/// Why a text is no template, and where.
public struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line of the fault, from 1.
    public let line: Int
    /// The byte in that line, from 1.
    public let column: Int
    /// What is wrong and what to write instead.
    public let message: String

    /// A fault at a byte of a template's text.
    init(_ message: String, at offset: Int, in text: [UInt8]) {
        let before = text.prefix(offset)
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
        self.message = message
    }

    /// The place and the fault in one line.
    public var description: String { "line \(line), column \(column): \(message)" }
}

/// Why a template could not be rendered for one event.
public struct RenderFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, without any value of the event.
    public let message: String
    /// What had been rendered, kept for the dead letter.
    public let body: [UInt8]

    /// A failure with what had been rendered.
    public init(_ message: String, body: [UInt8] = []) {
        self.message = message
        self.body = body
    }

    /// The message.
    public var description: String { message }
}

/// Finds the name somebody probably meant.
enum NearestName {
    /// The candidate with the fewest edits to `name`: at most one in three letters, two being one swap.
    static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
        let limit = name.utf8.count < 4 ? 1 : max(2, name.utf8.count / 3)
        // A name far longer than any candidate is not worth measuring.
        guard name.utf8.count <= 64 else { return nil }
        return candidates.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// The number of insertions, deletions and replacements that turn one text into the other (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (position, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = position + 1
            for column in right.indices {
                let replaced = diagonal + (byte == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
