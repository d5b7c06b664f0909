public import EventModel
public import Platform

/// What the committer writes for an event.
extension WriteBatch {
    /// Stores an event.
    public mutating func putEvent(_ record: EventRecord, _ account: AccountNumber, _ sequence: EventSequence) {
        put(EventKey(account, sequence), record.append)
    }

    /// Remembers the first event with a message id.
    public mutating func putMessage(_ key: MessageKey, _ record: DedupRecord) { put(key, record.append) }

    /// Remembers the first event with an event id and name.
    public mutating func putEventID(_ key: EventIDKey, _ record: DedupRecord) { put(key, record.append) }

    /// Lists an event under a profile's node.
    public mutating func putProfileEvent(_ account: AccountNumber, _ node: NodeID, _ sequence: EventSequence) {
        put(ProfileEventKey(account, node, sequence)) { _ in }
    }

    /// Stores a node of the identity graph.
    package mutating func putNode(_ account: AccountNumber, _ node: IdentityNode) {
        put(NodeKey(account, node.id), node.append)
    }

    /// Stores an edge of the identity graph under both of its ends.
    mutating func putEdge(_ account: AccountNumber, _ edge: IdentityEdge) {
        put(EdgeKey(account, edge.first, edge.second), edge.append)
        put(EdgeKey(account, edge.second, edge.first), edge.append)
    }

    /// Stores what events changed in the identity graph.
    public mutating func putIdentity(_ account: AccountNumber, _ changes: IdentityChanges) {
        for node in changes.nodes { putNode(account, node) }
        for edge in changes.edges { putEdge(account, edge) }
    }

    /// Stores a new delivery, and puts it in the queue of its destination if it has a next attempt.
    ///
    /// `destination` is the number that the registry gave the delivery's destination.
    public mutating func putDelivery(_ delivery: Delivery, _ destination: DestinationNumber) {
        replaceDelivery(nil, with: delivery, destination)
    }

    /// Gives a new delivery its place among those of profiles, to a destination that keeps their order.
    public mutating func putOrder(_ delivery: Delivery, of profiles: [ProfileID], _ destination: DestinationNumber) {
        let key = DeliveryKey(delivery.account, delivery.sequence, destination)
        for profile in profiles { put(OrderedKey(key, of: profile)) { _ in } }
    }

    /// Stores what has become of a delivery, and takes it from and puts it in its destination's lists accordingly.
    ///
    /// `old` is the delivery as the store has it, or nil if it is new.
    mutating func replaceDelivery(_ old: Delivery?, with new: Delivery, _ destination: DestinationNumber) {
        let key = DeliveryKey(new.account, new.sequence, destination)
        put(key, new.append)
        replaceListEntry(.due, old?.dueTime, new.dueTime, key)
        replaceListEntry(.dead, old?.deadTime, new.deadTime, key)
    }

    private mutating func replaceListEntry(
        _ list: Family, _ old: Timestamp?, _ new: Timestamp?, _ delivery: DeliveryKey
    ) {
        guard old != new else { return }
        if let old { delete(list, DestinationListKey(delivery, at: old).bytes) }
        if let new { put(list, key: DestinationListKey(delivery, at: new).append) { _ in } }
    }
}

extension Delivery {
    /// When it is due in its destination's queue, or nil if it does not wait.
    var dueTime: Timestamp? {
        switch status {
        case .queued, .failed: nextAttemptAt
        case .delivered, .dropped: nil
        }
    }

    /// Where it is among its destination's dead letters: when its last attempt began, or it was queued; nil if it is none.
    ///
    /// Made from the record alone, so that the entry can be found again.
    public var deadTime: Timestamp? {
        guard isDeadLetter else { return nil }
        return lastAttemptAt ?? queuedAt
    }
}
