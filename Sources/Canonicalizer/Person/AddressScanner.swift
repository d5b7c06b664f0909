import JSON

/// Finds e-mail addresses inside of texts, percent-encoded ones too.
enum AddressScanner {
    /// Whether the source of a JSON value could hold an address, be it behind an escape: cheap for a whole object.
    static func mayHold(source: JSONText) -> Bool {
        mayHold(source) || hasEscapedCharacters(source)
    }

    /// Whether the source of a JSON value has characters written as `\u` and four digits, which may be any.
    static func hasEscapedCharacters(_ source: JSONText) -> Bool {
        var rest = source
        while let backslash = rest.firstIndex(of: UInt8(ascii: "\\")) {
            if backslash + 1 < rest.endIndex, rest[backslash + 1] == UInt8(ascii: "u") { return true }
            rest = rest[backslash + 1..<rest.endIndex]
        }
        return false
    }

    /// Whether text could hold an address, be it percent-encoded.
    static func mayHold(_ text: JSONText) -> Bool {
        if text.contains(UInt8(ascii: "@")) { return true }
        var rest = text
        while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
            if encodedAtWidth(rest, percent) > 0 { return true }
            rest = rest[percent + 1..<rest.endIndex]
        }
        return false
    }

    /// The first address at or after `start`.
    ///
    /// One is some text without blanks and delimiters, `@`, and a domain with a point whose last label begins with a
    /// letter. Names of pictures for dense screens (`logo@2x.png`) are none.
    ///
    /// - Complexity: O(bytes): what stood before an `@` of no address is not looked at again for the next one.
    static func firstAddress<Text: RandomAccessCollection<UInt8>>(
        in text: Text, from start: Int
    ) -> Range<Int>? where Text.Index == Int {
        var position = start
        var floor = start
        while position < text.endIndex {
            let width = text[position] == UInt8(ascii: "@") ? 1 : encodedAtWidth(text, position)
            guard width > 0 else {
                position += 1
                continue
            }
            if let range = address(in: text, at: position, width: width, from: floor) { return range }
            position += width
            floor = position
        }
        return nil
    }

    /// The text with every address in it replaced.
    ///
    /// - Complexity: O(bytes).
    static func replacing<Text: RandomAccessCollection<UInt8>>(
        _ text: Text, with marker: [UInt8]
    ) -> [UInt8] where Text.Index == Int {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var start = text.startIndex
        while let address = firstAddress(in: text, from: start) {
            bytes.append(contentsOf: text[start..<address.lowerBound])
            bytes.append(contentsOf: marker)
            start = address.upperBound
        }
        bytes.append(contentsOf: text[start...])
        return bytes
    }

    /// How many bytes an encoded `@` takes that begins here: `%40`, or `%2540` where a URL stands in a URL; else 0.
    private static func encodedAtWidth<Text: RandomAccessCollection<UInt8>>(_ text: Text, _ position: Text.Index) -> Int
    {
        guard text[position] == UInt8(ascii: "%") else { return 0 }
        let rest = text[position...]
        if rest.starts(with: "%40".utf8) { return 3 }
        return rest.starts(with: "%2540".utf8) ? 5 : 0
    }

    private static func address<Text: RandomAccessCollection<UInt8>>(
        in text: Text, at position: Int, width: Int, from start: Int
    ) -> Range<Int>? where Text.Index == Int {
        var first = position
        while first > start, isLocal(text[first - 1]) { first -= 1 }
        guard first < position else { return nil }
        let domain = position + width
        var end = domain
        var lastPoint: Int?
        while end < text.endIndex, isDomain(text[end]) {
            if text[end] == UInt8(ascii: "."), end + 1 < text.endIndex, isLabelStart(text[end + 1]) { lastPoint = end }
            end += 1
        }
        guard let lastPoint, lastPoint > domain, !isPicture(text[domain..<end]) else { return nil }
        // Points and dashes at the end belong to the sentence.
        while end > lastPoint, text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: "-") { end -= 1 }
        return first..<end
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"),
            UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "&"),
            UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "#"):
            false
        default: true
        }
    }

    private static func isDomain(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte >= 0x80
    }

    private static func isLabelStart(_ byte: UInt8) -> Bool { ASCII.isLetter(byte) || byte >= 0x80 }

    private static let pictureEndings = ["png", "jpg", "jpeg", "gif", "webp", "svg", "avif"].map { Array($0.utf8) }

    /// Whether what follows the `@` is `2x.png` and the like.
    private static func isPicture<Text: RandomAccessCollection<UInt8>>(_ domain: Text) -> Bool where Text.Index == Int {
        guard domain.count >= 6, ASCII.isDigit(domain[domain.startIndex]),
            domain[domain.startIndex + 1] | 0x20 == UInt8(ascii: "x"),
            domain[domain.startIndex + 2] == UInt8(ascii: ".")
        else { return false }
        return pictureEndings.contains { domain.dropFirst(3).isEqualIgnoringCase($0) }
    }
}
