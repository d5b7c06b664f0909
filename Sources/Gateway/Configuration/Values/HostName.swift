/// The names of hosts.
enum HostName {
    /// Whether text could be a name in DNS: labels of letters, digits, `-` and `_`, at most 253 bytes.
    static func isValid(_ text: some StringProtocol) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-"
                && label.last != "-"
                && label.utf8.allSatisfy {
                    $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
    }

    /// A port in decimal digits.
    static func port(_ text: some StringProtocol, allowsZero: Bool = false) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(text), port > 0 || allowsZero
        else { return nil }
        return port
    }
}
