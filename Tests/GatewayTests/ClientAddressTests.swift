import Testing

@testable import Gateway

/// Reference inbound, 3.7: whose word about a browser's address is taken.
@Suite struct ClientAddressTests {
    private func address(_ peer: String, _ lines: [String], trusted: [String]) throws -> String? {
        ClientAddress.of(
            peer: peer, forwardedFor: { lines }, trustedProxies: try trusted.map { try #require(AddressRange($0)) })
    }

    @Test(
        "the right-most address that no trusted proxy has",
        arguments: [
            ("nobody is trusted", "198.51.100.1", ["203.0.113.9"], [], "198.51.100.1"),
            ("the peer is not", "198.51.100.1", ["203.0.113.9"], ["10.0.0.0/8"], "198.51.100.1"),
            ("one proxy", "10.0.0.1", ["203.0.113.9"], ["10.0.0.0/8"], "203.0.113.9"),
            ("what the client forged", "10.0.0.1", ["1.1.1.1, 203.0.113.9"], ["10.0.0.0/8"], "203.0.113.9"),
            (
                "two proxies", "10.0.0.1", ["1.1.1.1, 203.0.113.9, 172.16.0.5"], ["10.0.0.0/8", "172.16.0.0/12"],
                "203.0.113.9"
            ),
            ("several lines", "10.0.0.1", ["1.1.1.1", "203.0.113.9", "10.9.9.9"], ["10.0.0.0/8"], "203.0.113.9"),
            ("only proxies", "10.0.0.1", ["10.0.0.2"], ["10.0.0.0/8"], nil),
            ("no header", "10.0.0.1", [], ["10.0.0.1"], nil),
            ("no address", "10.0.0.1", ["203.0.113.9, unknown"], ["10.0.0.1"], nil),
            ("an empty hop", "10.0.0.1", ["203.0.113.9,"], ["10.0.0.1"], "203.0.113.9"),
            ("a port", "10.0.0.1", [" 203.0.113.9:4711 "], ["10.0.0.1"], "203.0.113.9"),
            ("IPv6", "fd00::1", ["[2001:db8::9]:443"], ["fd00::/8"], "2001:db8::9"),
            ("IPv4 in IPv6", "::ffff:10.0.0.1", ["203.0.113.9"], ["10.0.0.0/8"], "203.0.113.9"),
        ] as [(String, String, [String], [String], String?)])
    func addresses(_ name: String, peer: String, lines: [String], trusted: [String], expected: String?) throws {
        #expect(try address(peer, lines, trusted: trusted) == expected, "\(name)")
    }

    @Test("ranges end at their last bit")
    func ranges() throws {
        let range = try #require(AddressRange("192.0.2.128/25"))
        #expect(try range.contains(#require(IPAddress("192.0.2.255"))))
        #expect(try !range.contains(#require(IPAddress("192.0.2.127"))))
        #expect(try !range.contains(#require(IPAddress("::1"))))
        #expect(try #require(AddressRange("0.0.0.0/0")).contains(#require(IPAddress("8.8.8.8"))))
        for text in [
            "", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "example.com", "10.0.0/8", "::/129",
        ] {
            #expect(AddressRange(text) == nil)
        }
    }

    @Test("a range that is none is named with its place")
    func fault() {
        let text = ConfigurationFixture.minimal + "\nhttp: {trusted_proxies: [10.0.0.0/8, localhost]}\n"
        #expect(
            ConfigurationFixture().faults(text).contains {
                $0.contains("http.trusted_proxies[1]: \"localhost\" is no range of addresses; write 10.0.0.0/8")
            })
    }
}
