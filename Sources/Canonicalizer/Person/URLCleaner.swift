import JSON

/// Takes personal data out of URLs and queries: user info, parameters named for it, and addresses anywhere.
enum URLCleaner {
    /// What stands for an address in a path.
    private static let marker = Array("removed".utf8)

    /// Whether text is to be treated as a URL or a bare query rather than as prose.
    static func applies(to text: JSONText) -> Bool {
        (text.contains(UInt8(ascii: "=")) || authorityStart(in: text) != nil) && !text.contains(0x20)
    }

    /// Whether there is nothing to take out.
    static func isClean(_ text: JSONText) -> Bool {
        if AddressScanner.mayHold(text) {
            if userInfo(in: text) != nil { return false }
            if AddressScanner.firstAddress(in: text, from: text.startIndex) != nil { return false }
        }
        return hasCleanParameters(text)
    }

    /// Whether no parameter is named for what must not be kept.
    static func hasCleanParameters(_ text: JSONText) -> Bool {
        var start = text.startIndex
        if beginsWithPath(text) {
            start = text.firstIndex(of: UInt8(ascii: "?")) ?? text.endIndex
            start = text[..<start].firstIndex(of: UInt8(ascii: "#")) ?? start
        }
        for parameter in QueryText(text, from: start) where parameter.hasValue && isPersonal(parameter.name) {
            return false
        }
        return true
    }

    /// Whether what stands before the query is no parameter.
    private static func beginsWithPath(_ text: JSONText) -> Bool {
        text.first == UInt8(ascii: "/") || authorityStart(in: text) != nil
    }

    /// Appends the text without what is personal.
    static func append(_ text: JSONText, to bytes: inout [UInt8]) {
        let start = bytes.count
        var owed: UInt8?  // what begins the query or the fragment, while nothing of it is kept
        var isAtStart = true
        let userInfo = userInfo(in: text)
        for segment in Segments(text, behind: userInfo?.upperBound) {
            if segment.isPersonal {
                if let delimiter = segment.delimiter, delimiter != UInt8(ascii: "&") { owed = delimiter }
                continue
            }
            if let delimiter = segment.delimiter, !isAtStart || delimiter != UInt8(ascii: "&") {
                bytes.append(delimiter == UInt8(ascii: "#") ? delimiter : owed ?? delimiter)
            }
            owed = nil
            isAtStart = false
            if segment.delimiter == nil, let userInfo {
                text[text.startIndex..<userInfo.lowerBound].append(to: &bytes)
                text[userInfo.upperBound..<segment.text.endIndex].append(to: &bytes)
            } else {
                segment.text.append(to: &bytes)
            }
        }
        if AddressScanner.firstAddress(in: bytes, from: start) != nil {
            bytes.replaceSubrange(start..., with: AddressScanner.replacing(bytes[start...], with: marker))
        }
    }

    /// Appends the text with the values of card parameters replaced, and all else as it is.
    ///
    /// - Returns: Whether there was such a value.
    static func appendWithoutCards(_ text: JSONText, to bytes: inout [UInt8]) -> Bool {
        var hasCard = false
        for segment in Segments(text) {
            if let delimiter = segment.delimiter { bytes.append(delimiter) }
            guard let value = segment.cardValue else {
                segment.text.append(to: &bytes)
                continue
            }
            hasCard = true
            segment.text[segment.text.startIndex..<value.lowerBound].append(to: &bytes)
            bytes.append(contentsOf: marker)
        }
        return hasCard
    }

    /// Where the authority begins: after `://` near the beginning.
    private static func authorityStart(in text: JSONText) -> Int? {
        guard let colon = text.prefix(16).firstIndex(of: UInt8(ascii: ":")), colon + 3 <= text.endIndex,
            text[colon + 1] == UInt8(ascii: "/"), text[colon + 2] == UInt8(ascii: "/")
        else { return nil }
        return colon + 3
    }

    /// The user name and password before the host, with their `@`.
    static func userInfo(in text: JSONText) -> Range<Int>? {
        guard let start = authorityStart(in: text) else { return nil }
        var end: Int?
        for position in start..<text.endIndex {
            if SiteHost.isEndOfAuthority(text[position]) { break }
            if text[position] == UInt8(ascii: "@") { end = position + 1 }
        }
        return end.map { start..<$0 }
    }

    /// The pieces of a text between `?`, `&` and `#`.
    private struct Segments: Sequence, IteratorProtocol {
        private let whole: JSONText
        private var position: Int
        private var delimiter: UInt8?
        private let unbroken: Int

        /// The pieces; before `end` none of them ends, as a password may have `&` in it.
        init(_ text: JSONText, behind end: Int? = nil) {
            whole = text
            position = text.startIndex
            unbroken = end ?? text.startIndex
        }

        mutating func next() -> Segment? {
            guard position <= whole.endIndex else { return nil }
            var end = Swift.max(position, unbroken)
            while end < whole.endIndex, !QueryText.isDelimiter(whole[end]) { end += 1 }
            let segment = Segment(
                delimiter: delimiter, text: whole[position..<end], isPath: delimiter == nil && beginsWithPath(whole))
            delimiter = end < whole.endIndex ? whole[end] : nil
            position = end + 1
            return segment
        }
    }

    private struct Segment {
        /// What stands before it; nil for the first.
        let delimiter: UInt8?
        let text: JSONText
        /// Whether it is the part before the query, which is no parameter.
        let isPath: Bool

        /// Whether its name or its value is personal.
        var isPersonal: Bool {
            if isPath { return false }
            if AddressScanner.mayHold(text), AddressScanner.firstAddress(in: text, from: text.startIndex) != nil {
                return true
            }
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals + 1 < text.endIndex else { return false }
            return URLCleaner.isPersonal(text[text.startIndex..<equals])
        }

        /// Where its value is, if that is card data.
        var cardValue: Range<Int>? {
            guard !isPath, let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let value = equals + 1..<text.endIndex
            return URLCleaner.isCardData(text[value], named: text[text.startIndex..<equals]) ? value : nil
        }
    }

    /// Whether the value of a parameter of this name is card data.
    private static func isCardData(_ value: JSONText, named name: JSONText) -> Bool {
        let name = name.contains(UInt8(ascii: "%")) ? innermost(name) : name
        return switch SensitiveName(name) {
        case .cardCode: !value.isEmpty
        // Blanks are written as `+` or `%20`, whose digits belong to no number.
        case .cardNumber: CardNumber.hasManyDigits(value)
        case .card: CardNumber.occurs(in: value)
        case .personal, .secret, nil: false
        }
    }

    /// Whether a parameter is named for what must not be kept.
    private static func isPersonal(_ name: JSONText) -> Bool {
        let name = name.contains(UInt8(ascii: "%")) ? innermost(name) : name
        switch SensitiveName(name) {
        case .personal, .secret, .cardNumber, .cardCode: return true
        case .card, nil: return false
        }
    }

    private static let encodedBrackets = ["%5B", "%5D", "%5b", "%5d"].map { Array($0.utf8) }

    /// The last part in brackets of `customer%5Bemail%5D`.
    private static func innermost(_ name: JSONText) -> JSONText {
        var end = name.endIndex
        while end - name.startIndex >= 3, encodedBrackets.contains(where: name[end - 3..<end].isEqual) { end -= 3 }
        var start = end
        while start > name.startIndex {
            if start - name.startIndex >= 3, encodedBrackets.contains(where: name[start - 3..<start].isEqual) { break }
            start -= 1
        }
        return name[start..<end]
    }
}
