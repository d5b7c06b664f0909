/// How an endpoint is reached, beyond its URL.
public struct TransportConfiguration: Sendable, Equatable {
    /// A PEM file with the certificates to trust; nil for the system's.
    public var certificateAuthorityFile: String?
    /// A PEM file with the certificate that the gateway shows.
    public var clientCertificateFile: String?
    /// A PEM file with its private key; nil if it is in the same file.
    public var clientKeyFile: String?
    /// The proxy to go through; hidden, as it may hold a password.
    public var proxy: Secret?

    /// The system's certificates, and no proxy.
    public init() {}
}

extension TransportConfiguration {
    /// Reads the keys, which stand among those of the destination.
    init(_ section: ConfigurationReader) {
        certificateAuthorityFile = section.optional(
            "ca_file", .file, absence: "the system's",
            "PEM file with the certificates to trust in place of the system's.")
        clientCertificateFile = section.optional(
            "client_certificate", .file, "PEM file with the certificate that the gateway shows, and intermediate ones.")
        clientKeyFile = section.optional(
            "client_key", .file, absence: "in `client_certificate`", "PEM file with that certificate's private key.")
        proxy = section.optional(
            "proxy", .proxy, absence: "direct",
            "`http://host:port` or `https://host:port`; resolves names, so private addresses behind it are not refused."
        )
        if section.has("client_key"), !section.has("client_certificate") {
            section.report("has no certificate; set `client_certificate` too", at: "client_key")
        }
    }
}

extension ConfigurationFormat where Value == Secret {
    /// The address of an HTTP proxy, which may have a user and a password.
    fileprivate static var proxy: ConfigurationFormat {
        ConfigurationFormat<String>.text("proxy", byteCount: 1...1024)
            .checked { text in
                let scheme = ["http://", "https://"].first { text.hasPrefix($0) }
                let rest = scheme.map { text.dropFirst($0.count) }
                guard let rest, !rest.isEmpty, !rest.contains("/"),
                    rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
                else { return "is no proxy; write http://host:port or https://host:port" }
                return nil
            }
            .map(show: { .hidden($0) }, Secret.init)
    }
}
