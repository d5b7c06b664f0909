public import EventModel

/// The entries of the audit log.
///
/// A value over the store; may be used from any thread.
public struct AuditStore<Store: KeyValueStore>: Sendable {
    private let store: Store

    /// The log in `store`.
    public init(_ store: Store) { self.store = store }

    /// Writes an entry, in place of the one with its number, and removes others; returns when that survives a power cut.
    public func put(_ entry: AuditEntry, removing old: [AuditNumber] = []) throws(StoreError) {
        var batch = WriteBatch()
        for number in old { batch.delete(AuditKey(number)) }
        batch.put(AuditKey(entry.number), entry.append)
        try store.commit(batch, .synced)
    }

    /// At most `limit` entries, the newest first, from below `upper`, or from the newest if that is nil.
    public func entries(before upper: AuditNumber?, limit: Int) throws(StoreError) -> [AuditEntry] {
        var range = KeyRange(prefix: [])
        if let upper { range.upper = AuditKey(upper).bytes }
        return try store.entries(.audit, range, .descending, limit: limit) { key, value throws(MalformedRecord) in
            try AuditEntry(reading: value, number: try AuditKey(reading: key).number)
        }
    }

    /// The numbers of the oldest entries, at most `limit`.
    public func oldest(limit: Int) throws(StoreError) -> [AuditNumber] {
        try store.entries(.audit, KeyRange(prefix: []), limit: limit) { key, _ throws(MalformedRecord) in
            try AuditKey(reading: key).number
        }
    }

    /// How many entries there are.
    ///
    /// - Complexity: O(entries).
    public func count() throws(StoreError) -> Int {
        var count = 0
        try store.scan(.audit, from: [], to: nil, .ascending) { _, _ in
            count += 1
            return true
        }
        return count
    }
}
