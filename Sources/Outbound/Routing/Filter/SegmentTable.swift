/// One way into a segment: the groups and conditions that have to hold together.
public struct SegmentCase: Sendable, Equatable {
    /// Groups (`custom_data.group_id`), one of which must be the event's; nil for any or none.
    public var groups: NamePatternSet?
    /// What else must hold, all of it.
    public var conditions: [EventCondition]

    /// A case from its parts; without any it holds of every event.
    public init(groups: NamePatternSet? = nil, conditions: [EventCondition] = []) {
        self.groups = groups
        self.conditions = conditions
    }

    fileprivate func holds(of event: EventView) -> Bool {
        if let groups {
            guard let group = event.groupID, groups.contains(group) else { return false }
        }
        return conditions.allSatisfy { $0.holds(of: event) }
    }
}

/// A segment that the configuration names.
public struct SegmentRule: Sendable, Equatable {
    /// What filters and templates call it.
    public var name: String
    /// An event is in the segment if one of these holds.
    public var cases: [SegmentCase]

    /// A rule from its parts.
    public init(_ name: String, _ cases: [SegmentCase]) {
        self.name = name
        self.cases = cases
    }
}

/// Says which segments an event is in (docs/routing.md).
///
/// Pure: the event alone decides, not what was known of its person before.
public struct SegmentTable: Sendable, Equatable {
    private let rules: [SegmentRule]

    /// Segments of one event that are looked at; a sender that lists more loses the rest.
    public static let limit = 64
    /// The longest name that a sender's segment may have, in bytes.
    public static let nameByteLimit = 128

    /// A table; its segments come first, in this order.
    public init(_ rules: [SegmentRule] = []) { self.rules = rules }

    /// Whether the configuration names no segment.
    public var isEmpty: Bool { rules.isEmpty }

    /// Whether some rule asks what the identity graph decided.
    public var readsIdentity: Bool {
        rules.contains { $0.cases.contains { $0.conditions.contains { $0.path.isAboutIdentity } } }
    }

    /// The names of an event's segments, each once: those of the rules, then those that the sender says.
    public func segments(of event: EventView) -> [String] {
        var names = rules.filter { $0.cases.contains { $0.holds(of: event) } }.map(\.name)
        for name in event.statedSegments where !names.contains(name) { names.append(name) }
        return Array(names.prefix(Self.limit))
    }
}
