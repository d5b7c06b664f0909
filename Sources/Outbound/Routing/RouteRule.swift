public import EventModel
public import Platform

/// Which events a destination wants, of those that it may have; all of it must hold.
public struct RouteFilter: Sendable, Equatable {
    /// Which canonical event names.
    public var eventNames: NameChoice
    /// Where the business runs (`shopify`, `web`, …); an event without a platform fits only a choice that wants all.
    public var platforms: NameChoice
    /// The event's segments, of which one must be wanted and none unwanted.
    public var segments: NameChoice
    /// What must hold of single values, in this order.
    public var conditions: [EventCondition]

    /// A filter that wants everything unless told otherwise.
    public init(
        eventNames: NameChoice = NameChoice(), platforms: NameChoice = NameChoice(),
        segments: NameChoice = NameChoice(), conditions: [EventCondition] = []
    ) {
        self.eventNames = eventNames
        self.platforms = platforms
        self.segments = segments
        self.conditions = conditions
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
    /// What it has to obey.
    public var policy: RoutingPolicy

    /// A rule from its parts.
    public init(
        destination: String, isEnabled: Bool = true, account: String? = nil, environment: String? = nil,
        filter: RouteFilter = RouteFilter(), policy: RoutingPolicy = RoutingPolicy(.everything)
    ) {
        self.destination = destination
        self.isEnabled = isEnabled
        self.account = account
        self.environment = environment
        self.filter = filter
        self.policy = policy
    }
}

/// What the router looks at of an event.
///
/// Made in parallel, before the committer: the router itself computes nothing that an event's destinations share.
public struct RouteSubject: Sendable {
    /// The canonical name.
    public var eventName: String
    /// The name of the account.
    public var account: String
    /// The name of the environment.
    public var environment: String
    /// Where the business runs, if that is known.
    public var platform: String?
    /// The names of the segments that it is in.
    public var segments: [String] = []
    /// The page where it happened, if there is one.
    public var pageURL: String?
    /// What the sender said about who shall get it.
    public var integrations = IntegrationChoices()
    /// What it says about consent, when it happened and in which country.
    public var consent: ConsentFacts
    /// Whether the sender marked it as a bot's.
    public var isBot = false
    /// What of ``EventRequirement`` it has.
    public var present: EventRequirement = []
    /// Whether its value was less than nothing, and so left out; no advertising platform gets such an event (reference
    /// inbound, 6.5 and row 73).
    public var hasNegativeValue = false
    /// Whether it says who did it in a way that platforms can match: e-mail, phone, a click or browser id, an external or
    /// advertising id.
    public var hasIdentitySignal = false
    /// Whether an e-mail address or a phone number of its person is known from other events.
    public var isPersonKnown = false
    /// Whether it has an `anonymousId`.
    public var hasAnonymousID = false
    /// Whether it has the person's address together with their browser.
    public var hasBrowser = false
    /// Whether it has an `event_id`.
    public var hasEventID = true
}

extension RouteSubject {
    /// A subject from its parts; the others are set one by one.
    public init(
        eventName: String, account: String, environment: String, platform: String?,
        occurredAt: Timestamp = Timestamp(milliseconds: 0)
    ) {
        self.eventName = eventName
        self.account = account
        self.environment = environment
        self.platform = platform
        consent = ConsentFacts(state: ConsentState(), occurredAt: occurredAt)
    }

    /// The subject that an event is.
    ///
    /// Hands its parts to the initializer that Swift makes: one that sets property after property makes a subject aside
    /// and copies it.
    public init(_ event: CanonicalEvent) {
        self.init(
            eventName: event.name.text, account: event.tenant.account, environment: event.tenant.environment,
            platform: event.platform, pageURL: event.pageURL, integrations: event.integrationChoices,
            consent: ConsentFacts(
                state: event.consent, country: event.userData.country ?? event.consent.country,
                occurredAt: event.occurredAt),
            isBot: event.isBot, present: Self.present(in: event),
            hasNegativeValue: event.notes.contains(.valueNegative),
            hasIdentitySignal: Self.hasIdentitySignal(event),
            hasAnonymousID: event.userData.anonymousID != nil,
            hasBrowser: event.userData.clientIP != nil && event.userData.userAgent != nil,
            hasEventID: !event.eventID.isEmpty)
    }

    private static func present(in event: CanonicalEvent) -> EventRequirement {
        var present: EventRequirement = []
        if event.customData.value != nil { present.insert(.value) }
        if event.customData.currency != nil { present.insert(.currency) }
        if event.customData.businessIDs.contains(where: { $0.name == "order_id" || $0.name == "refund_id" }) {
            present.insert(.orderReference)
        }
        return present
    }

    // Asks the event: to hand on the person's part would copy it.
    private static func hasIdentitySignal(_ event: CanonicalEvent) -> Bool {
        if event.userData.externalID != nil || event.userData.advertisingID != nil { return true }
        if !event.userData.clickIDs.isEmpty || !event.userData.otherExternalIDs.isEmpty { return true }
        if event.userData.plainEmail != nil || event.userData.plainPhone != nil { return true }
        return event.userData.hashes.contains { $0.field == .email || $0.field == .phone }
    }
}
