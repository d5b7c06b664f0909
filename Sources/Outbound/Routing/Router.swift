public import EventModel

/// Which events a destination wants.
public struct RouteFilter: Sendable, Equatable {
    /// The events that the destination is for; nil is for all.
    public var selectedEvents: NamePatternSet?
    /// Canonical event names; nil wants all.
    public var eventNames: NamePatternSet?
    /// Where the business runs (`shopify`, `web`, …); nil wants all, else an event without a platform is refused.
    public var platforms: NamePatternSet?

    /// A filter that wants everything unless told otherwise.
    public init(eventNames: NamePatternSet? = nil, platforms: NamePatternSet? = nil) {
        self.eventNames = eventNames
        self.platforms = platforms
    }
}

/// What the router knows about one destination.
public struct RouteRule: Sendable, Equatable {
    /// The configured name of the destination.
    public var destination: String
    /// Whether it gets any event at all.
    public var isEnabled: Bool
    /// The account whose events it gets; nil for every account's.
    public var account: String?
    /// The environment whose events it gets; nil for every environment's.
    public var environment: String?
    /// Which events it wants of those.
    public var filter: RouteFilter

    /// A rule from its parts.
    public init(
        destination: String, isEnabled: Bool = true, account: String? = nil, environment: String? = nil,
        filter: RouteFilter = RouteFilter()
    ) {
        self.destination = destination
        self.isEnabled = isEnabled
        self.account = account
        self.environment = environment
        self.filter = filter
    }
}

/// What the router looks at of an event.
public struct RouteSubject: Sendable {
    /// The canonical name.
    public var eventName: String
    /// The name of the account.
    public var account: String
    /// The name of the environment.
    public var environment: String
    /// Where the business runs, if that is known.
    public var platform: String?

    /// A subject from its parts.
    public init(eventName: String, account: String, environment: String, platform: String?) {
        self.eventName = eventName
        self.account = account
        self.environment = environment
        self.platform = platform
    }

    /// The subject that an event is.
    public init(_ event: CanonicalEvent) {
        self.init(
            eventName: event.name.text, account: event.tenant.account, environment: event.tenant.environment,
            platform: event.platform)
    }
}

/// Decides which destinations an event goes to.
///
/// Pure and cheap: run once an event on the committer's thread. The first rule that says no is the reason, in the order
/// of design, section 7.
public struct Router: Sendable {
    private let rules: [RouteRule]

    /// A router for these destinations; verdicts come in their order.
    public init(_ rules: [RouteRule]) { self.rules = rules }

    /// One verdict a destination.
    public func verdicts(for subject: RouteSubject) -> [RouteVerdict] {
        rules.map { RouteVerdict(destination: $0.destination, refusal: Self.refusal(of: subject, by: $0)) }
    }

    /// The reason why an event does not go to a destination, or nil if it does; reasons are contracts.
    private static func refusal(of subject: RouteSubject, by rule: RouteRule) -> String? {
        guard rule.isEnabled else { return "disabled" }
        // A request to erase somebody's data tells about that somebody (reference inbound, row 105).
        if subject.eventName == "privacy_delete" { return "privacy_request" }
        if let account = rule.account, account != subject.account { return "account" }
        if let environment = rule.environment, environment != subject.environment { return "environment" }
        if let selected = rule.filter.selectedEvents, !selected.contains(subject.eventName) { return "allowlist" }
        if let names = rule.filter.eventNames, !names.contains(subject.eventName) { return "filter:event_name" }
        if let platforms = rule.filter.platforms {
            guard let platform = subject.platform, platforms.contains(platform) else { return "filter:platform" }
        }
        return nil
    }
}
