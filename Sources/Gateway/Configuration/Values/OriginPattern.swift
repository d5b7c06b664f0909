/// Which browser pages may send: a host, or all hosts below one.
public struct OriginPattern: Sendable, Hashable, CustomStringConvertible {
    /// In lower case, without scheme and port, which are not compared (reference inbound, 3.7).
    public let host: String
    /// Whether only names below the host are meant, as in `*.example.com`.
    public let meansSubdomains: Bool

    /// A pattern from its parts.
    public init(host: String, meansSubdomains: Bool) {
        self.host = host
        self.meansSubdomains = meansSubdomains
    }

    /// `shop.example.com` or `*.example.com`.
    public var description: String { meansSubdomains ? "*.\(host)" : host }

    /// Reads `https://shop.example.com`, `shop.example.com:8443` or `*.example.com`.
    init?(_ text: String) {
        var rest = text.lowercased()[...]
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if let colon = rest.lastIndex(of: ":") {
            guard HostName.port(rest[rest.index(after: colon)...]) != nil else { return nil }
            rest = rest[..<colon]
        }
        let meansSubdomains = rest.hasPrefix("*.")
        if meansSubdomains { rest = rest.dropFirst(2) }
        guard HostName.isValid(rest) else { return nil }
        self.init(host: String(rest), meansSubdomains: meansSubdomains)
    }
}

extension ConfigurationFormat where Value == OriginPattern {
    /// An origin or a host, with `*.` for all hosts below it.
    static var origin: ConfigurationFormat {
        scalar("origin", show: \.description) { (text) throws(ConfigurationComplaint) in
            guard let origin = OriginPattern(text.text) else {
                throw ConfigurationComplaint("is no origin; write https://shop.example.com or *.example.com")
            }
            return origin
        }
    }
}
