public import EventModel
import Platform

/// The dead letters: what operators list, put back and drop.
///
/// From any thread. Whoever changes dead letters reads them right before, and one at a time: the engine never touches a
/// delivery that has ended.
extension DeliveryRecordStore {
    /// A page of the dead letters of all destinations that ever were.
    ///
    /// Destinations come one after the other in the order of their numbers; `order` is that of time within each. A page
    /// costs at most `lookLimit` records, so that it may hold fewer than `limit` though more follow.
    ///
    /// - Parameters:
    ///   - selection: Which.
    ///   - order: `.descending` for the newest first.
    ///   - cursor: What the page before ended with; nil begins. Its bound in time counts, if it has one.
    ///   - limit: How many at most, from 1.
    ///   - lookLimit: How many to look at, from 1.
    ///   - isMeant: What else decides.
    /// - Returns: The page, and where the next one begins.
    /// - Throws: ``StoreError`` if a record cannot be read.
    public func deadLetters(
        _ selection: DeadLetterSelection, _ order: ScanOrder, after cursor: DeadLetterCursor?, limit: Int,
        lookLimit: Int = 1000, where isMeant: (Delivery) throws(StoreError) -> Bool = { _ in true }
    ) throws(StoreError) -> DeadLetterPage {
        var page = DeadLetterPage()
        let until = cursor?.until ?? selection.until
        var leftToLook = lookLimit
        for (number, name) in destinations(selection, from: cursor) {
            var range = DestinationListKey.all(of: number, from: selection.from, until: until)
            if let cursor, cursor.key.delivery.destination == number { range.skip(past: cursor.key.bytes, order) }
            while !range.isEmpty {
                let chunk = min(leftToLook, max(64, limit - page.letters.count))
                let entries = try listEntries(.dead, range, order, limit: chunk)
                let deliveries = try deliveries(of: entries, name)
                for (entry, delivery) in zip(entries, deliveries) {
                    leftToLook -= 1
                    if let delivery, delivery.deadTime == entry.time,
                        selection.reason == nil || delivery.dropReason == selection.reason, try isMeant(delivery)
                    {
                        page.letters.append(delivery)
                    }
                    guard page.letters.count < limit, leftToLook > 0 else {
                        page.next = DeadLetterCursor(entry, until: until)
                        return page
                    }
                }
                guard entries.count == chunk, let last = entries.last else { break }
                range.skip(past: last.bytes, order)
            }
        }
        return page
    }

    /// Takes dead letters off the list for good: they stay dropped, with the reason `operator`.
    ///
    /// Takes the deliveries as the store has them; those that have changed meanwhile, or are gone, are left alone. Returns
    /// when the change survives a power cut; it is made whole or not at all.
    ///
    /// - Returns: Those that were taken off, as they were.
    @discardableResult
    public func discard(_ deliveries: [Delivery]) throws(StoreError) -> [Delivery] {
        try registry.fence.exclusively { () throws(StoreError) in
            let unchanged = try unchanged(deliveries)
            try drop(unchanged)
            return unchanged
        }
    }

    private func drop(_ deliveries: [Delivery]) throws(StoreError) {
        var batch = WriteBatch()
        for old in deliveries {
            var new = old
            new.dropReason = .operatorDropped
            batch.replaceDelivery(old, with: new, try registry.destination(old.destination))
        }
        if !batch.isEmpty { try store.commit(batch, .synced) }
    }

    /// The last `limit` attempts of a delivery, in the order in which they were made.
    public func lastAttempts(of delivery: Delivery, limit: Int) throws(StoreError) -> [DeliveryAttempt] {
        guard let number = registry.knownDestination(delivery.destination) else { return [] }
        let range = AttemptKey.all(of: DeliveryKey(delivery.account, delivery.sequence, number))
        return try store.entries(.attempts, range, .descending, limit: limit) { key, value throws(MalformedRecord) in
            try DeliveryAttempt(reading: value, key: try AttemptKey(reading: key))
        }.reversed()
    }

    // MARK: - Bodies

    /// The body that was sent last and refused, if it is kept as it was: whole, and without a masked secret.
    public func keptBody(of delivery: Delivery) throws(StoreError) -> [UInt8]? {
        try keptAttempt(of: delivery)?.requestBody
    }

    /// Those of some deliveries whose last body can be sent again.
    public func withKeptBodies(_ deliveries: [Delivery]) throws(StoreError) -> [Delivery] {
        var found: [Delivery] = []
        for delivery in deliveries where try keptAttempt(of: delivery) != nil { found.append(delivery) }
        return found
    }

    private func keptAttempt(of delivery: Delivery) throws(StoreError) -> DeliveryAttempt? {
        guard let number = registry.knownDestination(delivery.destination) else { return nil }
        let range = AttemptKey.all(of: DeliveryKey(delivery.account, delivery.sequence, number))
        // Of an attempt without a request, what is kept was never sent.
        let last = try store.entries(.attempts, range, .descending, limit: 1) { key, value throws(MalformedRecord) in
            let attempt = try DeliveryAttempt(reading: value, key: try AttemptKey(reading: key))
            return attempt.requestBody == nil || attempt.request.isEmpty ? nil : attempt
        }.first
        return last.flatMap { $0.isBodyAltered ? nil : $0 }
    }

    // MARK: - Counts

    /// How many deliveries wait for a destination, those behind an earlier one of their profile included.
    ///
    /// - Complexity: O(waiting); counts to `limit` and no further.
    public func waitingCount(destination: String, limit: Int) throws(StoreError) -> Int {
        guard let number = registry.knownDestination(destination) else { return 0 }
        let ordered = try orderedEntries(OrderedKey.all(of: number), limit: limit)
        guard !ordered.isEmpty else { return try count(.due, DestinationListKey.all(of: number), limit: limit) }
        // An event of two profiles has two places in the order, and one that is due has one in both lists.
        var waiting = Set(ordered.map { $0.delivery })
        for entry in try listEntries(.due, DestinationListKey.all(of: number), limit: limit) {
            waiting.insert(entry.delivery)
        }
        return min(limit, waiting.count)
    }

    /// How many dead letters a destination has; counts to `limit` and no further.
    public func deadCount(destination: String, limit: Int) throws(StoreError) -> Int {
        guard let number = registry.knownDestination(destination) else { return 0 }
        return try count(.dead, DestinationListKey.all(of: number), limit: limit)
    }

    private func count(_ list: Family, _ range: KeyRange, limit: Int) throws(StoreError) -> Int {
        var count = 0
        guard limit > 0 else { return count }
        try store.scan(list, from: range.lower, to: range.upper, .ascending) { _, _ in
            count += 1
            return count < limit
        }
        return count
    }

    // MARK: - Parts

    /// The destinations that are meant, without those that the cursor has left behind.
    private func destinations(
        _ selection: DeadLetterSelection, from cursor: DeadLetterCursor?
    ) -> [(number: DestinationNumber, name: String)] {
        let names = selection.destination.map { [$0] } ?? registry.destinationNames
        return names.compactMap { name in
            guard let number = registry.knownDestination(name) else { return nil }
            if let cursor, number.value < cursor.key.delivery.destination.value { return nil }
            return (number, name)
        }
    }

    private func deliveries(of entries: [DestinationListKey], _ destination: String) throws(StoreError) -> [Delivery?] {
        try store.records(entries.map { $0.delivery }) { key, bytes throws(MalformedRecord) in
            try Delivery(reading: bytes, key: key, destination: destination)
        }
    }
}

extension DestinationListKey {
    /// The part of a destination's list at `from` or later and before `until`.
    fileprivate static func all(of destination: DestinationNumber, from: Timestamp?, until: Timestamp?) -> KeyRange {
        var range = all(of: destination)
        func start(_ time: Timestamp) -> [UInt8] {
            [UInt8](building: {
                $0.appendInteger(destination.value)
                $0.appendTime(time)
            })
        }
        if let from { range.lower = start(from) }
        if let until { range.upper = start(until) }
        return range
    }
}

extension KeyRange {
    /// Whether no key is in the range.
    fileprivate var isEmpty: Bool { upper.map { !lower.lexicographicallyPrecedes($0) } ?? false }

    /// Leaves out a key and all that come before it in this order.
    fileprivate mutating func skip(past key: [UInt8], _ order: ScanOrder) {
        switch order {
        case .ascending:
            // A zero behind a key makes the smallest key that follows it.
            let next = key + [0]
            if lower.lexicographicallyPrecedes(next) { lower = next }
        case .descending:
            if upper.map({ key.lexicographicallyPrecedes($0) }) ?? true { upper = key }
        }
    }
}
