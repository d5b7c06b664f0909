/// The address of an HTTP endpoint; its path and query may have template expressions (`{{…}}`).
///
/// Its path and query may hold a secret (webhooks of chat services do), so only ``origin`` is fit to be shown.
public struct EndpointURL: Sendable, Hashable, CustomStringConvertible {
    /// The whole URL, as it was given.
    public let text: String
    /// Whether the scheme is `https`.
    public let isSecure: Bool
    /// In lower case, an IPv6 address without brackets.
    public let host: String
    /// The port given, or the scheme's own.
    public let port: UInt16

    /// Scheme, host and port: `https://hooks.example.com`.
    public var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let usualPort: UInt16 = isSecure ? 443 : 80
        return "\(isSecure ? "https" : "http")://\(name)\(port == usualPort ? "" : ":\(port)")"
    }

    /// The origin only.
    public var description: String { origin }

    /// Whether the host is written as an address, or as `localhost`, that no public network routes.
    ///
    /// A name that resolves to such an address is for the HTTP client to refuse.
    public var hasPrivateHost: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || IPAddress(host)?.isPrivate == true
    }

    /// Reads an absolute URL of scheme `http` or `https` (RFC 3986) without user, password and fragment.
    init(_ text: String) throws(ConfigurationComplaint) {
        guard let colon = text.firstRange(of: "://") else {
            throw ConfigurationComplaint("is no URL; write http:// or https://, a host and a path")
        }
        let scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw ConfigurationComplaint("\"\(scheme.prefix(20))\" is not allowed; use http or https")
        }
        let literal = Self.withoutExpressions(text)
        let isLiteral = literal.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }
        guard isLiteral else {
            throw ConfigurationComplaint("has a character that a URL cannot have; write it as %XX")
        }
        guard !literal.contains("#") else {
            throw ConfigurationComplaint("has a fragment; leave out # and what follows")
        }
        let authority = text[colon.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw ConfigurationComplaint("has a user or password; send them in a header instead")
        }
        guard let (host, port) = Self.hostAndPort(authority) else {
            throw ConfigurationComplaint("has no valid host and port; write https://hooks.example.com/path")
        }
        self.text = scheme + text[colon.lowerBound...]
        isSecure = scheme == "https"
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
    }

    private static func withoutExpressions(_ text: String) -> String {
        var literal = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            literal += rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
        }
        return literal + rest
    }

    private static func hostAndPort(_ authority: Substring) -> (host: String, port: UInt16?)? {
        var host = authority
        var port: UInt16?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = HostName.port(authority[authority.index(after: colon)...]) else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), IPAddress(String(host)) != nil else { return nil }
        } else {
            guard HostName.isValid(host) else { return nil }
        }
        return (host.lowercased(), port)
    }
}

extension ConfigurationFormat where Value == EndpointURL {
    /// An `http` or `https` URL; only its origin is shown.
    static var url: ConfigurationFormat {
        ConfigurationFormat("URL", show: { $0.text == $0.origin ? .plain($0.text) : .hidden(Secret($0.text)) }) {
            field in
            guard let text = field.text(expecting: "a URL") else { return nil }
            do throws(ConfigurationComplaint) {
                return try EndpointURL(text.text)
            } catch {
                // Never the URL itself, which may hold a secret.
                field.report(text.isFromOutside ? "the value from outside is no valid http or https URL" : error.rest)
                return nil
            }
        }
    }
}
