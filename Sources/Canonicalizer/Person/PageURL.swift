import EventModel
import JSON

/// The page an event happened on, fit to be kept and sent on (reference inbound, section 9, row 86).
enum PageURL {
    /// The longest URL that is kept, in bytes; the rest is cut off.
    static let byteLimit = 8192

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
        guard isHTTP(text) else {
            notes.add(.pageURLDropped)
            return nil
        }
        if text.count <= byteLimit, URLCleaner.isClean(text) {
            // The sanitizer need not look at it again.
            if text.count == value.text?.count { value.markString() }
            return text.string
        }
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

    /// Whether text begins with `http://` or `https://` in any case, and more follows.
    private static func isHTTP(_ text: JSONText) -> Bool {
        guard text.count > 7 else { return false }
        let start = text.startIndex
        let isNamed =
            text[start] | 0x20 == UInt8(ascii: "h") && text[start + 1] | 0x20 == UInt8(ascii: "t")
            && text[start + 2] | 0x20 == UInt8(ascii: "t") && text[start + 3] | 0x20 == UInt8(ascii: "p")
        let colon = text[start + 4] | 0x20 == UInt8(ascii: "s") ? start + 5 : start + 4
        return isNamed && text.endIndex > colon + 3 && text[colon] == UInt8(ascii: ":")
            && text[colon + 1] == UInt8(ascii: "/") && text[colon + 2] == UInt8(ascii: "/")
    }

    /// The last place at or before the limit that splits neither a character nor a percent escape.
    private static func cut(in bytes: [UInt8]) -> Int {
        var end = byteLimit
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        for width in 1...2 where bytes[end - width] == UInt8(ascii: "%") { return end - width }
        return end
    }
}
