import COpenSSL

/// Base64 text (RFC 4648) through OpenSSL, with the strictness that OpenSSL leaves out.
public enum Base64 {
    /// Which of the two alphabets to write with.
    public enum Alphabet: Sendable {
        /// `+` and `/`, padded with `=`.
        case standard
        /// `-` and `_`, without padding, as in URLs and tokens.
        case urlSafe
    }

    /// The text of `bytes`.
    public static func encode(_ bytes: some Collection<UInt8>, alphabet: Alphabet = .standard) -> String {
        let bytes = Array(bytes)
        // EVP_EncodeBlock ends the text with a NUL.
        let text = [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4 + 1) { buffer, count in
            count = Int(EVP_EncodeBlock(buffer.baseAddress, bytes, Int32(bytes.count)))
        }
        guard alphabet == .urlSafe else { return String(decoding: text, as: UTF8.self) }
        let digits = text.lazy.prefix { $0 != UInt8(ascii: "=") }.map { digit in
            switch digit {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: digit
            }
        }
        return String(decoding: Array(digits), as: UTF8.self)
    }

    /// The bytes of text in either alphabet, padded or not; nil if any other character occurs or bits are left over.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard var digits = standardDigits(Array(text)) else { return nil }
        let paddingCount = (4 - digits.count % 4) % 4
        guard paddingCount < 3 else { return nil }
        digits.append(contentsOf: repeatElement(UInt8(ascii: "="), count: paddingCount))
        var bytes = [UInt8](unsafeUninitializedCapacity: digits.count / 4 * 3) { buffer, count in
            count = Int(EVP_DecodeBlock(buffer.baseAddress, digits, Int32(digits.count)))
        }
        // Padding decodes to bytes of its own. A bit set in them was left over from the last digit.
        guard bytes.suffix(paddingCount).allSatisfy({ $0 == 0 }) else { return nil }
        bytes.removeLast(paddingCount)
        return bytes
    }

    /// The digits of `text` in the standard alphabet, without padding; nil if anything else occurs or padding is wrong.
    ///
    /// OpenSSL would skip blanks and take `=` in the middle.
    private static func standardDigits(_ text: [UInt8]) -> [UInt8]? {
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count + 2)
        var paddingCount = 0
        for character in text {
            switch character {
            case UInt8(ascii: "="):
                paddingCount += 1
                continue
            case UInt8(ascii: "-"): digits.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): digits.append(UInt8(ascii: "/"))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                digits.append(character)
            default: return nil
            }
            guard paddingCount == 0 else { return nil }
        }
        let isPaddingRight = paddingCount == 0 || paddingCount <= 2 && (digits.count + paddingCount) % 4 == 0
        return isPaddingRight ? digits : nil
    }
}
