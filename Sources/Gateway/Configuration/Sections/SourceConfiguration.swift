public import EventModel

/// One sender: who it is, how it proves that, and how its events are read.
public struct SourceConfiguration: Sendable, Equatable {
    /// Distinct among the sources; stands in keys, logs and metrics.
    public let name: String
    /// Which endpoint it posts to.
    public let kind: SourceKind
    /// The account its events belong to.
    public let account: String
    /// The account's environment.
    public let environment: String
    /// Whether it may send now; a disabled source is answered 403.
    public let isEnabled: Bool
    /// What it must show.
    public let proof: SourceProof
    /// Of track, page and screen calls only these are taken; all if empty.
    public let include: [EventPattern]
    /// These events are not taken, whatever ``include`` says.
    public let exclude: [EventPattern]
    /// Requests a second beyond which it is answered 429; nil for no limit.
    public let rateLimit: Int?
    /// How its events become canonical.
    public let canonicalization: SourceCanonicalization
    /// Whether the envelope is stored as it came, personal data included.
    public let keepsRawEnvelopes: Bool
}

extension SourceConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let name = section.required("name", .name(), "Names the source in logs, metrics and answers; distinct.")
        let kind = section.required(
            "kind", .choice(SourceKind.self), "Which sender this is, and with that the endpoint it posts to.")
        let account = section.required(
            "account", .name(byteLimit: 128),
            "The account that owns the events; must equal `X-TrackLayer-Account` if that is sent.")
        let environment = section.required(
            "environment", .name(),
            "The account's environment, such as `production`; must equal `X-TrackLayer-Environment` if that is sent.")
        isEnabled = section.value("enabled", .flag, default: true, "Whether the source may send; if not, 403.")
        proof = SourceProof(section, kind: kind)
        include = section.value(
            "include", .list(of: .eventPattern), default: [],
            "Of track, page and screen calls take only these: event names or canonical names, with `*` for any text, or types; omitted: all."
        )
        exclude = section.value(
            "exclude", .list(of: .eventPattern), default: [], "Never take these, whatever `include` says.")
        rateLimit = section.optional(
            "rate_limit", .integer(in: 1...1_000_000), absence: "no limit",
            "Requests a second, with bursts of a second's worth; beyond them the source is answered 429.")
        canonicalization = SourceCanonicalization(section)
        keepsRawEnvelopes = section.value(
            "keep_raw", .flag, default: false,
            "Whether envelopes are stored as they came, personal data included, card data and write keys never; for finding faults."
        )
        guard let name, let kind, let account, let environment else { return nil }
        if let owner = section.context.claim(name, in: ClaimScope.sourceName, by: section.field.path) {
            section.report("\"\(name)\" is already the name of \(owner)", at: "name")
        }
        _ = section.context.claim(account, in: ClaimScope.account, by: section.field.path)
        self.name = name
        self.kind = kind
        self.account = account
        self.environment = environment
    }
}
