/// Finds the address of the browser behind proxies (reference inbound, 3.7).
enum ClientAddress {
    /// How many hops are looked at; more than an honest request has.
    private static let hopLimit = 64

    /// The right-most address that is not one of the trusted proxies'.
    ///
    /// Every proxy appends the address it was called from, so only what trusted ones have appended counts: what stands
    /// further left anybody may have written.
    ///
    /// - Parameters:
    ///   - peer: Who connected to the gateway.
    ///   - forwardedFor: The lines of `X-Forwarded-For` in order; only asked for if `peer` is trusted.
    ///   - trustedProxies: Whose word is taken.
    /// - Returns: The address, or nil when the trusted proxies name none that can be read.
    static func of(peer: String, forwardedFor: () -> [String], trustedProxies: [AddressRange]) -> String? {
        guard !trustedProxies.isEmpty, isTrusted(peer, trustedProxies) else { return peer }
        let hops = forwardedFor().flatMap { $0.split(separator: ",") }.suffix(hopLimit)
        for hop in hops.reversed() {
            guard let address = address(in: hop) else { return nil }
            if !isTrusted(address, trustedProxies) { return address }
        }
        return nil
    }

    private static func isTrusted(_ text: String, _ proxies: [AddressRange]) -> Bool {
        guard let address = IPAddress(text) else { return false }
        return proxies.contains { $0.contains(address) }
    }

    /// The address of one hop without the port that some proxies add: `203.0.113.9:4711`, `[2001:db8::9]:4711`.
    private static func address(in hop: Substring) -> String? {
        var text = hop.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        if text.first == "[" {
            text = text.dropFirst().prefix { $0 != "]" }
        } else if text.count(where: { $0 == ":" }) == 1 {
            text = text.prefix { $0 != ":" }
        }
        let address = String(text)
        return IPAddress(address) == nil ? nil : address
    }
}
