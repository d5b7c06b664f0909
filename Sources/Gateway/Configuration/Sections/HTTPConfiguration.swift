/// How requests of senders are served.
public struct HTTPConfiguration: Sendable, Equatable {
    /// Event loops, each on its own thread; nil for one a processor.
    public let loopCount: Int?
    /// Open connections, over all loops.
    public let connectionLimit: Int
    /// How long a request may take to arrive.
    public let readTimeout: Duration
    /// How long a connection may stay open without a request.
    public let idleTimeout: Duration
    /// How long a stop waits for requests in progress.
    public let drainTimeout: Duration
    /// Proxies whose `X-Forwarded-For` is believed.
    public let trustedProxies: [AddressRange]
}

extension HTTPConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        loopCount = section.optional(
            "loops", .integer(in: 1...64), absence: "one a processor", "Event loops, each on its own thread.")
        connectionLimit = section.value(
            "connection_limit", .integer(in: 1...1_000_000), default: 10_000,
            "Connections that may be open at once; more are refused.")
        readTimeout = section.value(
            "read_timeout", .duration(in: .seconds(1) ... .seconds(300)), default: .seconds(10),
            "How long a request may take to arrive before it is answered 408.")
        idleTimeout = section.value(
            "idle_timeout", .duration(in: .seconds(1) ... .seconds(3600)), default: .seconds(75),
            "How long a connection may stay open without a request.")
        drainTimeout = section.value(
            "drain_timeout", .duration(in: .seconds(1) ... .seconds(600)), default: .seconds(20),
            "How long SIGTERM waits for requests and deliveries in progress.")
        trustedProxies = section.value(
            "trusted_proxies", .oneOrMore(of: .addressRange), default: [],
            "Proxies in front, as `10.0.0.0/8`: a browser's address is the right-most in `X-Forwarded-For` that is none "
                + "of theirs; omitted: whoever connects. In force with a reload.")
    }
}
