import JSON

/// The genders that platforms know (reference destinations/geo-normalization, 9).
enum Gender: UInt8, Sendable {
    case male = 0x6D  // m
    case female = 0x66  // f
    /// Only Pinterest takes it.
    case neither = 0x6E  // n

    /// Reads a word; nil for any other.
    init?(text: JSONText) {
        guard let gender = Self.words[text.trimmed] else { return nil }
        self = gender
    }

    private static let words = FoldedTable<Gender>([
        ("m", .male), ("male", .male), ("man", .male), ("boy", .male), ("mr", .male), ("he", .male), ("him", .male),
        ("f", .female), ("female", .female), ("woman", .female), ("girl", .female), ("ms", .female),
        ("mrs", .female), ("miss", .female), ("she", .female), ("her", .female),
        ("n", .neither), ("nonbinary", .neither), ("nb", .neither), ("x", .neither), ("diverse", .neither),
    ])
}
