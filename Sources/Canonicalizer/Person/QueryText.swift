import JSON

/// The parameters of a URL or of a bare query (reference inbound, 8.2).
///
/// Whatever follows the first `?` is looked at, in the fragment too; a further `?` separates like `&`. Jumps from `=` to
/// `=` and looks at names only, as most values concern nobody.
struct QueryText: Sequence, IteratorProtocol {
    /// A parameter with a `=`, neither name nor value decoded.
    struct Parameter {
        let name: JSONText
        fileprivate let rest: JSONText

        /// What stands between the `=` and the next parameter.
        var value: JSONText {
            var end = rest.startIndex
            while end < rest.endIndex, !QueryText.isDelimiter(rest[end]) { end += 1 }
            return rest[rest.startIndex..<end]
        }

        var hasValue: Bool { rest.first.map { !QueryText.isDelimiter($0) } ?? false }
    }

    private let text: JSONText
    /// Behind the last `=`, or where the query begins.
    private var position: Int
    private var isFirst = true

    /// The parameters of a URL; `isBare` takes a text without `?` as a query.
    init(_ text: JSONText, isBare: Bool = false) {
        let question = text.firstIndex(of: UInt8(ascii: "?"))
        self.init(text, from: question.map { $0 + 1 } ?? (isBare ? text.startIndex : text.endIndex))
    }

    /// The parameters from `start` on.
    init(_ text: JSONText, from start: Int) {
        self.text = text
        position = start
    }

    mutating func next() -> Parameter? {
        while let equals = text[position..<text.endIndex].firstIndex(of: UInt8(ascii: "=")) {
            var start = equals
            while start > position, !Self.isDelimiter(text[start - 1]) { start -= 1 }
            // Without a delimiter since the last `=`, this one belongs to that value.
            let isName = isFirst || start > position
            isFirst = false
            position = equals + 1
            if isName { return Parameter(name: text[start..<equals], rest: text[position..<text.endIndex]) }
        }
        return nil
    }

    static func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "&") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// Appends a parameter's value: `%XX` decoded once, `+` as a space.
    ///
    /// Broken escapes stay as they are.
    static func appendDecoded(_ value: JSONText, to bytes: inout [UInt8]) {
        var position = value.startIndex
        while position < value.endIndex {
            let byte = value[position]
            position += 1
            if byte == UInt8(ascii: "+") {
                bytes.append(0x20)
            } else if byte == UInt8(ascii: "%"), position + 2 <= value.endIndex, let high = hex(value[position]),
                let low = hex(value[position + 1])
            {
                bytes.append(high << 4 | low)
                position += 2
            } else {
                bytes.append(byte)
            }
        }
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
        default: nil
        }
    }
}
