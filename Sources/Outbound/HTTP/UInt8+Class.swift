/// The classes of bytes that headers, URLs and ids are made of.
extension UInt8 {
    /// `0`–`9`.
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// `A`–`Z`.
    var isASCIIUpper: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }

    /// `a`–`z`.
    var isASCIILower: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

    /// `A`–`Z`, `a`–`z`, `0`–`9`.
    var isASCIILetterOrDigit: Bool { isASCIILower || isASCIIUpper || isASCIIDigit }

    /// Whether this may stand in a header's name (RFC 9110, 5.6.2).
    var isTokenByte: Bool { isASCIILetterOrDigit || "!#$%&'*+-.^_`|~".utf8.contains(self) }

    /// Whether this may stand in a header's value: no control characters but the tab.
    var isFieldValueByte: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }

    /// Whether this stands for itself everywhere in a URL (RFC 3986, 2.3).
    var isUnreserved: Bool { isASCIILetterOrDigit || "-._~".utf8.contains(self) }
}
