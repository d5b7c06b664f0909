import JSON

/// What single ASCII bytes are.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    static func isUpper(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    static func isLower(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    /// Space, tab, line feed, vertical tab, form feed, carriage return.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

    static func lowercased(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

    /// Whether all eight bytes are above the blank and below 7F.
    static func isVisible(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Of bytes below 80: those above 7E carry into the high bit, those above 20 do when 5F is added.
        let high = ones &* 0x80
        return word & high == 0 && (word &+ ones) & high == 0 && (word &+ ones &* 0x5F) & high == high
    }

    /// Eight bytes below 80 with their capitals made small.
    static func lowercased(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // The high bit of bytes from A on, less that of bytes beyond Z.
        let capitals = (word &+ ones &* (0x80 - 0x41)) & ~(word &+ ones &* (0x80 - 0x5B)) & (ones &* 0x80)
        return word | capitals >> 2
    }
}

extension Collection<UInt8> {
    /// Whether both are the same but for the case of ASCII letters; `lowercase` is in lower case already.
    func isEqualIgnoringCase(_ lowercase: [UInt8]) -> Bool {
        guard count == lowercase.count else { return false }
        var position = 0
        for byte in self {
            if ASCII.lowercased(byte) != lowercase[position] { return false }
            position += 1
        }
        return true
    }

    /// Whether this begins with `lowercase`, but for the case of ASCII letters.
    func hasPrefixIgnoringCase(_ lowercase: [UInt8]) -> Bool { prefix(lowercase.count).isEqualIgnoringCase(lowercase) }
}

extension JSONText {
    /// The text without white space at either end: ASCII's, and what Unicode adds to it.
    var trimmed: JSONText {
        if let first, let last, first > 0x20, first < 0x80, last > 0x20, last < 0x80 { return self }
        var start = startIndex
        var end = endIndex
        while start < end {
            let width = self[start] < 0x80 ? (ASCII.isBlank(self[start]) ? 1 : 0) : blankWidth(at: start)
            if width == 0 { break }
            start += width
        }
        while start < end {
            if self[end - 1] < 0x80 {
                guard ASCII.isBlank(self[end - 1]) else { break }
                end -= 1
            } else if end - start >= 3, blankWidth(at: end - 3) == 3 {
                end -= 3
            } else if end - start >= 2, blankWidth(at: end - 2) == 2 {
                end -= 2
            } else {
                break
            }
        }
        return self[start..<end]
    }

    /// How many bytes the white space beyond ASCII that begins at `position` takes; 0 if none does.
    ///
    /// U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000, and the byte order mark.
    func blankWidth(at position: Int) -> Int {
        let rest = endIndex - position
        guard rest >= 2 else { return 0 }
        switch (self[position], self[position + 1]) {
        case (0xC2, 0x85), (0xC2, 0xA0): return 2
        case (0xE1, 0x9A): return rest >= 3 && self[position + 2] == 0x80 ? 3 : 0
        case (0xE2, 0x80):
            guard rest >= 3 else { return 0 }
            switch self[position + 2] {
            case 0x80...0x8A, 0xA8, 0xA9, 0xAF: return 3
            default: return 0
            }
        case (0xE2, 0x81): return rest >= 3 && self[position + 2] == 0x9F ? 3 : 0
        case (0xE3, 0x80): return rest >= 3 && self[position + 2] == 0x80 ? 3 : 0
        case (0xEF, 0xBB): return rest >= 3 && self[position + 2] == 0xBF ? 3 : 0
        default: return 0
        }
    }
}
