public import EventModel
public import Platform

/// Deliveries, their attempts, their queues and the dead letters.
///
/// A value over the store; may be used from any thread. Destinations are named as in the configuration; one that the
/// registry never heard of has no deliveries.
public struct DeliveryRecordStore<Store: KeyValueStore>: DeliveryStore {
    let store: Store
    let registry: NumberRegistry

    /// The deliveries in `store`, with the names of `registry`.
    public init(_ store: Store, _ registry: NumberRegistry) {
        self.store = store
        self.registry = registry
    }

    // MARK: - Queues

    /// Deliveries of a destination that are due at `time` or before, earliest first, then in order of commit.
    ///
    /// Starts behind `previous` when that is given. Queue entries whose delivery is gone are removed on the way.
    public func due(
        destination: String, at time: Timestamp, after previous: DueDelivery?, limit: Int
    ) throws(StoreError) -> [DueDelivery] {
        guard let number = registry.knownDestination(destination) else { return [] }
        var range = DestinationListKey.all(of: number, through: time)
        if let previous {
            let key = DeliveryKey(previous.delivery.account, previous.delivery.sequence, number)
            range.lower = DestinationListKey(key, at: previous.dueAt).bytes + [0]
        }
        var found: [DueDelivery] = []
        // Entries without a delivery do not count, so it may take more than one page.
        while found.count < limit {
            let pageLimit = limit - found.count
            let page = try listEntries(.due, range, limit: pageLimit)
            try appendDeliveries(of: page, destination, to: &found)
            guard page.count == pageLimit, let last = page.last else { break }
            range.lower = last.bytes + [0]
        }
        return found
    }

    /// When the earliest delivery of a destination is due, or nil if none waits.
    public func nextDueTime(destination: String) throws(StoreError) -> Timestamp? {
        guard let number = registry.knownDestination(destination) else { return nil }
        return try listEntries(.due, DestinationListKey.all(of: number), limit: 1).first?.time
    }

    /// Appends the deliveries of queue entries.
    ///
    /// An entry whose delivery is gone, or waits for another time, is taken out of the queue: it would be in the way of
    /// every later look.
    private func appendDeliveries(
        of entries: [DestinationListKey], _ destination: String, to found: inout [DueDelivery]
    ) throws(StoreError) {
        var stale = WriteBatch()
        // One call for the page: many look-ups together cost the store less than each by itself.
        let deliveries = try store.records(entries.map { $0.delivery }) { key, bytes throws(MalformedRecord) in
            try Delivery(reading: bytes, key: key, destination: destination)
        }
        for (entry, delivery) in zip(entries, deliveries) {
            if let delivery, delivery.dueTime == entry.time {
                found.append(DueDelivery(dueAt: entry.time, delivery: delivery))
            } else {
                stale.delete(.due, entry.bytes)
            }
        }
        if !stale.isEmpty { try store.commit(stale, .buffered) }
    }

    // MARK: - Outcomes

    /// The event of a delivery, or nil if retention has removed it.
    public func event(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> StoredEvent? {
        guard let record = try EventReader(store).event(account, sequence) else { return nil }
        return StoredEvent(
            account: account, sequence: sequence, canonical: record.canonical, decisions: record.decisions)
    }

    /// Writes outcomes, attempts and the destinations' lists in one batch that survives the death of the process.
    ///
    /// Those of deliveries that were erased meanwhile are left out: an answer that comes late brings nothing back.
    @discardableResult
    public func record(_ outcomes: [DeliveryOutcome]) throws(StoreError) -> [DueDelivery] {
        try registry.fence.exclusively { () throws(StoreError) in try write(try living(outcomes)) }
    }

    private func write(_ outcomes: [DeliveryOutcome]) throws(StoreError) -> [DueDelivery] {
        var batch = WriteBatch()
        for outcome in outcomes where !outcome.isParked {
            let destination = try registry.destination(outcome.delivery.destination)
            var old = outcome.due.delivery
            old.nextAttemptAt = outcome.due.dueAt
            batch.replaceDelivery(old, with: outcome.delivery, destination)
            if let attempt = outcome.attempt {
                let key = DeliveryKey(outcome.delivery.account, outcome.delivery.sequence, destination)
                let number = UInt32(clamping: attempt.number)
                batch.put(AttemptKey(key, startedAt: attempt.startedAt, number: number), attempt.append)
            }
        }
        let released = try keepOrder(outcomes, in: &batch)
        if !batch.isEmpty { try store.commit(batch, .buffered) }
        return released
    }

    // MARK: - What operators ask

    /// The deliveries of an event, in the order of the destinations' numbers.
    public func deliveries(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> [Delivery] {
        let range = DeliveryKey.all(of: EventKey(account, sequence))
        return try store.entries(.deliveries, range) { key, value throws(MalformedRecord) in
            let key = try DeliveryKey(reading: key)
            guard let name = registry.name(of: key.destination) else {
                throw MalformedRecord(reason: "its destination has no name")
            }
            return try Delivery(reading: value, key: key, destination: name)
        }
    }

    /// One delivery, or nil if the event was never meant for the destination.
    public func delivery(
        _ account: AccountNumber, _ sequence: EventSequence, destination: String
    ) throws(StoreError) -> Delivery? {
        guard let number = registry.knownDestination(destination) else { return nil }
        return try delivery(DeliveryKey(account, sequence, number), destination)
    }

    /// The first `limit` attempts of a delivery, in the order in which they were made.
    public func attempts(of delivery: Delivery, limit: Int = 100) throws(StoreError) -> [DeliveryAttempt] {
        guard let number = registry.knownDestination(delivery.destination) else { return [] }
        let range = AttemptKey.all(of: DeliveryKey(delivery.account, delivery.sequence, number))
        return try store.entries(.attempts, range, limit: limit) { key, value throws(MalformedRecord) in
            try DeliveryAttempt(reading: value, key: try AttemptKey(reading: key))
        }
    }

    /// Puts deliveries, such as dead letters, back in their queues: due at once, and with all their attempts ahead.
    ///
    /// Takes the deliveries as the store has them, and the current time; those that have changed meanwhile, or are gone,
    /// are left alone. The records of former attempts are kept. Returns when the change survives a power cut; it is made
    /// whole or not at all. With `sendsKeptBodies`, what was sent before is sent again; see ``withKeptBodies(_:)``.
    ///
    /// - Returns: Those that were put back, as they were.
    @discardableResult
    public func requeue(
        _ deliveries: [Delivery], at time: Timestamp, sendsKeptBodies: Bool = false
    ) throws(StoreError) -> [Delivery] {
        try registry.fence.exclusively { () throws(StoreError) in
            let unchanged = try unchanged(deliveries)
            try putBack(unchanged, at: time, sendsKeptBodies: sendsKeptBodies)
            registry.fence.noteReopening()
            return unchanged
        }
    }

    private func putBack(
        _ deliveries: [Delivery], at time: Timestamp, sendsKeptBodies: Bool
    ) throws(StoreError) {
        var batch = WriteBatch()
        for old in deliveries {
            var new = old
            new.status = .queued
            new.attemptCount = 0
            new.dropReason = nil
            new.queuedAt = time
            new.nextAttemptAt = time
            new.latencyMilliseconds = nil
            new.sendsKeptBody = sendsKeptBodies
            batch.replaceDelivery(old, with: new, try registry.destination(old.destination))
        }
        if !batch.isEmpty { try store.commit(batch, .synced) }
    }

    func delivery(_ key: DeliveryKey, _ destination: String) throws(StoreError) -> Delivery? {
        try store.record(key) { bytes throws(MalformedRecord) in
            try Delivery(reading: bytes, key: key, destination: destination)
        }
    }

    func listEntries(
        _ list: Family, _ range: KeyRange, _ order: ScanOrder = .ascending, limit: Int
    ) throws(StoreError) -> [DestinationListKey] {
        try store.entries(list, range, order, limit: limit) { key, _ throws(MalformedRecord) in
            try DestinationListKey(reading: key)
        }
    }
}
