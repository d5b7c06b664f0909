/// The forms of an address that single platforms want, beside the common one.
///
/// All take an address in common form and where its `@` stands, and fill an empty buffer.
enum EmailVariant {
    private static let googleDomains = ["gmail.com", "googlemail.com"].map { Array($0.utf8) }

    /// Whether the address is at one of Google's own domains, for which Google removes what Microsoft removes everywhere
    /// (reference destinations/google_ads, 1.3).
    static func isAtGoogle(_ address: borrowing ByteBuffer, at: Int) -> Bool {
        for domain in googleDomains where address.isEqual(to: domain, from: at + 1) { return true }
        return false
    }

    /// Whether nothing but letters and digits stands before the `@`, so that all forms are the same.
    static func isPlain(_ address: borrowing ByteBuffer, at: Int) -> Bool {
        for position in 0..<at where !ASCII.isAlphanumeric(address[position]) { return false }
        return true
    }

    /// The address without dots and tag before the `@` (reference destinations/microsoft, 1.2).
    static func removeDotsAndTag(_ address: borrowing ByteBuffer, at: Int, into bytes: inout ByteBuffer) {
        for position in 0..<at {
            let byte = address[position]
            if byte == UInt8(ascii: "+") { break }
            if byte != UInt8(ascii: ".") { bytes.append(byte) }
        }
        bytes.append(address, from: at)
    }

    /// The address with nothing but `a` to `z` and digits before the `@`, the tag cut off first; nothing if that leaves
    /// nothing (reference destinations/reddit, 2.3).
    static func removeSymbols(_ address: borrowing ByteBuffer, at: Int, into bytes: inout ByteBuffer) {
        for position in 0..<at {
            let byte = address[position]
            if byte == UInt8(ascii: "+") { break }
            if ASCII.isAlphanumeric(byte) { bytes.append(byte) }
        }
        if !bytes.isEmpty { bytes.append(address, from: at) }
    }
}
