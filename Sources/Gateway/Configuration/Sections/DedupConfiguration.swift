/// How long an id is remembered (reference identity, dedup rule 4).
public struct DedupConfiguration: Sendable, Equatable {
    /// After this time a repeated id counts as new.
    public let window: Duration
}

extension DedupConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        window = section.value(
            "window", .duration(in: .seconds(3600) ... .seconds(400 * 86_400)), default: .seconds(30 * 86_400),
            "How long message ids and business ids are remembered; RudderStack retries for up to 30 days.")
    }
}
