/// What an event must be to reach a destination; of each list one must fit, and an empty list fits all.
public struct DestinationFilter: Sendable, Equatable {
    /// Canonical names.
    public let eventNames: [String]
    /// Platforms, such as `shopify`.
    public let platforms: [String]
}

extension DestinationFilter: DefaultedSection {
    init(_ section: ConfigurationReader) {
        let texts = ConfigurationFormat<[String]>.oneOrMore(of: .text())
        eventNames = section.value(
            "event_name", texts, default: [], "Canonical names, one of which must be the event's.")
        platforms = section.value("platform", texts, default: [], "Platforms, one of which must be the event's.")
    }
}
