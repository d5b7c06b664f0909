/// One address, or all that begin with the same bits (CIDR, RFC 4632).
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    private let address: IPAddress
    private let bitCount: Int
    /// As it was written.
    public let description: String

    /// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.bytes.count * 8
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), let count = Int(parts[1]), (0...width).contains(count) else {
                return nil
            }
            bitCount = count
        } else {
            bitCount = width
        }
        self.address = address
        description = text
    }

    /// Whether an address is in the range; IPv4 in IPv6's clothes counts as IPv4.
    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let wholeByteCount = bitCount / 8
        guard address.bytes[..<wholeByteCount] == other.bytes[..<wholeByteCount] else { return false }
        let rest = bitCount % 8
        return rest == 0 || (address.bytes[wholeByteCount] ^ other.bytes[wholeByteCount]) >> (8 - rest) == 0
    }
}

extension ConfigurationFormat where Value == AddressRange {
    /// An address or a range of them.
    static var addressRange: ConfigurationFormat {
        scalar("address range", show: \.description) { (text) throws(ConfigurationComplaint) in
            guard let range = AddressRange(text.text) else {
                throw ConfigurationComplaint("is no range of addresses; write 10.0.0.0/8 or 203.0.113.9")
            }
            return range
        }
    }
}
