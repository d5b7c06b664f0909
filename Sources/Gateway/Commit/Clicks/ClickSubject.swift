import Canonicalizer
import EventModel
import Platform

/// What an event has to do with remembered click ids; made in parallel, before the committer sees the event.
struct ClickSubject: Sendable {
    /// The anonymous id's node, if the event has one that identifies.
    let anonymous: NodeID?
    /// The user id's node, likewise.
    let user: NodeID?
    /// The event's own ids.
    let ids: [UserData.ClickID]
    /// Whether `fbc` was made from the event's own `fbclid`, with the event's own time.
    let hasMadeFBC: Bool
    /// Whether the event takes what earlier events of the same person brought.
    let takesRemembered: Bool
    let occurredAt: Timestamp

    /// Nil for events that neither bring ids, nor take any, nor join a browser to a user.
    init?(_ event: CanonicalEvent) {
        let anonymous = event.identifiers.first { $0.type == .anonymousID }?.node
        let user = event.identifiers.first { $0.type == .userID }?.node
        guard anonymous != nil || user != nil else { return nil }
        let ids = event.userData.clickIDs.filter { $0.kind.memory != nil }
        let isConversion = event.type == .track && Self.isConversion(event.name)
        let joins = event.type == .identify && anonymous != nil && user != nil
        guard !ids.isEmpty || isConversion || joins else { return nil }
        self.anonymous = anonymous
        self.user = user
        self.ids = ids
        takesRemembered = isConversion
        occurredAt = event.occurredAt
        let made = event.userData[.fbclid].map { "fb.1.\(event.occurredAt.milliseconds).\($0)" }
        hasMadeFBC = made != nil && made == event.userData[.fbc]
    }

    /// Whether an ad platform may get the event without naming it among oddities; page views are too many to look up.
    private static func isConversion(_ name: EventName) -> Bool {
        guard !name.isCustom, name.text != "page_view", let row = EventRegistry.definition(named: name.text) else {
            return false
        }
        switch row.routing {
        case .ordinary, .warehouseFirst, .warehouseOnly: return true
        case .namedOnly, .identityOnly: return false
        }
    }

    /// The event's own value of a kind.
    subscript(kind: ClickIDKind) -> String? { ids.first { $0.kind == kind }?.value }
}
