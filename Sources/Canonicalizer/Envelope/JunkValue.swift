/// Texts that stand where an id should be and identify nobody (reference inbound, 4.5).
enum JunkValue {
    /// Whether trimmed text is junk, whatever its case.
    static func matches(_ text: Span<UInt8>) -> Bool {
        switch text.count {
        case 0: return true
        case 1: return text[0] == UInt8(ascii: "0")
        case 2: return text.isCaseInsensitively("-1") || text.isCaseInsensitively("na")
        case 3:
            return text.isCaseInsensitively("nil") || text.isCaseInsensitively("nan")
                || text.isCaseInsensitively("n/a")
        case 4:
            return text.isCaseInsensitively("null") || text.isCaseInsensitively("none")
                || text.isCaseInsensitively("true") || isTemplate(text)
        case 5:
            return text.isCaseInsensitively("guest") || text.isCaseInsensitively("false")
                || text.isCaseInsensitively("<nil>") || isTemplate(text)
        case 7: return text.isCaseInsensitively("unknown") || isTemplate(text)
        case 9:
            return text.isCaseInsensitively("undefined") || text.isCaseInsensitively("anonymous")
                || isTemplate(text)
        case 10: return text.isCaseInsensitively("<no value>") || isTemplate(text)
        case 15: return text.isCaseInsensitively("[object object]") || isTemplate(text)
        case 36: return text.isCaseInsensitively("00000000-0000-0000-0000-000000000000") || isTemplate(text)
        default: return isTemplate(text)
        }
    }

    /// Whether trimmed text is what a template leaves when it was not rendered or had no value.
    static func isUnrendered(_ text: Span<UInt8>) -> Bool {
        isTemplate(text) || text.isCaseInsensitively("<no value>") || text.isCaseInsensitively("<nil>")
    }

    /// Whether trimmed text is what code or a template writes for a name that it has not got.
    static func isNoName(_ text: Span<UInt8>) -> Bool {
        isUnrendered(text) || text.isCaseInsensitively("undefined") || text.isCaseInsensitively("null")
            || text.isCaseInsensitively("[object object]")
    }

    /// Whether text is nothing but zeros and dashes (reference identity, rule 3).
    static func isPlaceholder(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where text[index] != UInt8(ascii: "0") && text[index] != UInt8(ascii: "-") {
            return false
        }
        return true
    }

    /// The words that ``matches(_:)`` knows, for tables of their hashes.
    static let words = [
        "", "0", "-1", "na", "nil", "nan", "n/a", "null", "none", "true", "guest", "false", "<nil>", "unknown",
        "undefined", "anonymous", "<no value>", "[object object]", "00000000-0000-0000-0000-000000000000",
    ]

    private static func isTemplate(_ text: Span<UInt8>) -> Bool {
        text.count >= 4 && text[0] == UInt8(ascii: "{") && text[1] == UInt8(ascii: "{")
            && text[text.count - 1] == UInt8(ascii: "}") && text[text.count - 2] == UInt8(ascii: "}")
    }
}
