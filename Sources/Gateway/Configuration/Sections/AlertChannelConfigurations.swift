import Outbound

/// Where messages about alerts are posted.
public struct AlertWebhookConfiguration: Sendable, Equatable {
    /// Where they go.
    public var url: EndpointURL
    /// Sent with each, in the order of their names.
    public var headers: [HeaderField]
    /// How they are signed; nil if they are not.
    public var signing: SigningConfiguration?
    /// How long one may take.
    public var timeout: Duration
    /// Whether loopback and private networks may be reached.
    public var allowsPrivateAddresses: Bool
    /// Certificates and proxy.
    public var transport: TransportConfiguration
}

extension AlertWebhookConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let url = section.required("url", .url, "Where messages are posted as JSON.")
        let headers = section.value(
            "headers",
            .dictionary(
                of: .headerValue, keys: "header name", count: 0...50, rule: HTTPDestinationSettings.headerNameFault),
            default: [:], "Sent with each message.")
        self.headers = headers.sorted { $0.key < $1.key }.map { HeaderField(name: $0.key, value: $0.value) }
        signing = section.optional(
            "signing", .section(), absence: "unsigned", "How messages are signed, as deliveries are.")
        timeout = section.value(
            "timeout", .duration(in: .milliseconds(100) ... .seconds(60)), default: .seconds(10),
            "How long one message may take.")
        allowsPrivateAddresses = section.value(
            "allow_private_addresses", .flag, default: false,
            "Whether loopback and private networks may be reached; refused otherwise.")
        transport = TransportConfiguration(section)
        guard let url else { return nil }
        if url.text.contains("{{") { section.report("takes no {{…}}; use ${NAME}", at: "url") }
        if url.hasPrivateHost, !allowsPrivateAddresses {
            section.report(
                "\(url.host) is a private address; set `allow_private_addresses: true` to reach it", at: "url")
        }
        if let secrets = signing?.secrets, secrets.contains(where: { SigningSecret($0.revealed) == nil }) {
            section.report("begins with whsec_ and does not go on with base64", at: "signing")
        }
        self.url = url
    }
}

/// How mail gets to its server.
public enum MailEncryption: String, Sendable, CaseIterable {
    /// Plain at first, then TLS, or nothing is sent.
    case startTLS = "starttls"
    /// TLS from the first byte.
    case implicit
    /// None.
    case none
}

/// Whom messages about alerts are mailed to.
public struct AlertEmailConfiguration: Sendable, Equatable {
    /// The mail server.
    public var server: ListenAddress
    /// How the way there is kept secret.
    public var encryption: MailEncryption
    /// Who signs in; nil for nobody.
    public var username: String?
    /// With what.
    public var password: Secret?
    /// The sender's address.
    public var from: String
    /// The receivers' addresses.
    public var to: [String]
    /// A PEM file with the certificates to trust; nil for the system's.
    public var certificateAuthorityFile: String?
    /// How long one mail may take.
    public var timeout: Duration
}

extension AlertEmailConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let server = section.required("server", .address, "The mail server (SMTP): `smtp.example.com:587`.")
        encryption = section.value(
            "tls", .choice(MailEncryption.self), default: .startTLS,
            "`starttls`, mostly on port 587; `implicit` for TLS from the first byte, mostly on port 465; `none`.")
        username = section.optional(
            "username", .text("text", byteCount: 1...256), absence: "no sign-in", "Who signs in to the server.")
        password = section.optional("password", .secret, absence: "no sign-in", "With what.")
        let from = section.required("from", .mailAddress, "The sender's address.")
        let to = section.required(
            "to", .oneOrMore(of: .mailAddress, count: 1...50), "Whom messages are mailed to.")
        certificateAuthorityFile = section.optional(
            "ca_file", .file, absence: "the system's",
            "PEM file with the certificates to trust in place of the system's.")
        timeout = section.value(
            "timeout", .duration(in: .seconds(1) ... .seconds(120)), default: .seconds(30),
            "How long one mail may take.")
        if section.has("username") != section.has("password") {
            section.report("needs both `username` and `password`, or neither", at: "username")
        }
        guard let server, let from, let to else { return nil }
        if server.port == 0 { section.report("needs a port, such as 587", at: "server") }
        if encryption == .none, password != nil, !server.isLoopback {
            section.report("would send the password readable for everybody on the way; use starttls", at: "tls")
        }
        self.server = server
        self.from = from
        self.to = to
    }
}

extension ConfigurationFormat where Value == String {
    /// An address of one mailbox, without a name: `ops@example.com`.
    fileprivate static var mailAddress: ConfigurationFormat {
        text("mail address", byteCount: 1...254).checked { text in
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[]\\,;:\"".utf8.contains($0) }
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && isPlain
                ? nil : "is no mail address; write one such as ops@example.com, without a name"
        }
    }
}
