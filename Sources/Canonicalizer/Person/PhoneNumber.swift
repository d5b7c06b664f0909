import JSON

/// Reads phone numbers (reference destinations/geo-normalization, 2).
enum PhoneNumber {
    /// What became of a text.
    enum Outcome: Equatable {
        case valid, invalid, noCountryCode
    }

    /// How many digits a number may have, country code included (ITU-T E.164).
    static let digitCounts = 8...15

    /// The shortest number that is taken as international without anything that says so.
    private static let internationalDigitCount = 11
    /// The digits of a number with the country code and two zeros before it, and room to see that it has too many.
    private static let digitLimit = 32

    private static let scheme = Array("tel:".utf8)
    private static let extensionWords = ["poste", "int"].map { Array($0.utf8) }

    /// Puts `+`, country code and number into a buffer; `digits` is for work.
    ///
    /// The buffer holds rubbish unless the outcome is valid. `country` is where a national number would be from.
    static func read(
        _ text: JSONText, country: CountryCode?, digits: inout ByteBuffer, into bytes: inout ByteBuffer
    ) -> Outcome {
        var text = text.trimmed
        if text.count > scheme.count, ASCII.isLetter(text[text.startIndex]), text.hasPrefixIgnoringCase(scheme) {
            text = text[text.startIndex + scheme.count..<text.endIndex].trimmed
        }
        digits.removeAll()
        collect(text, into: &digits)
        bytes.removeAll()
        bytes.append(UInt8(ascii: "+"))
        var start = 0  // where the digits begin that count
        if text.first == UInt8(ascii: "+") || digits.hasPrefix([0x30, 0x30]) {
            start = digits.firstNonZero(from: 0)
        } else if let rule = country.flatMap({ CallingCode.of($0) }) {
            if rule.isNorthAmerican, digits.hasPrefix([0x30, 0x31, 0x31]) {
                start = digits.firstNonZero(from: 3)
            } else if !hasCode(digits, rule) {
                if !rule.trunk.isEmpty, digits.hasPrefix(rule.trunk) { start = rule.trunk.count }
                bytes.append(contentsOf: rule.code)
            }
        } else if digits.count < internationalDigitCount || digits[0] == UInt8(ascii: "0") {
            return digits.isEmpty ? .invalid : .noCountryCode
        }
        bytes.append(digits, from: start)
        return digitCounts.contains(bytes.count - 1) ? .valid : .invalid
    }

    /// Whether the digits have their country's code before them already.
    private static func hasCode(_ digits: borrowing ByteBuffer, _ rule: CallingCode) -> Bool {
        guard digits.hasPrefix(rule.code) else { return false }
        return rule.isNorthAmerican
            ? digits.count == internationalDigitCount
            : internationalDigitCount...digitCounts.upperBound ~= digits.count
    }

    /// Collects the digits up to an extension, without a bracketed trunk zero.
    private static func collect(_ text: JSONText, into digits: inout ByteBuffer) {
        var position = text.startIndex
        while position < text.endIndex, digits.count < digitLimit {
            let byte = text[position]
            position += 1
            if ASCII.isDigit(byte) {
                digits.append(byte)
            } else if byte == UInt8(ascii: "(") {
                if text[position..<text.endIndex].starts(with: trunkZero) { position += trunkZero.count }
            } else if !digits.isEmpty, byte == UInt8(ascii: "#") || ASCII.isLetter(byte),
                startsExtension(text[position - 1..<text.endIndex])
            {
                return
            }
        }
    }

    private static let trunkZero = Array("0)".utf8)

    /// Whether this is an extension: `ext`, `x`, `#`, `anexo`, `poste`, `int`.
    ///
    /// The `x` alone finds the first, second and fourth, as the letters before it are skipped anyway.
    private static func startsExtension(_ text: JSONText) -> Bool {
        switch text[text.startIndex] | 0x20 {
        case UInt8(ascii: "x"), UInt8(ascii: "#"): true
        case UInt8(ascii: "p"), UInt8(ascii: "i"): extensionWords.contains(where: text.hasPrefixIgnoringCase)
        default: false
        }
    }
}

extension ByteBuffer {
    fileprivate func hasPrefix(_ prefix: [UInt8]) -> Bool {
        count >= prefix.count && prefix.indices.allSatisfy { self[$0] == prefix[$0] }
    }

    /// Where the zeros at and after `start` end.
    fileprivate func firstNonZero(from start: Int) -> Int {
        var position = start
        while position < count, self[position] == UInt8(ascii: "0") { position += 1 }
        return position
    }
}
