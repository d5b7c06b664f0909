import JSON

/// What iOS says about tracking (`attTrackingStatus`).
enum TrackingStatus: Int, Sendable {
    case notDetermined, restricted, denied, authorized

    /// Reads the number, or Apple's word for it.
    init?(_ value: JSONValue) {
        if let number = value.int64 {
            self.init(rawValue: Int(truncatingIfNeeded: min(max(number, -1), 4)))
            return
        }
        guard let text = value.text?.trimmed, let first = text.first, ASCII.isAlphanumeric(first),
            let status = Self.words[text]
        else { return nil }
        self = status
    }

    private static let words = FoldedTable<TrackingStatus>([
        ("0", .notDetermined), ("notdetermined", .notDetermined), ("1", .restricted), ("restricted", .restricted),
        ("2", .denied), ("denied", .denied), ("3", .authorized), ("authorized", .authorized),
        ("authorised", .authorized),
    ])
}
