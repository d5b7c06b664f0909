import Crypto
import EventModel
import Identity
import Outbound
import Platform
import Storage

/// A canonical event made ready for the committer: everything that could be computed in parallel has been.
///
/// A class, as it goes from thread to thread and through arrays: a copy of so many parts would cost more than they do.
/// Keeps the whole event rather than copies of what is needed of it.
final class PreparedEvent: Sendable {
    private let event: CanonicalEvent
    /// What an `alias` or `merge` call says are one person, beyond what an event's company implies.
    let joins: [ExplicitJoin]
    /// The id that an `alias` replaces, taken for a user id: senders put an anonymous id there as well.
    ///
    /// Counts only if some event had it as its user id: a device's id would otherwise join everybody who used the device
    /// (reference identity, rules 2 and 6).
    let guessedUserID: Identifier?
    /// The transport key: the event is known by it.
    let messageKey: DedupKey
    /// The business keys, strongest first: the event is known by each.
    let eventKeys: [DedupKey]
    let routeSubject: RouteSubject
    /// What the event itself answers about consent; nil if it answers nothing.
    let consentStatement: ProfileConsent?
    /// What the event has to do with remembered click ids; nil for most.
    let clicks: ClickSubject?
    /// The only destination that it may go to, for a test of that one; nil for all that want it.
    let onlyDestination: String?
    /// The canonical event's JSON.
    let canonical: [UInt8]
    /// The envelope as it came, but for card data and write keys, if the source keeps it.
    let rawEnvelope: [UInt8]?

    /// Makes an event ready.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - canonical: Its JSON.
    ///   - rawEnvelope: See ``rawEnvelope``.
    ///   - onlyDestination: See ``onlyDestination``.
    init(_ event: CanonicalEvent, canonical: [UInt8], rawEnvelope: [UInt8]?, onlyDestination: String? = nil) {
        self.event = event
        joins = event.type == .alias || event.type == .merge ? Self.linkJoins(of: event.identifiers) : []
        guessedUserID = event.type == .alias ? Self.guessedUserID(of: event) : nil
        let tenant = event.tenant
        messageKey = DedupKey(
            MessageKey(
                tenant.accountNumber, tenant.environmentNumber, source: event.source, messageID: event.messageID))
        eventKeys = Self.eventKeys(of: event)
        routeSubject = RouteSubject(event)
        consentStatement = ProfileConsent(event.consent, saidAt: event.occurredAt)
        clicks = ClickSubject(event)
        self.canonical = canonical
        self.rawEnvelope = rawEnvelope
        self.onlyDestination = onlyDestination
    }

    /// The joins that the event asks for if only these are its identifiers.
    func joins(of identifiers: [Identifier]) -> [ExplicitJoin] { joins.isEmpty ? [] : Self.linkJoins(of: identifiers) }

    private static func linkJoins(of identifiers: [Identifier]) -> [ExplicitJoin] {
        guard let first = identifiers.first else { return [] }
        return identifiers.dropFirst().map { ExplicitJoin(first, $0, by: .linkCall) }
    }

    /// Of an alias: the user id that is its anonymous id, too, and not the one that it is now.
    private static func guessedUserID(of event: CanonicalEvent) -> Identifier? {
        event.identifiers.first { guess in
            guess.type == .userID && guess.value != event.userData.externalID
                && event.identifiers.contains { $0.type == .anonymousID && $0.value == guess.value }
        }
    }

    /// Business keys say which id they are (`order_id:…`), so an explicit id does, too.
    private static func eventKeys(of event: CanonicalEvent) -> [DedupKey] {
        let tenant = event.tenant
        func key(_ id: String) -> DedupKey {
            DedupKey(
                EventIDKey(tenant.accountNumber, tenant.environmentNumber, eventID: id, eventName: event.name))
        }
        switch (event.eventIDSource == "event_id", event.businessKey) {
        case (false, nil): return []
        case (false, let business?): return [key(business)]
        case (true, nil): return [key("event_id:\(event.eventID)")]
        case (true, let business?): return [key("event_id:\(event.eventID)"), key(business)]
        }
    }

    var tenant: Tenant { event.tenant }
    var source: String { event.source }
    var name: EventName { event.name }
    var eventID: String { event.eventID }
    var messageID: String { event.messageID }
    var isMessageIDGenerated: Bool { event.isMessageIDGenerated }
    var identifiers: [Identifier] { event.identifiers }
    /// The event's own click and browser ids.
    var clickIDs: [UserData.ClickID] { event.userData.clickIDs }
    var anonymousID: String? { event.userData.anonymousID }
    var fingerprint: Digest { event.fingerprint }
    var receivedAt: Timestamp { event.receivedAt }
    var notes: NoteList { event.notes }
    /// What the event says of its person that later ones may lack; nil if that is nothing.
    ///
    /// Made when it is asked for, as it is wanted only where a destination enriches events.
    var person: KnownPerson? { KnownPerson(event) }
    /// Whether the event asks that somebody's data be erased.
    var asksForErasure: Bool { event.type == .delete }

    /// What the event counts in the queue's limit: one, and one more for every 2 KiB.
    var weight: Int { 1 + (canonical.count + (rawEnvelope?.count ?? 0)) / 2048 }
}
