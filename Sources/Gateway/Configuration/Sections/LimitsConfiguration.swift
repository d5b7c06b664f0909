/// How much is taken at once (reference inbound, 2.1, 3.3 and 9).
public struct LimitsConfiguration: Sendable, Equatable {
    /// Bytes of a body as it comes over the wire.
    public let bodyByteLimit: Int
    /// Bytes of all headers of a request.
    public let headerByteLimit: Int
    /// Events that may wait for their commit.
    public let queueLimit: Int
    /// How long a request waits for its commit.
    public let answerTimeout: Duration
}

extension LimitsConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        bodyByteLimit = section.value(
            "body", .size(in: 1 << 10...256 << 20), default: 32 << 20,
            "Largest body as it comes over the wire; beyond it 413. Unpacked, SDKs' paths take 8MiB and webhooks 32MiB."
        )
        headerByteLimit = section.value(
            "headers", .size(in: 1 << 10...1 << 20), default: 64 << 10,
            "Largest total of a request's headers; beyond it 431.")
        queueLimit = section.value(
            "queue", .integer(in: 1...10_000_000), default: 100_000,
            "Events that may wait for their commit; beyond it 429 with `Retry-After`.")
        answerTimeout = section.value(
            "answer_timeout", .duration(in: .milliseconds(100) ... .seconds(60)), default: .seconds(3),
            "How long a request waits for the disk before it is answered 503 with `Retry-After`; its events are stored all the same."
        )
    }
}
