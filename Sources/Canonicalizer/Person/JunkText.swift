import JSON

/// Texts that stand where a value should be and say nothing (reference inbound, 4.5).
enum JunkText {
    /// All of them, and the empty text.
    static let words: [[UInt8]] = [
        "", "null", "undefined", "nil", "none", "nan", "n/a", "na", "unknown", "anonymous", "guest", "<nil>",
        "<no value>", "[object object]", "false", "true", "0", "-1", "00000000-0000-0000-0000-000000000000",
    ].map { Array($0.utf8) }

    /// Of these, those that people are called.
    private static let givenNames: [[UInt8]] = ["na", "nan", "nil"].map { Array($0.utf8) }

    /// The words of each length.
    private static let wordsByCount: [[[UInt8]]] = {
        let longest = words.map(\.count).max() ?? 0
        return (0...longest).map { count in words.filter { $0.count == count } }
    }()

    /// Whether a trimmed text is junk as an identifier: empty, a word for "nothing", or an unrendered template.
    static func contains(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        switch ASCII.lowercased(first) {
        case UInt8(ascii: "a"), UInt8(ascii: "f"), UInt8(ascii: "g"), UInt8(ascii: "n"), UInt8(ascii: "t"),
            UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "-"), UInt8(ascii: "<"), UInt8(ascii: "["),
            UInt8(ascii: "{"):
            return isWord(text) || first == UInt8(ascii: "{") && isTemplate(text)
        default: return false  // no word begins so
        }
    }

    private static func isWord(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        let table = wordsByCount
        let count = text.count
        if count < table.count {
            for word in table[count] where text.isEqualIgnoringCase(word) { return true }
        }
        return false
    }

    /// Whether a trimmed text is junk as a person's name.
    static func containsName(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        contains(text) && !givenNames.contains { text.isEqualIgnoringCase($0) }
    }

    private static func isTemplate(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        text.count >= 4 && text.prefix(2).elementsEqual("{{".utf8) && text.suffix(2).elementsEqual("}}".utf8)
    }
}
