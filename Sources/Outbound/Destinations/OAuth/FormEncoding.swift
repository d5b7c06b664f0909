import Crypto

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
        for byte in bytes { append(byte, to: &encoded) }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Appends one byte, encoded unless it is unreserved.
    static func append(_ byte: UInt8, to output: inout [UInt8]) {
        if byte.isUnreserved { return output.append(byte) }
        output.append(UInt8(ascii: "%"))
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func decoded(_ text: some Sequence<UInt8>) -> [UInt8] {
        let text = Array(text)
        var bytes: [UInt8] = []
        var position = 0
        while position < text.count {
            if text[position] == UInt8(ascii: "%"), position + 2 < text.count,
                let high = Hex.value(text[position + 1]), let low = Hex.value(text[position + 2])
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
}
