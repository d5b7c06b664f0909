/// The operator's interface: its own listener, apart from the senders'.
public struct AdminConfiguration: Sendable, Equatable {
    /// Where it listens.
    public let listen: ListenAddress
    /// Bearer tokens that open it; without any it stays shut.
    public let tokens: [Secret]
}

extension AdminConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        listen = section.value(
            "listen", .address, default: ListenAddress(host: "127.0.0.1", port: 8081),
            "Where the admin API listens; keep it on loopback or a private network.")
        tokens = section.value(
            "tokens", .oneOrMore(of: .secret), default: [],
            "Bearer tokens of the admin API; any of them opens it, and without any it is off.")
        if !tokens.isEmpty, !listen.isLoopback {
            section.warn(
                "is reachable from other machines, and tokens travel in plain HTTP; put TLS before it", at: "listen")
        }
    }
}
