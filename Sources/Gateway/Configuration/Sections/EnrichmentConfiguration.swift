/// Whether a destination's events are completed with what is known of their persons (docs/adr/0021-enrichment.md).
public struct EnrichmentConfiguration: Sendable, Equatable {
    /// Whether they are.
    public let isOn: Bool
    /// How long a new event waits for its first attempt, so that what is said of the person meanwhile counts.
    public let settleDelay: Duration

    /// Reads the keys beside the others of a destination.
    init(_ section: ConfigurationReader, isPlatform: Bool) {
        isOn =
            section.optional(
                "enrich", .flag, absence: "on for advertising platforms, else off",
                "Whether hashed user data that an event lacks is filled in from its person's other events; see docs/delivery.md."
            ) ?? isPlatform
        settleDelay =
            section.optional(
                "settle", .duration(in: .zero ... .seconds(600)), absence: "2s with `enrich`, else 0s",
                "How long a new event waits for its first attempt, so that what is said of its person meanwhile counts."
            ) ?? (isOn ? .seconds(2) : .zero)
    }
}
