/// Names and values as forms, queries and OAuth signatures write them.
public enum FormEncoding {
    /// The text with everything but the unreserved characters of RFC 3986, 2.3 (letters, digits, `-`, `.`, `_`, `~`) as
    /// `%` and two upper-case hexadecimal digits a byte of UTF-8.
    ///
    /// A blank becomes `%20`, which every reader of forms takes as well as `+`.
    public static func percentEncoded(_ text: String) -> String {
        percentEncoded(Array(text.utf8))
    }

    /// The body of a form (`application/x-www-form-urlencoded`), fields in the order given.
    public static func body(_ fields: [(name: String, value: String)]) -> [UInt8] {
        Array(fields.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&").utf8)
    }

    /// The fields of a form or a query, decoded (`+` means a blank, RFC 5849, 3.4.1.3.1); a percent sign that begins no
    /// code stands for itself.
    static func fields(_ text: some StringProtocol) -> [(name: [UInt8], value: [UInt8])] {
        text.split(separator: "&").map { field in
            let name = field.prefix { $0 != "=" }
            return (decoded(name.utf8), decoded(field.dropFirst(name.count + 1).utf8))
        }
    }

    static func percentEncoded(_ bytes: [UInt8]) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count + bytes.count / 2)
        for byte in bytes {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func decoded(_ text: some Sequence<UInt8>) -> [UInt8] {
        let text = Array(text)
        var bytes: [UInt8] = []
        var position = 0
        while position < text.count {
            if text[position] == UInt8(ascii: "%"), position + 2 < text.count,
                let high = value(text[position + 1]), let low = value(text[position + 2])
            {
                bytes.append(high << 4 | low)
                position += 3
            } else {
                bytes.append(text[position] == UInt8(ascii: "+") ? UInt8(ascii: " ") : text[position])
                position += 1
            }
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - 55
        default: nil
        }
    }
}
