/// How much a destination has to obey.
public enum DestinationClass: String, Sendable, CaseIterable {
    /// Custom endpoints and warehouses: every event, unless a list or a filter says otherwise.
    case everything
    /// Advertising platforms: every gate of design, section 7.
    case adPlatform = "ads"
}

/// Which events a destination's list lets through, by canonical name.
public enum Allowlist: Sendable, Equatable {
    /// No list: for an advertising platform all of the 66 and TrackLayer's own but the warehouse-only.
    case blank
    /// The registry and custom events.
    case all
    /// The platform's own list.
    case defaults(Set<String>)
    /// Exactly these names and patterns.
    case listed(NamePatternSet)
}

/// What a destination's kind and settings make of an event beyond account, environment and filter.
public struct RoutingPolicy: Sendable, Equatable {
    /// How much it has to obey.
    public var destinationClass: DestinationClass
    /// Whether the destination could log in at all; a kind that finds otherwise says so here.
    public var hasValidCredentials = true
    /// Which events it takes.
    public var allowlist = Allowlist.blank
    /// Hosts that an event's page may be on, lower-case, `*.` for any subdomain; nil for any.
    public var domains: NamePatternSet?
    /// Names by which senders refuse it in `integrations`, folded; its configured name is one anyway.
    public var integrationNames: [String] = []
    /// What it demands of consent.
    public var consent: ConsentPolicy
    /// Whether its events are completed with what is known of their persons (docs/adr/0021-enrichment.md).
    public var enriches = false
    /// Whether an `anonymousId` alone is an identity signal.
    public var matchesAnonymousIDs = false
    /// Whether a person's address together with their browser is an identity signal.
    public var matchesBrowsers = false
    /// Whether `events: all` lets custom events through, which a list always has to name.
    public var takesAllCustomEvents = true
    /// Whether an order needs a value with a currency.
    public var demandsMoney = true
    /// Whether an amount without a currency is in one that the destination's configuration names.
    public var assumesCurrency = false
    /// Whether events that the sender marked as a bot's are kept from it.
    public var suppressesBots: Bool

    /// The policy of a class: advertising platforms demand consent and take no bots.
    public init(_ destinationClass: DestinationClass) {
        self.destinationClass = destinationClass
        consent = destinationClass == .adPlatform ? .adPlatform : ConsentPolicy()
        suppressesBots = destinationClass == .adPlatform
    }

    /// What an advertising platform's kind has unless its configuration says otherwise.
    public init(_ platform: AdPlatform) {
        self.init(.adPlatform)
        integrationNames = platform.integrationNames
        consent = platform.consent
        matchesAnonymousIDs = platform.matchesAnonymousIDs
        matchesBrowsers = platform.matchesBrowsers
        demandsMoney = platform.demandsMoney
        takesAllCustomEvents = platform.takesAllCustomEvents
    }
}
