import Glibc

/// An IPv4 or IPv6 address.
struct IPAddress: Sendable, Hashable {
    /// In network order: 4 bytes or 16.
    let bytes: [UInt8]

    /// Reads an address as `inet_pton` does; nil for names and anything else.
    init?(_ text: String) {
        var short = in_addr()
        var long = in6_addr()
        if inet_pton(AF_INET, text, &short) == 1 {
            bytes = withUnsafeBytes(of: short) { Array($0) }
        } else if inet_pton(AF_INET6, text, &long) == 1 {
            let all = withUnsafeBytes(of: long) { Array($0) }
            // ::ffff:a.b.c.d is the IPv4 address (RFC 4291, 2.5.5.2).
            let isMapped = all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            bytes = isMapped ? Array(all[12...]) : all
        } else {
            return nil
        }
    }

    var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes == Self.longLoopback }

    /// Whether the address is not reachable over the Internet: loopback, link-local, unspecified, or of a private
    /// network (RFC 1918, 4193, 6598).
    var isPrivate: Bool {
        if isLoopback { return true }
        if bytes.count == 16 {
            return bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
                || bytes.allSatisfy { $0 == 0 }
        }
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (172, 16...31), (192, 168), (169, 254), (100, 64...127): return true
        default: return false
        }
    }

    private static let longLoopback: [UInt8] = Array(repeating: 0, count: 15) + [1]
}
