/// The operator's interface: its own listener, apart from the senders'.
public struct AdminConfiguration: Sendable, Equatable {
    /// Where it listens.
    public let listen: ListenAddress
    /// Bearer tokens that open it, of distinct names; without any it stays shut.
    public let tokens: [AdminToken]
    /// How long the audit log keeps an entry.
    public let auditAge: Duration
}

extension AdminConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        listen = section.value(
            "listen", .address, default: ListenAddress(host: "127.0.0.1", port: 8081),
            "Where the admin API listens; keep it on loopback or a private network.")
        let given = section.value(
            "tokens", .oneOrMore(of: .adminToken), default: [],
            "Bearer tokens of the admin API, without which it is off: a secret, which opens everything, or a mapping.")
        tokens = given.enumerated().map { $1.named("token-\($0 + 1)") }
        auditAge = section.value(
            "audit_keep", .duration(in: .seconds(86_400) ... .seconds(3650 * 86_400)), default: .seconds(365 * 86_400),
            "How long the audit log keeps an entry; of more than 100,000 the oldest go before that.")
        let names = tokens.map(\.name)
        for (index, name) in names.enumerated() where names.firstIndex(of: name) != index {
            section.report("two tokens are named \"\(name)\"; give each a name of its own", at: "tokens")
        }
        if !tokens.isEmpty, !listen.isLoopback {
            section.warn(
                "is reachable from other machines, and tokens travel in plain HTTP; put TLS before it", at: "listen")
        }
    }
}
