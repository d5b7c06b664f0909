public import EventModel
import Platform

/// The order of a profile's deliveries to one destination (docs/adr/0008-ordering.md).
///
/// Entries are put by the committer, in the batch of the event, and removed here when a delivery ends. Only the engine's
/// thread calls these methods, so that no two of them decide at the same time.
extension DeliveryRecordStore {
    /// Whether no earlier delivery of these profiles to the same destination has yet to end.
    ///
    /// Entries whose delivery is gone or has ended are removed on the way.
    public func isFirst(_ delivery: Delivery, of profiles: [ProfileID]) throws(StoreError) -> Bool {
        let destination = try registry.destination(delivery.destination)
        for profile in profiles {
            guard let first = try firstLiving(of: profile, destination, delivery.destination) else { continue }
            if first.key.delivery.sequence < delivery.sequence { return false }
        }
        return true
    }

    /// Adds to a batch of outcomes what they mean for the order; returns what is due because of it.
    func keepOrder(_ outcomes: [DeliveryOutcome], in batch: inout WriteBatch) throws(StoreError) -> [DueDelivery] {
        guard outcomes.contains(where: { !$0.profiles.isEmpty }) else { return [] }
        var ended: Set<OrderedKey> = []
        for outcome in outcomes where !outcome.isParked {
            for key in try orderedKeys(outcome) {
                if outcome.delivery.hasEnded {
                    batch.delete(key)
                    ended.insert(key)
                } else {
                    // One that was queued before the destination kept an order has no entry yet.
                    batch.put(key) { _ in }
                }
            }
        }
        var released: [DueDelivery] = []
        for outcome in outcomes where outcome.isParked {
            guard try !park(outcome, ended, in: &batch) else { continue }
            released.append(outcome.due)
        }
        for outcome in outcomes where outcome.delivery.hasEnded {
            try release(behind: outcome, ended, &released, in: &batch)
        }
        return released
    }

    /// Takes a delivery out of the queue, unless nothing stands before it after all.
    private func park(
        _ outcome: DeliveryOutcome, _ ended: Set<OrderedKey>, in batch: inout WriteBatch
    ) throws(StoreError) -> Bool {
        let keys = try orderedKeys(outcome)
        var hasPredecessor = false
        for key in keys {
            let first = try firstEntry(of: key.profile, key.delivery.destination, without: ended)
            if let first, first.delivery.sequence < key.delivery.sequence { hasPredecessor = true }
        }
        guard hasPredecessor, let destination = keys.first?.delivery.destination else { return false }
        var old = outcome.due.delivery
        old.nextAttemptAt = outcome.due.dueAt
        batch.replaceDelivery(old, with: outcome.delivery, destination)
        for key in keys { batch.put(key) { _ in } }
        return true
    }

    /// Lets the deliveries behind one that has ended back into the queue.
    private func release(
        behind outcome: DeliveryOutcome, _ ended: Set<OrderedKey>, _ released: inout [DueDelivery],
        in batch: inout WriteBatch
    ) throws(StoreError) {
        for key in try orderedKeys(outcome) {
            guard let next = try firstEntry(of: key.profile, key.delivery.destination, without: ended),
                !released.contains(where: { DeliveryKey($0.delivery, next.delivery.destination) == next.delivery }),
                let delivery = try delivery(next.delivery, outcome.delivery.destination), delivery.isParked
            else { continue }
            released.append(unpark(delivery, at: outcome.due.dueAt, next.delivery.destination, in: &batch))
        }
    }

    private func unpark(
        _ delivery: Delivery, at time: Timestamp, _ destination: DestinationNumber, in batch: inout WriteBatch
    ) -> DueDelivery {
        var next = delivery
        next.nextAttemptAt = time
        batch.replaceDelivery(delivery, with: next, destination)
        return DueDelivery(dueAt: time, delivery: next)
    }

    // MARK: - Repair

    /// Puts parked deliveries whose predecessor is gone back in the queue; see the port.
    public func repairOrder(
        destination: String, after previous: ProfileID?, limit: Int
    ) throws(StoreError) -> ProfileID? {
        try registry.fence.exclusively { () throws(StoreError) in
            try repair(destination: destination, after: previous, limit: limit)
        }
    }

    private func repair(
        destination: String, after previous: ProfileID?, limit: Int
    ) throws(StoreError) -> ProfileID? {
        guard let number = registry.knownDestination(destination) else { return nil }
        var range = OrderedKey.all(of: number)
        if let previous { range.lower = OrderedKey.all(of: previous, number).upper ?? range.lower }
        var last: ProfileID?
        for _ in 0..<limit {
            guard let key = try orderedEntries(range, limit: 1).first else { return nil }
            last = key.profile
            if let first = try firstLiving(of: key.profile, number, destination), first.delivery.isParked {
                var batch = WriteBatch()
                _ = unpark(first.delivery, at: first.delivery.queuedAt, number, in: &batch)
                try store.commit(batch, .buffered)
            }
            guard let next = OrderedKey.all(of: key.profile, number).upper else { return nil }
            range.lower = next
        }
        return last
    }

    /// Forgets the order of deliveries and puts parked ones back in the queue; see the port.
    public func dissolveOrder(destination: String, limit: Int) throws(StoreError) -> Int {
        try registry.fence.exclusively { () throws(StoreError) in
            try dissolve(destination: destination, limit: limit)
        }
    }

    private func dissolve(destination: String, limit: Int) throws(StoreError) -> Int {
        guard let number = registry.knownDestination(destination) else { return 0 }
        let keys = try orderedEntries(OrderedKey.all(of: number), limit: limit)
        var batch = WriteBatch()
        var seen: Set<DeliveryKey> = []
        for key in keys {
            batch.delete(key)
            guard seen.insert(key.delivery).inserted else { continue }
            if let delivery = try delivery(key.delivery, destination), delivery.isParked {
                _ = unpark(delivery, at: delivery.queuedAt, number, in: &batch)
            }
        }
        if !batch.isEmpty { try store.commit(batch, .buffered) }
        return keys.count
    }

    // MARK: - Entries

    private func orderedKeys(_ outcome: DeliveryOutcome) throws(StoreError) -> [OrderedKey] {
        guard !outcome.profiles.isEmpty else { return [] }
        let key = DeliveryKey(outcome.delivery, try registry.destination(outcome.delivery.destination))
        return outcome.profiles.map { OrderedKey(key, of: $0) }
    }

    /// The first entry of a profile that is not about to be removed.
    private func firstEntry(
        of profile: ProfileID, _ destination: DestinationNumber, without ended: Set<OrderedKey>
    ) throws(StoreError) -> OrderedKey? {
        try store.entries(.ordered, OrderedKey.all(of: profile, destination), limit: 1) {
            (bytes, _) throws(MalformedRecord) in
            let key = try OrderedKey(reading: bytes)
            return ended.contains(key) ? nil : key
        }.first
    }

    /// The first entry of a profile whose delivery has yet to end; those before it are removed.
    private func firstLiving(
        of profile: ProfileID, _ destination: DestinationNumber, _ name: String
    ) throws(StoreError) -> (key: OrderedKey, delivery: Delivery)? {
        while let key = try firstEntry(of: profile, destination, without: []) {
            if let delivery = try delivery(key.delivery, name), !delivery.hasEnded { return (key, delivery) }
            var batch = WriteBatch()
            batch.delete(key)
            try store.commit(batch, .buffered)
        }
        return nil
    }

    func orderedEntries(_ range: KeyRange, limit: Int) throws(StoreError) -> [OrderedKey] {
        try store.entries(.ordered, range, limit: limit) { key, _ throws(MalformedRecord) in
            try OrderedKey(reading: key)
        }
    }
}

extension Delivery {
    /// Whether it waits, out of the queue, for an earlier one of its profiles.
    fileprivate var isParked: Bool { !hasEnded && nextAttemptAt == nil }
}

extension DeliveryKey {
    fileprivate init(_ delivery: Delivery, _ destination: DestinationNumber) {
        self.init(delivery.account, delivery.sequence, destination)
    }
}
