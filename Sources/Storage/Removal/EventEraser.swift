package import EventModel

/// Removes single events with everything that was stored because of them.
///
/// A value over the store. Reads right before it writes, so it is called on the committer's thread and inside the fence:
/// then nobody adds anything in between.
package struct EventEraser<Store: KeyValueStore> {
    private let store: Store
    private let registry: NumberRegistry
    private let account: AccountNumber

    /// An eraser of events of one account.
    package init(_ store: Store, _ registry: NumberRegistry, _ account: AccountNumber) {
        self.store = store
        self.registry = registry
        self.account = account
    }

    /// Adds to a batch all that removes an event.
    ///
    /// Deliveries that were still to be made stay as `dropped` with the reason `erased`, and without a word of a receiver;
    /// those that have ended go. Doing it again adds nothing new.
    ///
    /// - Parameters:
    ///   - traces: The event.
    ///   - node: The node under which it was found.
    ///   - batch: What is to be written.
    /// - Returns: What goes.
    /// - Throws: ``StoreError`` if something cannot be read; the batch must not be written then.
    package func erase(
        _ traces: EventTraces, listedUnder node: NodeID, in batch: inout WriteBatch
    ) throws(StoreError) -> ErasureCounts {
        var counts = ErasureCounts()
        let event = EventKey(account, traces.sequence)
        if try store.value(.events, event.bytes) != nil { counts.events = 1 }
        batch.delete(event)
        for listed in Set(traces.nodes + [node]) {
            batch.delete(ProfileEventKey(account, listed, traces.sequence))
        }
        try eraseDeliveries(of: event, traces, &counts, in: &batch)
        try eraseKeys(of: event, traces, in: &batch)
        return counts
    }

    private func eraseDeliveries(
        of event: EventKey, _ traces: EventTraces, _ counts: inout ErasureCounts, in batch: inout WriteBatch
    ) throws(StoreError) {
        let range = DeliveryKey.all(of: event)
        let registry = registry
        let deliveries = try store.entries(.deliveries, range) { key, value throws(MalformedRecord) in
            let key = try DeliveryKey(reading: key)
            let name = registry.name(of: key.destination) ?? ""
            return (key: key, delivery: try Delivery(reading: value, key: key, destination: name))
        }
        for (key, delivery) in deliveries {
            if !delivery.hasEnded {
                batch.replaceDelivery(delivery, with: delivery.erased, key.destination)
                for profile in traces.profiles { batch.delete(OrderedKey(key, of: profile)) }
                counts.droppedDeliveries += 1
            } else if delivery.dropReason != .erased {
                batch.delete(key)
                if let time = delivery.deadTime {
                    batch.delete(.dead, DestinationListKey(key, at: time).bytes)
                    counts.deadLetters += 1
                }
                counts.deliveries += 1
            }
        }
        // Keys of attempts begin as those of deliveries do.
        for key in try keys(.attempts, range) {
            batch.delete(.attempts, key)
            counts.attempts += 1
        }
    }

    /// Removes what the event is known by, unless the key has passed to a later event by now.
    private func eraseKeys(
        of event: EventKey, _ traces: EventTraces, in batch: inout WriteBatch
    ) throws(StoreError) {
        var messages: [(source: String, messageID: String)] = [(traces.source, traces.messageID)]
        let sightings = try store.entries(.sightings, KeyRange(prefix: event.bytes)) {
            key, value throws(MalformedRecord) in
            (key: key, sighting: try Sighting(reading: value))
        }
        for (key, sighting) in sightings {
            batch.delete(.sightings, key)
            messages.append((sighting.source, sighting.messageID))
        }
        guard let environment = traces.environment else { return }
        for message in messages where !message.messageID.isEmpty {
            let key = MessageKey(account, environment, source: message.source, messageID: message.messageID)
            if try isOwn(key, traces.sequence) { batch.delete(key) }
        }
        for key in traces.eventIDs where try isOwn(key, traces.sequence) { batch.delete(key) }
    }

    private func isOwn(_ key: some StoreKey, _ sequence: EventSequence) throws(StoreError) -> Bool {
        let known = try store.record(key) { bytes throws(MalformedRecord) in try DedupRecord(reading: bytes) }
        return known?.sequence == sequence
    }

    private func keys(_ family: Family, _ range: KeyRange) throws(StoreError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try store.scan(family, from: range.lower, to: range.upper, .ascending) { key, _ in
            keys.append([UInt8](key))
            return true
        }
        return keys
    }
}

extension Delivery {
    /// The delivery once its event was erased: nothing is sent any more, and nothing is left of what a receiver said.
    fileprivate var erased: Delivery {
        var erased = self
        erased.status = .dropped
        erased.dropReason = .erased
        erased.lastError = nil
        erased.nextAttemptAt = nil
        return erased
    }
}
