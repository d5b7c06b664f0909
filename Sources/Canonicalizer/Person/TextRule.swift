import JSON

/// How a text is normalized before it is hashed or compared; it is always trimmed and put in lower case.
///
/// White space inside becomes one space unless it is removed. The rules are those of reference
/// destinations/geo-normalization, sections 3 and 4, and of the platforms' own files.
struct TextRule: OptionSet, Sendable {
    let rawValue: UInt8

    static let removesBlanks = TextRule(rawValue: 1)
    /// ASCII punctuation.
    static let removesPunctuation = TextRule(rawValue: 2)
    static let removesDigits = TextRule(rawValue: 4)
    /// What is no letter, mark or digit beyond ASCII.
    static let removesSymbols = TextRule(rawValue: 8)

    /// Most platforms: `O'Neil-Smith` is `oneilsmith`.
    static let nameStrict: TextRule = [.removesBlanks, .removesPunctuation]
    /// Pinterest: `O'Neil-Smith` is `o'neil-smith`.
    static let namePlain: TextRule = []
    /// Google's Data Manager: `Mary Ann` is `maryann`, `O'Neil` is `o'neil`.
    static let nameGoogle: TextRule = [.removesBlanks]
    /// Google Analytics: `Mary Ann` is `mary ann`, `O'Neil` is `oneil`.
    static let nameAnalytics: TextRule = [.removesPunctuation, .removesDigits]
    static let city: TextRule = [.removesBlanks, .removesPunctuation, .removesSymbols]
    static let state: TextRule = [.removesBlanks, .removesPunctuation, .removesSymbols]
    /// Google Analytics: `100 Main St.` is `100 main st`.
    static let street: TextRule = [.removesPunctuation]

    /// Appends the normalized text.
    ///
    /// - Complexity: O(bytes); text beyond ASCII goes through Unicode's tables.
    func append(_ text: JSONText, to bytes: inout ByteBuffer) {
        var isBlankDue = false
        let start = bytes.count
        var position = text.startIndex
        while position < text.endIndex {
            let byte = text[position]
            guard byte < 0x80 else { break }
            position += 1
            take(ascii: byte, to: &bytes, start: start, isBlankDue: &isBlankDue)
        }
        guard position < text.endIndex else { return }
        appendUnicode(text[position..<text.endIndex], to: &bytes, start: start, isBlankDue: &isBlankDue)
    }

    @inline(__always)
    private func take(ascii byte: UInt8, to bytes: inout ByteBuffer, start: Int, isBlankDue: inout Bool) {
        if ASCII.isBlank(byte) {
            isBlankDue = !contains(.removesBlanks) && bytes.count > start
        } else if ASCII.isLetter(byte) {
            put(byte | 0x20, to: &bytes, isBlankDue: &isBlankDue)
        } else if ASCII.isDigit(byte) {
            if !contains(.removesDigits) { put(byte, to: &bytes, isBlankDue: &isBlankDue) }
        } else if byte > 0x20, byte != 0x7F, !contains(.removesPunctuation) {
            put(byte, to: &bytes, isBlankDue: &isBlankDue)
        }
    }

    @inline(__always)
    private func put(_ byte: UInt8, to bytes: inout ByteBuffer, isBlankDue: inout Bool) {
        if isBlankDue {
            bytes.append(0x20)
            isBlankDue = false
        }
        bytes.append(byte)
    }

    @inline(never)
    private func appendUnicode(
        _ rest: JSONText, to bytes: inout ByteBuffer, start: Int, isBlankDue: inout Bool
    ) {
        let scalars = Array(rest.string.unicodeScalars)
        for (position, scalar) in scalars.enumerated() {
            if scalar.isASCII {
                take(ascii: UInt8(scalar.value), to: &bytes, start: start, isBlankDue: &isBlankDue)
            } else if scalar.properties.isWhitespace || scalar.value == 0xFEFF {
                isBlankDue = !contains(.removesBlanks) && bytes.count > start
            } else if !contains(.removesSymbols) || scalar.isWordPart {
                let next = position + 1 < scalars.count ? scalars[position + 1] : nil
                let mapping = scalar.lowercase(after: position > 0 ? scalars[position - 1] : nil, before: next)
                for byte in mapping.utf8 { put(byte, to: &bytes, isBlankDue: &isBlankDue) }
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether this is a letter, a mark on one, or a digit.
    fileprivate var isWordPart: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            true
        default: false
        }
    }

    /// The lower case, with the sigma that ends a word (Unicode's SpecialCasing.txt), as JavaScript and Python have it.
    fileprivate func lowercase(after previous: Unicode.Scalar?, before next: Unicode.Scalar?) -> String {
        if value == 0x3A3, previous?.properties.isCased == true, next?.properties.isCased != true { return "ς" }
        return properties.lowercaseMapping
    }
}

extension TextRule {
    /// Appends text in lower case, nothing else changed: what e-mail addresses need.
    static func appendLowercased(_ text: JSONText, to bytes: inout ByteBuffer) {
        var position = text.startIndex
        while position < text.endIndex, text[position] < 0x80 {
            bytes.append(ASCII.lowercased(text[position]))
            position += 1
        }
        guard position < text.endIndex else { return }
        let rest = text[position..<text.endIndex].string.unicodeScalars
        for scalar in rest { bytes.append(contentsOf: scalar.properties.lowercaseMapping.utf8) }
    }
}
