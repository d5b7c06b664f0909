public import EventModel
public import JSON

/// Reads stored events for destinations, one after another, reusing its memory.
///
/// A view is valid until the next event is read. Belongs to one thread at a time.
public final class EventViewReader {
    private let canonical = JSONDocument()
    private let decisions = JSONDocument()
    /// Holds what is left of an event that a destination may not see whole.
    private let reduced = JSONDocument()
    /// Holds an event that was completed with what is known of its person.
    private let enriched = JSONDocument()
    /// Checks rendered bodies.
    let checker = JSONDocument()
    /// The last ids that platforms had hashed.
    let recentHashes = RecentHashes()
    /// Where platforms find the members of the event that they map; made for the first one that does.
    private(set) lazy var platformFields = PlatformFields()

    /// Nesting that an event or a rendered body may have: that of the largest event and what a template puts around it.
    static let limits = JSONLimits(depth: 128, valueCount: 1_000_000)

    /// A reader that has read nothing yet.
    public init() {}

    /// Reads an event.
    ///
    /// - Throws: ``JSONError`` if one of its records is not JSON, which a sound store never has.
    public func view(of event: StoredEvent) throws(JSONError) -> EventView {
        let root = try canonical.parse(event.canonical, limits: Self.limits)
        let decisions = event.decisions.isEmpty ? nil : try decisions.parse(event.decisions, limits: Self.limits)
        return EventView(canonical: root, decisions: decisions, canonicalBytes: event.canonical, reader: self)
    }

    /// A view of the event in `view` with its person's data completed; `view` stays valid.
    func view(
        ofEnriched bytes: [UInt8], with parts: [KnownPerson.Part], whileKeeping view: EventView
    ) throws(JSONError) -> EventView {
        var whole = EventView(
            canonical: try enriched.parse(bytes, limits: Self.limits), decisions: view.decisions,
            canonicalBytes: bytes, reader: self)
        whole.consentTransformation = view.consentTransformation
        whole.enrichment = parts
        return whole
    }

    /// A view of what is left of the event in `view`, without the decisions about it; `view` stays valid.
    func view(of bytes: [UInt8], whileKeeping view: EventView) throws(JSONError) -> EventView {
        EventView(
            canonical: try reduced.parse(bytes, limits: Self.limits), decisions: nil, canonicalBytes: bytes,
            reader: self)
    }
}

/// What a destination sees of an event: the canonical event and what the committer decided about it.
public struct EventView {
    /// The canonical event (docs/canonical-event.md).
    public let canonical: JSONValue
    /// The decisions about it, if any were kept: `identity`, `dedup`, `routes`.
    public let decisions: JSONValue?
    /// The canonical event as stored, or what a destination may see of it.
    public let canonicalBytes: [UInt8]
    /// What consent asks of the request; user data that must not be sent is not in the view any more.
    public internal(set) var consentTransformation: ConsentTransformation = []
    /// What of the person the event does not say itself; empty unless it was completed.
    public internal(set) var enrichment: [KnownPerson.Part] = []
    /// `custom_data`: what the event was worth and about, normalized.
    let customData: JSONValue?
    /// `properties`: the source's own.
    let properties: JSONValue?
    /// Keeps the documents alive that the values look into.
    let reader: EventViewReader

    init(canonical: JSONValue, decisions: JSONValue?, canonicalBytes: [UInt8], reader: EventViewReader) {
        self.canonical = canonical
        self.decisions = decisions
        self.canonicalBytes = canonicalBytes
        self.reader = reader
        customData = canonical[Self.customDataKey]
        properties = canonical[Self.propertiesKey]
    }

    /// The id that every attempt, retry and replay carries.
    public var eventID: String { canonical[Self.eventIDKey]?.string ?? "" }

    /// What the identity graph decided about the event, if it was kept.
    public var identity: JSONValue? { decisions?[Self.identityKey] }

    /// The profile that the event was about when it was committed, and those that it merged into that one.
    ///
    /// Empty if nobody is known by the event's identifiers.
    var profiles: [ProfileID] {
        guard let identity, let text = identity[Self.profileKey]?.string, let profile = ProfileID(text.utf8) else {
            return []
        }
        guard let merged = identity[Self.mergedKey] else { return [profile] }
        return [profile] + merged.elements.compactMap { $0.string.flatMap { ProfileID($0.utf8) } }
    }

    private static let profileKey: JSONKey = "profile_id"
    private static let mergedKey: JSONKey = "merged_profiles"
    private static let customDataKey: JSONKey = "custom_data"
    private static let propertiesKey: JSONKey = "properties"
    private static let eventIDKey: JSONKey = "event_id"
    private static let identityKey: JSONKey = "identity"
}

// MARK: - Properties

extension EventView {
    /// A property by name: the normalized value if there is one, else the source's own.
    ///
    /// Null counts as absent in both.
    func property(_ key: JSONKey) -> JSONValue? {
        if let value = customData?[key], !value.isNull { return value }
        return properties?[key]
    }

    /// All properties: the normalized ones, then the source's own whose names are not taken.
    var mergedProperties: [JSONMember] {
        guard let customData else { return properties.map { Array($0.members) } ?? [] }
        var members = customData.members.filter { !$0.value.isNull }
        let names = Set(members.map(\.name))
        if let properties { members += properties.members.filter { !names.contains($0.name) } }
        return members
    }
}
