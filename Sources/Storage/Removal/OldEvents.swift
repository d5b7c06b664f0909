package import EventModel

/// A part of an account's history and what of it is to go.
package struct OldEventPage: Sendable {
    /// An event that goes.
    package struct Event: Sendable {
        package let sequence: EventSequence
        /// The canonical event's JSON.
        package let canonical: [UInt8]
    }

    /// The events that go, the oldest first.
    package fileprivate(set) var events: [Event] = []
    /// Events that stay because something of them is still to be delivered.
    package fileprivate(set) var keptCount = 0
    /// Deliveries that go with the events.
    package fileprivate(set) var deliveryCount = 0
    /// Where the next page begins; nil if this is the last.
    package fileprivate(set) var next: EventSequence?
    /// Everything that goes but the entries of profiles' histories.
    fileprivate var keys: [(family: Family, key: [UInt8])] = []

    /// Whether there is nothing to remove.
    package var isEmpty: Bool { keys.isEmpty }
}

/// Finds what is older than an account's retention, a page at a time.
///
/// Pure reading, from any thread. Whatever comes back to life between the reading and the removal is told by
/// ``DeliveryFence/reopeningCount``: nothing else gives an event that has no more deliveries new ones.
package struct OldEvents<Store: KeyValueStore>: Sendable {
    private let store: Store
    private let account: AccountNumber
    /// Bytes of canonical events in one page.
    private static var byteLimit: Int { 2 << 20 }

    /// A reader of an account's old events.
    package init(_ store: Store, _ account: AccountNumber) {
        self.store = store
        self.account = account
    }

    /// At most `limit` events from `lower` on and before `upper`, with what belongs to them.
    package func page(
        from lower: EventSequence, before upper: EventSequence, limit: Int
    ) throws(StoreError) -> OldEventPage {
        var page = OldEventPage()
        guard lower < upper else { return page }
        let events = try events(from: lower, before: upper, limit: limit)
        var end = upper
        if events.isCut, let last = events.found.last { end = EventSequence(last.sequence.value + 1) }
        if end < upper { page.next = end }
        let bounds = (lower: EventKey(account, lower).bytes, upper: EventKey(account, end).bytes)
        let open = try addDeliveries(bounds, to: &page)
        page.events = events.found.filter { !open.contains($0.sequence) }
        page.keptCount = open.count
        page.keys += page.events.map { (.events, EventKey(account, $0.sequence).bytes) }
        // Also those of events that are long gone: what came again since left a record of that.
        for family in [Family.attempts, .sightings] { try addKeys(of: family, bounds, without: open, to: &page) }
        return page
    }

    private func events(
        from lower: EventSequence, before upper: EventSequence, limit: Int
    ) throws(StoreError) -> (found: [OldEventPage.Event], isCut: Bool) {
        var found: [OldEventPage.Event] = []
        var byteCount = 0
        var failure: StoreError?
        let range = (EventKey(account, lower).bytes, EventKey(account, upper).bytes)
        var isCut = false
        try store.scan(.events, from: range.0, to: range.1, .ascending) { key, value in
            let keyBytes = [UInt8](key)
            do throws(MalformedRecord) {
                let key = try EventKey(reading: keyBytes)
                let record = try EventRecord(reading: [UInt8](value))
                found.append(OldEventPage.Event(sequence: key.sequence, canonical: record.canonical))
                byteCount += record.canonical.count
            } catch {
                failure = error.storeError(.events, keyBytes)
                return false
            }
            isCut = found.count >= limit || byteCount >= Self.byteLimit
            return !isCut
        }
        if let failure { throw failure }
        return (found, isCut)
    }

    /// Adds the deliveries that have ended to a page, with their places among the dead letters.
    ///
    /// - Returns: The events of which something is still to be delivered; nothing of them is added.
    private func addDeliveries(
        _ bounds: (lower: [UInt8], upper: [UInt8]), to page: inout OldEventPage
    ) throws(StoreError) -> Set<EventSequence> {
        var open: Set<EventSequence> = []
        var ended: [(key: DeliveryKey, bytes: [UInt8], dead: [UInt8]?)] = []
        var failure: StoreError?
        try store.scan(.deliveries, from: bounds.lower, to: bounds.upper, .ascending) { key, value in
            let bytes = [UInt8](key)
            do throws(MalformedRecord) {
                let key = try DeliveryKey(reading: bytes)
                let delivery = try Delivery(reading: [UInt8](value), key: key, destination: "")
                if delivery.hasEnded {
                    ended.append((key, bytes, delivery.deadTime.map { DestinationListKey(key, at: $0).bytes }))
                } else {
                    open.insert(key.sequence)
                }
            } catch {
                failure = error.storeError(.deliveries, bytes)
            }
            return failure == nil
        }
        if let failure { throw failure }
        for delivery in ended where !open.contains(delivery.key.sequence) {
            page.keys.append((.deliveries, delivery.bytes))
            if let dead = delivery.dead { page.keys.append((.dead, dead)) }
            page.deliveryCount += 1
        }
        return open
    }

    /// Adds the keys of a family whose keys begin with account and sequence.
    private func addKeys(
        of family: Family, _ bounds: (lower: [UInt8], upper: [UInt8]), without open: Set<EventSequence>,
        to page: inout OldEventPage
    ) throws(StoreError) {
        var keys: [[UInt8]] = []
        try store.scan(family, from: bounds.lower, to: bounds.upper, .ascending) { key, _ in
            let bytes = [UInt8](key)
            var reader = ByteReader(bytes)
            // A key that cannot be read is none of ours, and stays.
            if (try? reader.account()) != nil, let sequence = try? reader.sequence(), !open.contains(sequence) {
                keys.append(bytes)
            }
            return true
        }
        page.keys += keys.map { (family, $0) }
    }

    /// The entries of profiles' histories that list events, found by the events' identifiers.
    package func profileEntries(
        of events: [(sequence: EventSequence, nodes: [NodeID])]
    ) throws(StoreError) -> [ProfileEventKey] {
        let keys = events.flatMap { event in event.nodes.map { ProfileEventKey(account, $0, event.sequence) } }
        let found = try store.values(.profileEvents, keys.map(\.bytes))
        return zip(keys, found).filter { $1 != nil }.map(\.0)
    }
}

extension WriteBatch {
    /// Removes the events of a page with their deliveries, attempts, sightings, dead letters and entries in histories.
    package mutating func remove(_ page: OldEventPage, _ entries: [ProfileEventKey]) {
        for (family, key) in page.keys { delete(family, key) }
        for entry in entries { delete(entry) }
    }
}
