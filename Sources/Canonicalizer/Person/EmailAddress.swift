import JSON

/// Reads e-mail addresses and makes the forms that platforms hash (reference destinations/geo-normalization, 10).
enum EmailAddress {
    /// The most bytes an address may have (RFC 5321, 4.5.3.1.3, less the angle brackets).
    static let byteLimit = 254

    private static let scheme = Array("mailto:".utf8)

    /// Puts the address in its common form into an empty buffer: trimmed, lower-cased, dots and tag kept.
    ///
    /// Takes `mailto:` away, and an address out of `Display Name <address>`. What is left has to match
    /// `^[^\s@]+@[^\s@]+\.[^\s@]+$`.
    ///
    /// - Returns: where its `@` stands; nil if the text is no address, and then the buffer holds rubbish.
    static func read(_ text: JSONText, into bytes: inout ByteBuffer) -> Int? {
        let address = bareAddress(in: text.trimmed)
        guard 5...byteLimit ~= address.count else { return nil }
        if bytes.isEmpty, bytes.append(lowercasing: address) {
            guard let at = bytes.firstIndex(of: UInt8(ascii: "@")),
                bytes.firstIndex(of: UInt8(ascii: "@"), from: at + 1) == nil, isNamed(bytes, at: at),
                hasInnerDot(bytes, from: at + 1)
            else { return nil }
            return at
        }
        var at: Int?
        var position = address.startIndex
        while position < address.endIndex {
            let byte = address[position]
            if byte <= 0x20 || byte == 0x7F { return nil }
            if byte >= 0x80 {
                if address.blankWidth(at: position) > 0 { return nil }
                let end = address[position..<address.endIndex].firstIndex { $0 < 0x80 } ?? address.endIndex
                if address[position..<end].indices.contains(where: { address.blankWidth(at: $0) > 0 }) { return nil }
                TextRule.appendLowercased(address[position..<end], to: &bytes)
                position = end
                continue
            }
            if byte == UInt8(ascii: "@") {
                guard at == nil else { return nil }
                at = bytes.count
            }
            bytes.append(ASCII.lowercased(byte))
            position += 1
        }
        guard let at, isNamed(bytes, at: at), hasInnerDot(bytes, from: at + 1) else { return nil }
        return at
    }

    /// Whether there is more than dots and a tag before the `@`: without, no platform could match.
    private static func isNamed(_ bytes: borrowing ByteBuffer, at: Int) -> Bool {
        var position = 0
        while position < at, bytes[position] == UInt8(ascii: ".") { position += 1 }
        return position < at && bytes[position] != UInt8(ascii: "+")
    }

    /// Whether the domain has a dot that is neither its first nor its last character.
    private static func hasInnerDot(_ bytes: borrowing ByteBuffer, from domain: Int) -> Bool {
        var position = domain + 1
        while position < bytes.count - 1 {
            if bytes[position] == UInt8(ascii: ".") { return true }
            position += 1
        }
        return false
    }

    private static func bareAddress(in text: JSONText) -> JSONText {
        var text = text
        if text.last == UInt8(ascii: ">"), let open = text.lastIndex(of: UInt8(ascii: "<")) {
            text = text[open + 1..<text.endIndex - 1].trimmed
        }
        if text.count > scheme.count, text[text.startIndex + scheme.count - 1] == UInt8(ascii: ":"),
            text.hasPrefixIgnoringCase(scheme)
        {
            text = text[text.startIndex + scheme.count..<text.endIndex]
            if let question = text.firstIndex(of: UInt8(ascii: "?")) { text = text[text.startIndex..<question] }
        }
        return text
    }
}
