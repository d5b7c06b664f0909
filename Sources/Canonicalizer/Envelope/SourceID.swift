import EventModel
import JSON

/// An id as a sender gave it, as text: numbers keep their digits (reference inbound, 4.5 and rows 39-40, 52-58, 62).
struct SourceID: Sendable, Equatable {
    /// What reading an id came to.
    enum Reading: Sendable, Equatable {
        case absent
        case id(SourceID)
        /// Neither string nor number.
        case wrongType
        case loneSurrogate
        case tooLong
    }

    /// Trimmed, without control characters, never junk.
    let text: String
    /// Whether the id was a JSON number.
    let isNumeric: Bool
    /// Whether the number had a fraction or an exponent, so that it went through binary floating point and may have
    /// lost digits.
    let isLossy: Bool
    /// Whether there is an `@` in it.
    let mayBeAddress: Bool
    /// Whether it may be somebody's address, escaped ones too, or number in plain.
    let mayBePlain: Bool

    /// An id that is a string.
    init(text: String) {
        self.init(text: text, mayBeAddress: text.withText { $0.contains(UInt8(ascii: "@")) })
    }

    private init(text: String, isNumeric: Bool = false, isLossy: Bool = false, mayBeAddress: Bool) {
        self.text = text
        self.isNumeric = isNumeric
        self.isLossy = isLossy
        self.mayBeAddress = mayBeAddress
        mayBePlain =
            mayBeAddress
            || text.withText { text in
                text.count > 0 && text[0] == UInt8(ascii: "+") || text.contains(UInt8(ascii: "%"))
            }
    }

    /// Longer ids are refused or ignored: what names things is short, and ids become keys.
    static let byteLimit = 512

    /// Reads an id; notes junk, removed control characters and numbers.
    static func read(_ value: JSONValue?, notes: inout NoteList, byteLimit: Int = byteLimit) -> Reading {
        guard let value, !value.isNull else { return .absent }
        switch value.kind {
        case .string:
            if value.hasLoneSurrogate { return .loneSurrogate }
            guard let text = value.idText(notes: &notes) else {
                if value.sourceByteCount > 2 { notes.add(.junkIdentifier) }
                return .absent
            }
            if text.utf8.count > byteLimit { return .tooLong }
            let mayBeAddress = value.withText { $0.contains(UInt8(ascii: "@")) } ?? false
            return .id(SourceID(text: text, mayBeAddress: mayBeAddress))
        case .number:
            if value.sourceByteCount > byteLimit { return .tooLong }
            let isJunk = value.withSource { JunkValue.matches($0) || JunkValue.isPlaceholder($0) }
            if isJunk {
                notes.add(.junkIdentifier)
                return .absent
            }
            let text = value.withSource { $0.text(in: 0..<$0.count) }
            return .id(SourceID(text: text, isNumeric: true, isLossy: !value.isInteger, mayBeAddress: false))
        default: return .wrongType
        }
    }
}

extension JSONValue {
    /// The text of a string, trimmed and without control characters; nil if it is no string or blank.
    func cleanText(notes: inout NoteList) -> String? {
        if hasControlCharacter { return cleanTextWithoutControls(notes: &notes) }
        return withText { text -> String? in
            let range = text.trimmed
            return range.isEmpty ? nil : text.text(in: range)
        } ?? nil
    }

    /// The clean text of a string with e-mail addresses taken out; nil if it is no string or blank.
    func cleanTextWithoutAddresses(notes: inout NoteList) -> String? {
        let text = cleanText(notes: &notes)
        let mayHoldAddress = withText { $0.contains(UInt8(ascii: "@")) } ?? false
        return mayHoldAddress ? text.map(EmailText.redacted) : text
    }

    /// The clean text of a string, or the digits of a number; nil if it is anything else or junk.
    func idText(notes: inout NoteList) -> String? {
        if kind == .number { return withSource { $0.text(in: 0..<$0.count) } }
        if hasControlCharacter {
            guard let text = cleanText(notes: &notes), !text.withText({ JunkValue.matches($0) }) else { return nil }
            return text
        }
        return withText { text -> String? in
            let range = text.trimmed
            return JunkValue.matches(text.extracting(range)) ? nil : text.text(in: range)
        } ?? nil
    }

    private func cleanTextWithoutControls(notes: inout NoteList) -> String? {
        let cleaned = withText { text -> (bytes: [UInt8], hasRemoved: Bool) in
            let range = text.trimmed
            var bytes: [UInt8] = []
            for index in range where text[index] >= 0x20 { bytes.append(text[index]) }
            return (bytes, bytes.count < range.count)
        }
        guard let cleaned else { return nil }
        if cleaned.hasRemoved { notes.add(.controlCharacters) }
        let text = cleaned.bytes.span
        let range = text.trimmed
        return range.isEmpty ? nil : text.text(in: range)
    }
}
