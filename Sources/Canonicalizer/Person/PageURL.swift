import EventModel
import JSON

/// The page an event happened on, fit to be kept and sent on (reference inbound, section 9, row 86).
enum PageURL {
    /// The longest URL that is kept, in bytes; the rest is cut off.
    static let byteLimit = 8192

    private static let schemes = ["http://", "https://"].map { Array($0.utf8) }

    /// The URL without user info, personal parameters and addresses; nil for anything but http and https.
    ///
    /// Click ids are to be read before.
    static func clean(_ value: JSONValue?, notes: inout NoteList) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.text?.trimmed else {
            notes.add(.pageURLDropped)
            return nil
        }
        if text.isEmpty { return nil }
        guard let scheme = schemes.first(where: text.hasPrefixIgnoringCase), text.count > scheme.count else {
            notes.add(.pageURLDropped)
            return nil
        }
        if text.count <= byteLimit, URLCleaner.isClean(text) { return text.string }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        URLCleaner.append(text, to: &bytes)
        if !bytes.elementsEqual(text) { notes.add(.personalDataRemoved) }
        if bytes.count > byteLimit {
            notes.add(.pageURLTruncated)
            bytes.removeSubrange(cut(in: bytes)...)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The last place at or before the limit that splits neither a character nor a percent escape.
    private static func cut(in bytes: [UInt8]) -> Int {
        var end = byteLimit
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        for width in 1...2 where bytes[end - width] == UInt8(ascii: "%") { return end - width }
        return end
    }
}
