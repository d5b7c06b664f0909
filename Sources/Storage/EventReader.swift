public import EventModel

/// Typed reads of events and dedup records.
///
/// A value over the store; may be used from any thread.
public struct EventReader<Store: KeyValueStore>: Sendable {
    let store: Store

    /// A reader of `store`.
    public init(_ store: Store) { self.store = store }

    /// An event with everything that was kept of it, or nil if retention has removed it.
    public func event(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> EventRecord? {
        try store.record(EventKey(account, sequence)) { bytes throws(MalformedRecord) in
            try EventRecord(reading: bytes)
        }
    }

    /// What is remembered of the first event with a message id.
    ///
    /// Records older than the dedup window may still be found; the caller looks at the time.
    public func message(_ key: MessageKey) throws(StoreError) -> DedupRecord? {
        try store.record(key) { bytes throws(MalformedRecord) in try DedupRecord(reading: bytes) }
    }

    /// What is remembered of the first events with message ids, in the order of the keys.
    public func messages(_ keys: [MessageKey]) throws(StoreError) -> [DedupRecord?] {
        try store.records(keys) { _, bytes throws(MalformedRecord) in try DedupRecord(reading: bytes) }
    }

    /// What is remembered of the first event with an event id and name.
    ///
    /// Records older than the dedup window may still be found; the caller looks at the time.
    public func eventID(_ key: EventIDKey) throws(StoreError) -> DedupRecord? {
        try store.record(key) { bytes throws(MalformedRecord) in try DedupRecord(reading: bytes) }
    }

    /// What is remembered of the first events with event ids and names, in the order of the keys.
    public func eventIDs(_ keys: [EventIDKey]) throws(StoreError) -> [DedupRecord?] {
        try store.records(keys) { _, bytes throws(MalformedRecord) in try DedupRecord(reading: bytes) }
    }

    /// The first events with an event id, one for each event name that it was seen with, at most `limit`.
    public func events(
        withID eventID: String, _ account: AccountNumber, _ environment: EnvironmentNumber, limit: Int = 100
    ) throws(StoreError) -> [DedupRecord] {
        let range = EventIDKey.allNames(account, environment, eventID: eventID)
        return try store.entries(.eventIDs, range, limit: limit) { _, value throws(MalformedRecord) in
            try DedupRecord(reading: value)
        }
    }

    /// At most `limit` events of an account, the newest first.
    ///
    /// `cursor` is the last sequence of the page before; nil begins with the newest event.
    public func recentEvents(
        _ account: AccountNumber, before cursor: EventSequence? = nil, limit: Int
    ) throws(StoreError) -> [StoredEvent] {
        var range = EventKey.all(of: account)
        if let cursor { range.upper = EventKey(account, cursor).bytes }
        return try store.entries(.events, range, .descending, limit: limit) { key, value throws(MalformedRecord) in
            let record = try EventRecord(reading: value)
            return StoredEvent(
                account: account, sequence: try EventKey(reading: key).sequence, canonical: record.canonical,
                decisions: record.decisions)
        }
    }

    /// At most `limit` events that were listed under a profile's node, the newest first.
    ///
    /// `cursor` is the last sequence of the page before; nil begins with the newest event.
    public func events(
        ofProfileNode node: NodeID, _ account: AccountNumber, before cursor: EventSequence? = nil, limit: Int
    ) throws(StoreError) -> [EventSequence] {
        var range = ProfileEventKey.all(of: node, account)
        // A zero behind a key makes the smallest key that follows it.
        if let cursor { range.lower = ProfileEventKey(account, node, cursor).bytes + [0] }
        return try store.entries(.profileEvents, range, limit: limit) { key, _ throws(MalformedRecord) in
            try ProfileEventKey(reading: key).sequence
        }
    }

    /// The newest sequence in the store, over all accounts, or nil if there is no event.
    ///
    /// Requests for erasure count, too: each is newer than all events that it removed.
    ///
    /// - Complexity: Two short scans for each account.
    public func lastSequence() throws(StoreError) -> EventSequence? {
        var newest: EventSequence?
        for family in [Family.events, .erasures] {
            var range = KeyRange(prefix: [])
            while let key = try lastEventKey(family, in: range) {
                newest = max(newest ?? key.sequence, key.sequence)
                range.upper = EventKey.all(of: key.account).lower
            }
        }
        return newest
    }

    private func lastEventKey(_ family: Family, in range: KeyRange) throws(StoreError) -> EventKey? {
        try store.entries(family, range, .descending, limit: 1) { key, _ throws(MalformedRecord) in
            try EventKey(reading: key)
        }.first
    }
}
