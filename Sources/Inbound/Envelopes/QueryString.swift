import Crypto

/// The parameters of a URL's query or of a form.
public struct QueryString {
    /// The parameters in order.
    public let pairs: [(name: String, value: String)]
    /// Whether all parameters of the text are among ``pairs``.
    let isWhole: Bool

    /// Splits a query without its question mark; parameters that are not percent-encoded UTF-8 are left out.
    public init(_ text: String) {
        let parts = text.split(separator: "&")
        pairs = parts.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentDecoding.decode(parts[0], plusIsBlank: true),
                let value = PercentDecoding.decode(parts.count > 1 ? parts[1] : "", plusIsBlank: true)
            else { return nil }
            return (name, value)
        }
        isWhole = pairs.count == parts.count
    }

    /// The first value of a parameter.
    public subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }
}

/// Percent-encoding of URLs (RFC 3986, 2.1).
public enum PercentDecoding {
    /// The text behind an encoded part; nil if a percent sign stands alone or the bytes are not UTF-8.
    public static func decode(_ text: Substring, plusIsBlank: Bool = false) -> String? {
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
