import EventModel
import JSON

extension ConsentAnswer {
    /// Reads one answer (reference inbound, 7.3 rule 1); nil if the value is none that anybody agreed on.
    init?(reading value: JSONValue) {
        switch value.kind {
        case .null: self = .unknown
        case .bool: self = value.bool == true ? .granted : .denied
        case .number, .string:
            guard let text = value.scalarText?.trimmed, !text.isEmpty, ASCII.isAlphanumeric(text[text.startIndex]),
                let answer = Self.words[text]
            else { return nil }
            self = answer
        case .array, .object: return nil
        }
    }

    private static let words = FoldedTable<ConsentAnswer>([
        ("true", .granted), ("granted", .granted), ("yes", .granted), ("1", .granted), ("false", .denied),
        ("denied", .denied), ("no", .denied), ("0", .denied), ("null", .unknown), ("unspecified", .unknown),
        // Google's word (reference google_ads, section 4).
        ("unknown", .unknown),
        ("notspecified", .unknown), ("pending", .unknown),
    ])
}
