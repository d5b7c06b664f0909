public import Platform

/// Everything an operator decides, as values (design, section 10).
///
/// Made by ``ConfigurationLoader`` from a file without faults; every value is within its limits.
public struct GatewayConfiguration: Sendable, Equatable {
    /// Where senders post events.
    public let listen: ListenAddress
    /// The server's certificate; nil for plain HTTP behind a proxy.
    public let tls: TLSConfiguration?
    /// The directory of the store.
    public let dataDirectory: String
    /// What is logged.
    public let logLevel: LogLevel
    /// The operator's interface.
    public let admin: AdminConfiguration
    /// How requests are served.
    public let http: HTTPConfiguration
    /// How much is taken at once.
    public let limits: LimitsConfiguration
    /// How long ids are remembered.
    public let dedup: DedupConfiguration
    /// How far identities are joined.
    public let identity: IdentityConfiguration
    /// How long what is kept.
    public let retention: RetentionConfiguration
    /// What operators are told of by itself, and how.
    public let alerts: AlertsConfiguration
    /// What `{{secrets.NAME}}` means in headers and templates.
    public let secrets: [String: Secret]
    /// The segments that the configuration names; an event is in one if one of its cases holds.
    public let segments: [String: [SegmentConfiguration]]
    /// Who may send; at least one, names and credentials distinct.
    public let sources: [SourceConfiguration]
    /// Where events go; names distinct.
    public let destinations: [DestinationConfiguration]
}

extension GatewayConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        listen = section.value(
            "listen", .address, default: ListenAddress(host: "127.0.0.1", port: 8080), "Where senders post events.")
        tls = section.optional(
            "tls", .section(), absence: "plain HTTP", "The certificate with which the server itself speaks TLS.")
        dataDirectory = section.value(
            "data", .path("directory"), default: section.context.resolve("data"),
            "The directory of the store; relative to this file.")
        logLevel = section.value(
            "log_level", .choice(\.name), default: .info, "Log lines below this level are not written.")
        admin = section.group("admin", AdminConfiguration.self, "The operator's interface.")
        http = section.group("http", HTTPConfiguration.self, "How requests are served.")
        limits = section.group("limits", LimitsConfiguration.self, "How much is taken at once.")
        dedup = section.group("dedup", DedupConfiguration.self, "How long ids are remembered.")
        identity = section.group("identity", IdentityConfiguration.self, "How far identities are joined.")
        alerts = section.group("alerts", AlertsConfiguration.self, "What operators are told of by itself, and how.")
        // Before the destinations, whose headers and templates refer to these names.
        secrets = section.value(
            "secrets", .dictionary(of: .secret, keys: "name", rule: Self.secretNameFault), default: [:],
            "What `{{secrets.NAME}}` means in the headers and templates of destinations.")
        for name in secrets.keys { _ = section.context.claim(name, in: ClaimScope.secretName, by: "secrets") }
        // Before the destinations, whose filters refer to these names.
        segments = section.value(
            "segments", .segments, default: [:], "Named rules that put events in segments; see docs/routing.md.")
        for name in segments.keys { _ = section.context.claim(name, in: ClaimScope.segmentName, by: "segments") }
        // Before the destinations, which may name an account.
        let sources = section.required(
            "sources", .list(of: .section(SourceConfiguration.self), count: 1...1000),
            "Who may send events; at least one.")
        // Behind the sources, whose accounts it names.
        retention = section.group(
            "retention", RetentionConfiguration.self, "How long events, deliveries and identities are kept.")
        destinations = section.value(
            "destinations", .list(of: .section()), default: [], "Where events are delivered.")
        guard let sources else { return nil }
        self.sources = sources
    }

    private static func secretNameFault(_ name: String) -> String? {
        let isValid =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") }
        return isValid ? nil : "the name of a secret must have only letters, digits and _"
    }
}

/// What may be had only once in a configuration, or must be known in it.
enum ClaimScope {
    static let sourceName = "source name"
    static let destinationName = "destination name"
    static let account = "account"
    static let secretName = "secret name"
    static let segmentName = "segment name"

    /// One kind of proof among the sources of one kind.
    static func credential(_ proof: String, of kind: String) -> String { "\(kind) \(proof)" }
}
