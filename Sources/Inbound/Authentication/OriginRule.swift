/// A browser origin that may send events (reference inbound, 3.7): a host, or all hosts below one.
public struct OriginRule: Sendable, Equatable {
    private let scheme: String?
    private let host: String
    private let includesSubdomains: Bool

    /// Reads `shop.example.com`, `*.example.com` or either with a scheme in front; nil for anything else.
    ///
    /// A scheme given must match, a port is passed over.
    public init?(_ text: String) {
        guard let origin = Origin(text) else { return nil }
        scheme = origin.scheme
        includesSubdomains = origin.host.hasPrefix("*.")
        host = includesSubdomains ? String(origin.host.dropFirst(2)) : origin.host
        guard !host.isEmpty, !host.contains("*") else { return nil }
    }

    fileprivate func allows(_ origin: Origin) -> Bool {
        if let scheme, scheme != origin.scheme { return false }
        return includesSubdomains ? origin.host.hasSuffix("." + host) : origin.host == host
    }
}

extension [OriginRule] {
    /// Whether one of the rules means the value of an `Origin` header.
    ///
    /// None means `null`, which sandboxed frames send.
    func allow(_ header: String) -> Bool {
        guard let origin = Origin(header), origin.scheme != nil else { return false }
        return contains { $0.allows(origin) }
    }
}

/// The parts of an origin that count, lower-case.
private struct Origin {
    let scheme: String?
    let host: String

    init?(_ text: some StringProtocol) {
        var rest = text.lowercased()[...]
        if let mark = rest.firstRange(of: "://") {
            scheme = String(rest[..<mark.lowerBound])
            rest = rest[mark.upperBound...]
        } else {
            scheme = nil
        }
        if rest.hasPrefix("[") {  // an IPv6 address keeps its colons
            guard let end = rest.firstIndex(of: "]") else { return nil }
            rest = rest[...end]
        } else if let colon = rest.firstIndex(of: ":") {
            rest = rest[..<colon]
        }
        guard !rest.isEmpty, !rest.contains(where: { "/?#@ ".contains($0) }) else { return nil }
        host = String(rest)
    }
}
