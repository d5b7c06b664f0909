/// What a destination's list of events must say for an event to be sent (design, section 7).
public enum RoutingClass: String, Sendable, CaseIterable {
    /// Part of default lists and of a blank one.
    case ordinary
    /// The 22 product events: in no default list, yet part of a blank one.
    case warehouseFirst = "warehouse_first"
    /// Refund, chargeback and churned: to an ad platform only when its list names them.
    case warehouseOnly = "warehouse_only"
    /// Beyond the 66 and custom events: only when named.
    case namedOnly = "named_only"
    /// Feeds identity, consent and privacy; to an ad platform only when named.
    case identityOnly = "identity_only"

    /// Whether events of this class are part of a blank list.
    public var isInBlankList: Bool {
        switch self {
        case .ordinary, .warehouseFirst: true
        case .warehouseOnly, .namedOnly, .identityOnly: false
        }
    }

    /// Whether a pattern such as `video_*` names events of this class, or only their whole names do.
    public var canBeNamedByPattern: Bool {
        switch self {
        case .ordinary, .warehouseFirst, .namedOnly: true
        case .warehouseOnly, .identityOnly: false
        }
    }
}

/// What advertising platforms need of an event of one family.
public struct EventRequirement: OptionSet, Sendable, Hashable {
    /// One bit for each requirement.
    public let rawValue: UInt8

    /// The requirements whose bits are set.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A value, not negative (reference inbound, 6.5).
    public static let value = EventRequirement(rawValue: 1)
    /// The currency of the value.
    public static let currency = EventRequirement(rawValue: 2)
    /// An order or refund to take back from.
    public static let orderReference = EventRequirement(rawValue: 4)
}

/// What routing knows of every event by its canonical name.
public struct EventCatalog: Sendable {
    /// What routing knows of one event.
    public struct Entry: Sendable, Equatable {
        /// What a list must say.
        public let routing: RoutingClass
        /// What a good event of its family has.
        public let requirement: EventRequirement

        /// An entry from its parts.
        public init(routing: RoutingClass, requirement: EventRequirement = []) {
            self.routing = routing
            self.requirement = requirement
        }
    }

    private let entries: [String: Entry]

    /// A catalogue of these events; any other event needs naming.
    public init(_ entries: [String: Entry] = [:]) { self.entries = entries }

    /// What is known of an event, or nil for names that are not in the registry.
    public subscript(name: String) -> Entry? { entries[name] }
}
