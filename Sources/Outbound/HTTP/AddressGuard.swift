import Glibc

/// Tells addresses of the public internet from those that only the gateway's own network can reach.
///
/// A destination's URL may be written by somebody who must not reach the operator's internal services through the
/// gateway (server-side request forgery). The check is made on the address that is about to be connected to, after
/// resolution, so that no name can resolve to one thing for the check and to another for the connection.
public enum AddressGuard {
    /// Whether an IPv4 address, most significant byte first, is one of the public internet.
    ///
    /// Refused is what the IANA IPv4 special-purpose registry calls not globally reachable, multicast, the deprecated
    /// 6to4 relays, and 168.63.129.16, at which Azure serves its machines from a public address.
    public static func isPublic(ipv4 address: UInt32) -> Bool {
        for (network, prefixLength) in refusedIPv4 where (address ^ network) >> (32 - prefixLength) == 0 {
            return false
        }
        return true
    }

    /// Whether an IPv6 address, given as its 16 bytes, is one of the public internet.
    ///
    /// IPv4-mapped (`::ffff:0:0/96`) and NAT64 addresses (`64:ff9b::/96`) are judged by the IPv4 address within. Of the
    /// rest only global unicast (`2000::/3`) passes, without Teredo, 6to4 and what is set aside for documentation.
    public static func isPublic(ipv6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16 else { return false }
        let embedded = bytes[12...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if bytes.starts(with: mappedPrefix) || bytes.starts(with: nat64Prefix) { return isPublic(ipv4: embedded) }
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        let first = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let second = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        switch first {
        case 0x2001: return second > 0x01FF && second != 0x0DB8  // 2001::/23 protocols, 2001:db8::/32 documentation
        case 0x2002: return false  // 6to4
        case 0x3FFF: return second > 0x0FFF  // 3fff::/20 documentation
        default: return true
        }
    }

    /// Whether an address in text form (`192.0.2.1`, `2001:db8::1`) is one of the public internet; not if it is none.
    public static func isPublic(text: UnsafePointer<CChar>) -> Bool {
        var ipv4 = in_addr()
        if inet_pton(AF_INET, text, &ipv4) == 1 { return isPublic(ipv4: UInt32(bigEndian: ipv4.s_addr)) }
        var ipv6 = in6_addr()
        guard inet_pton(AF_INET6, text, &ipv6) == 1 else { return false }
        return isPublic(ipv6: withUnsafeBytes(of: &ipv6) { Array($0) })
    }

    /// Whether a socket address is one of the public internet; not if it is of another family than IP.
    static func isPublic(_ address: UnsafePointer<sockaddr>) -> Bool {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            return isPublic(ipv4: UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6:
            var inner = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return isPublic(ipv6: withUnsafeBytes(of: &inner) { Array($0) })
        default: return false
        }
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    private static let nat64Prefix: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

    private static let refusedIPv4: [(network: UInt32, prefixLength: UInt32)] = [
        (0x0000_0000, 8),  // 0.0.0.0/8 this network
        (0x0A00_0000, 8),  // 10.0.0.0/8 private
        (0x6440_0000, 10),  // 100.64.0.0/10 shared by carriers
        (0x7F00_0000, 8),  // 127.0.0.0/8 loopback
        (0xA83F_8110, 32),  // 168.63.129.16 Azure's own
        (0xA9FE_0000, 16),  // 169.254.0.0/16 link-local, cloud metadata
        (0xAC10_0000, 12),  // 172.16.0.0/12 private
        (0xC000_0000, 24),  // 192.0.0.0/24 protocols
        (0xC000_0200, 24),  // 192.0.2.0/24 documentation
        (0xC058_6300, 24),  // 192.88.99.0/24 6to4 relays
        (0xC0A8_0000, 16),  // 192.168.0.0/16 private
        (0xC612_0000, 15),  // 198.18.0.0/15 benchmarks
        (0xC633_6400, 24),  // 198.51.100.0/24 documentation
        (0xCB00_7100, 24),  // 203.0.113.0/24 documentation
        (0xE000_0000, 4),  // 224.0.0.0/4 multicast
        (0xF000_0000, 4),  // 240.0.0.0/4 reserved, broadcast
    ]
}
