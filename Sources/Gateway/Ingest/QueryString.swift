import Crypto

/// The parameters of a URL's query.
struct QueryString {
    /// The parameters in order.
    let pairs: [(name: String, value: String)]

    /// Splits a query without its question mark; parameters that are not percent-encoded UTF-8 are left out.
    init(_ text: String) {
        pairs = text.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentDecoding.decode(parts[0], plusIsBlank: true),
                let value = PercentDecoding.decode(parts.count > 1 ? parts[1] : "", plusIsBlank: true)
            else { return nil }
            return (name, value)
        }
    }

    /// The first value of a parameter.
    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }
}

/// Percent-encoding of URLs (RFC 3986, 2.1).
enum PercentDecoding {
    /// The text behind an encoded part; nil if a percent sign stands alone or the bytes are not UTF-8.
    static func decode(_ text: Substring, plusIsBlank: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(Hex.value), let low = rest.popFirst().flatMap(Hex.value) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
