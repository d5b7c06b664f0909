import Crypto

/// Recognizes e-mail addresses where ids and names are expected, so that none is kept in plain.
enum EmailText {
    /// Whether text is one address: something, one `@`, and a domain with a point, without blanks.
    static func isAddress(_ text: Span<UInt8>) -> Bool {
        var at = -1
        var lastPoint = -1
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "@"):
                if at >= 0 || index == 0 { return false }
                at = index
            case UInt8(ascii: "."): lastPoint = index
            case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"): return false
            default: break
            }
        }
        return at > 0 && lastPoint > at + 1 && lastPoint < text.count - 1
    }

    /// Whether text is one address; see ``isAddress(_:)-(Span<UInt8>)``.
    static func isAddress(_ text: String) -> Bool {
        text.withText { $0.contains(UInt8(ascii: "@")) && isAddress($0) }
    }

    /// The address that a text is: bare, escaped as in URLs, or with `mailto:` or a name before it
    /// (`Ada <ada@example.com>`); nil if it is none.
    static func address(in text: String) -> String? {
        if text.lowercased().hasPrefix("mailto:") { return address(in: String(text.dropFirst("mailto:".count))) }
        if isAddress(text) { return text }
        if text.utf8.contains(UInt8(ascii: "%")) {
            let decoded = text.replacing("%40", with: "@")
            return decoded != text && isAddress(decoded) ? decoded : nil
        }
        guard text.hasSuffix(">"), let start = text.lastIndex(of: "<") else { return nil }
        let inner = String(text[text.index(after: start)...].dropLast())
        return isAddress(inner) ? inner : nil
    }

    /// SHA-256 of the trimmed, lower-case address: the form that identity joins on (reference inbound, 11 rule 9).
    static func digest(of address: String, hasher: SHA256) -> Digest { hasher.digest(of: address.lowercased()) }

    /// The text with every address in it replaced by `[removed]`.
    static func redacted(_ text: String) -> String {
        guard text.withText({ $0.contains(UInt8(ascii: "@")) }) else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var word: [UInt8] = []
        func flush() {
            result.append(contentsOf: isAddress(word.span) ? Array("[removed]".utf8) : word)
            word.removeAll(keepingCapacity: true)
        }
        for byte in bytes {
            if isAddressByte(byte) {
                word.append(byte)
            } else {
                flush()
                result.append(byte)
            }
        }
        flush()
        return String(decoding: result, as: UTF8.self)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), 0x80...0xFF:
            true
        default: byte.isASCIILetter || byte.isASCIIDigit
        }
    }
}
