import Crypto
import EventModel
import Identity
import Outbound
import Platform
import Storage

/// A canonical event made ready for the committer: everything that could be computed in parallel has been.
///
/// A class, as it goes from thread to thread and through arrays: a copy of so many parts would cost more than they do.
final class PreparedEvent: Sendable {
    let tenant: Tenant
    let source: String
    let name: EventName
    let eventID: String
    let messageID: String
    let isMessageIDGenerated: Bool
    let identifiers: [Identifier]
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
    let fingerprint: Digest
    let receivedAt: Timestamp
    let routeSubject: RouteSubject
    /// What the event itself answers about consent; nil if it answers nothing.
    let consentStatement: ProfileConsent?
    let notes: NoteList
    /// What the event has to do with remembered click ids; nil for most.
    let clicks: ClickSubject?
    /// Whether the event asks that somebody's data be erased.
    let asksForErasure: Bool
    /// The only destination that it may go to, for a test of that one; nil for all that want it.
    let onlyDestination: String?
    /// The canonical event's JSON.
    let canonical: [UInt8]
    /// The envelope as it came, but for card data and write keys, if the source keeps it.
    let rawEnvelope: [UInt8]?

    init(_ event: CanonicalEvent, rawEnvelope: [UInt8]?, onlyDestination: String? = nil) {
        tenant = event.tenant
        source = event.source
        name = event.name
        eventID = event.eventID
        messageID = event.messageID
        isMessageIDGenerated = event.isMessageIDGenerated
        identifiers = event.identifiers
        joins = event.type == .alias || event.type == .merge ? Self.linkJoins(of: event.identifiers) : []
        guessedUserID = event.type == .alias ? Self.guessedUserID(of: event) : nil
        let (account, environment) = (event.tenant.accountNumber, event.tenant.environmentNumber)
        messageKey = DedupKey(
            MessageKey(account, environment, source: event.source, messageID: event.messageID))
        // Business keys say which id they are (`order_id:…`), so an explicit id does, too.
        var keys = event.eventIDSource == "event_id" ? ["event_id:\(event.eventID)"] : []
        if let key = event.businessKey { keys.append(key) }
        eventKeys = keys.map { DedupKey(EventIDKey(account, environment, eventID: $0, eventName: event.name)) }
        fingerprint = event.fingerprint
        receivedAt = event.receivedAt
        routeSubject = RouteSubject(event)
        consentStatement = ProfileConsent(event.consent, saidAt: event.occurredAt)
        notes = event.notes
        clicks = ClickSubject(event)
        asksForErasure = event.type == .delete
        canonical = event.json
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

    /// What the event counts in the queue's limit: one, and one more for every 2 KiB.
    var weight: Int { 1 + (canonical.count + (rawEnvelope?.count ?? 0)) / 2048 }
}
