import Crypto

/// The place in a list at which the next page begins, as text that callers hand back and cannot read.
///
/// Made of keys of the store, so that a page goes on behind the last entry of the one before whatever arrives meanwhile.
/// A checksum over place and list tells a cursor that was cut, mistyped or made for another list.
struct AdminCursor {
    private static let checksumByteCount = 4
    /// Longer ones are none of ours.
    private static let textByteLimit = 512

    /// The refusal of a text that is no cursor of the list.
    static let failure = AdminFailure(
        400, "bad_cursor", "cursor: give next_cursor of the page before as it is, to the same list")

    /// The text for a place in a list.
    static func text(_ place: [UInt8], in list: String) -> String {
        Base64.encode(place + checksum(place, list), alphabet: .urlSafe)
    }

    /// The place that a text means.
    ///
    /// - Throws: ``failure`` if it was not made for this list.
    static func place(_ text: String, in list: String) throws(AdminFailure) -> [UInt8] {
        guard text.utf8.count <= textByteLimit, let bytes = Base64.decode(text.utf8),
            bytes.count >= checksumByteCount
        else { throw failure }
        let place = Array(bytes.dropLast(checksumByteCount))
        guard checksum(place, list) == bytes.suffix(checksumByteCount) else { throw failure }
        return place
    }

    /// Whether a text could be a cursor; which list it belongs to is seen when it is read.
    static func isWhole(_ text: String) -> Bool {
        text.utf8.count <= textByteLimit && (Base64.decode(text.utf8)?.count ?? 0) >= checksumByteCount
    }

    private static func checksum(_ place: [UInt8], _ list: String) -> ArraySlice<UInt8> {
        SHA256.digest(of: Array(list.utf8) + [0] + place).bytes.prefix(checksumByteCount)
    }
}
