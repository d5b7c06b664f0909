import JSON

/// The bits of base64url text, the first character's highest bit first (IAB TCF and GPP strings).
struct BitText {
    private let text: JSONText

    /// Nil if a character is not of the alphabet; padding at the end is left out.
    init?(_ text: JSONText) {
        var text = text
        while text.last == UInt8(ascii: "=") { text = text.dropLast() }
        guard text.allSatisfy({ Self.value(of: $0) != nil }) else { return nil }
        self.text = text
    }

    var bitCount: Int { text.count * 6 }

    /// Up to 32 bits from `position` as a number; nil if the text is too short.
    func number(at position: Int, bitCount count: Int) -> Int? {
        guard position >= 0, position + count <= bitCount else { return nil }
        var number = 0
        for bit in position..<position + count { number = number << 1 | (self[bit] ? 1 : 0) }
        return number
    }

    /// One bit that is known to be there.
    subscript(position: Int) -> Bool {
        let character = Self.value(of: text[text.startIndex + position / 6]) ?? 0
        return character >> UInt8(5 - position % 6) & 1 == 1
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character + 4
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
