public import EventModel

/// A dedup key as the store takes it, with a hash of it.
///
/// Made once and in parallel, so that the committer only compares and copies bytes.
public struct DedupKey: Sendable, Hashable {
    package let family: Family
    package let bytes: [UInt8]
    /// Of `bytes`, and seeded by the process: senders choose what is in them.
    private let hash: Int

    /// What makes a message known.
    public init(_ key: MessageKey) { self.init(of: key) }

    /// What makes an event known.
    public init(_ key: EventIDKey) { self.init(of: key) }

    private init(of key: some StoreKey) {
        family = type(of: key).family
        bytes = key.bytes
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        hash = hasher.finalize()
    }

    /// Whether both are the same key of the same family.
    public static func == (left: DedupKey, right: DedupKey) -> Bool {
        left.hash == right.hash && left.family == right.family && left.bytes == right.bytes
    }

    /// Feeds the hash that is there already.
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

extension EventReader {
    /// What is remembered of the first event with a key.
    ///
    /// Records older than the dedup window may still be found; the caller looks at the time.
    public func dedupRecord(_ key: DedupKey) throws(StoreError) -> DedupRecord? {
        guard let bytes = try store.value(key.family, key.bytes) else { return nil }
        return try Self.record(bytes, of: key)
    }

    /// What is remembered of the first events with keys, which are all of one kind, in the order of the keys.
    ///
    /// Cheaper than one ``dedupRecord(_:)`` after the other.
    public func dedupRecords(_ keys: [DedupKey]) throws(StoreError) -> [DedupRecord?] {
        guard let family = keys.first?.family else { return [] }
        let values = try store.values(family, keys.map { $0.bytes })
        var records: [DedupRecord?] = []
        records.reserveCapacity(keys.count)
        for (index, value) in values.enumerated() {
            guard let value else {
                records.append(nil)
                continue
            }
            records.append(try Self.record(value, of: keys[index]))
        }
        return records
    }

    private static func record(_ bytes: [UInt8], of key: DedupKey) throws(StoreError) -> DedupRecord {
        do {
            return try DedupRecord(reading: bytes)
        } catch {
            throw error.storeError(key.family, key.bytes)
        }
    }
}

extension WriteBatch {
    /// Remembers the first event with a key.
    public mutating func putDedup(_ key: DedupKey, _ record: DedupRecord) {
        put(key.family, key: { $0.append(contentsOf: key.bytes) }, value: record.append)
    }
}
