import EventModel
import Identity
import Storage

/// One kind of record about profiles, while a batch of events is decided: what people said about consent (reference
/// inbound, 7.3 rule 9), or what is known of them (docs/adr/0021-enrichment.md).
///
/// Costs nothing while there is no record at all: then nothing is read. Records of those who came lately are remembered.
/// Confined to the committer's thread.
struct ProfileLedger<Record: ProfileRecord, Store: KeyValueStore> {
    private typealias Key = ProfileKey<Record>

    private let stored: ProfileRecords<Record, Store>
    /// Whether the store or the batch in hand has any record.
    private var hasRecords: Bool
    /// What the batch in hand writes; the store does not have it yet.
    private var pending: [Key: Record] = [:]
    /// What the store has of those who came lately; nil for nothing.
    private var recent = RecentValues<Key, Record?>(limit: Self.recentLimit)

    /// Profiles a generation of ``recent``; a record takes a few hundred bytes.
    private static var recentLimit: Int { 1 << 13 }

    /// A ledger over a store.
    init(_ store: Store) throws(StoreError) {
        stored = ProfileRecords(store)
        hasRecords = try !stored.isEmpty()
    }

    /// The record of an outcome's person, after profiles that became one were joined.
    mutating func record(after outcome: IdentityOutcome, _ account: AccountNumber) throws(StoreError) -> Record? {
        // Of somebody whom nobody knew nothing can be kept.
        guard hasRecords, outcome.state != .new, let profile = outcome.profile else { return nil }
        var known = try record(of: Key(account, profile))
        for previous in outcome.previousProfiles {
            guard let other = try record(of: Key(account, previous)) else { continue }
            var joined = known ?? Record()
            if joined.merge(other) { pending[Key(account, profile)] = joined }
            known = joined
        }
        return known
    }

    /// Adds what an event says to the record of its person.
    ///
    /// - Parameters:
    ///   - statement: What the event says.
    ///   - known: What ``record(after:_:)`` gave.
    ///   - outcome: Whose record it is; nobody's is not kept.
    ///   - account: The account of the event.
    /// - Returns: The record as it is now.
    mutating func add(
        _ statement: Record, to known: Record?, of outcome: IdentityOutcome, _ account: AccountNumber
    ) -> Record? {
        guard let profile = outcome.profile else { return nil }
        var next = known ?? Record()
        guard next.apply(statement) else { return next }
        pending[Key(account, profile)] = next
        hasRecords = true
        return next
    }

    /// Writes what changed; from now on it counts as stored.
    mutating func flush(into batch: inout WriteBatch) {
        for (key, record) in pending {
            batch.putProfile(key, record)
            recent.remember(record, of: key)
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// Forgets everything: what was not written, and what was taken for written.
    mutating func discard() {
        pending.removeAll()
        recent.removeAll()
    }

    /// Forgets what the store has no more.
    mutating func forget(_ profiles: [ProfileID], _ account: AccountNumber) {
        for profile in profiles { recent.forget(Key(account, profile)) }
    }

    private mutating func record(of key: Key) throws(StoreError) -> Record? {
        if let known = pending[key] { return known }
        if let known = recent.value(of: key) { return known }
        let known = try stored.record(key)
        recent.remember(known, of: key)
        return known
    }
}
