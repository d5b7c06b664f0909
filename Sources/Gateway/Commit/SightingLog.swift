import EventModel
import Inbound
import Storage

/// When and how often known events came again, while a batch is decided.
///
/// Confined to the committer's thread.
struct SightingLog<Store: KeyValueStore> {
    private let reader: EventReader<Store>
    /// What the batch in hand writes; the store does not have it yet.
    private var pending: [SightingKey: Sighting] = [:]

    /// A log over what the store has.
    init(_ reader: EventReader<Store>) { self.reader = reader }

    /// Counts one repetition.
    mutating func note(
        _ event: PreparedEvent, _ match: DuplicateMatch, _ duplicate: CommitVerdict.Duplicate
    ) throws(StoreError) {
        let key = SightingKey(
            event.tenant.accountNumber, match.original, source: event.source, messageID: event.messageID)
        let known = try pending[key].orElse { () throws(StoreError) in try reader.sighting(key) }
        var sighting =
            known
            ?? Sighting(
                source: event.source, messageID: event.messageID, matchedKey: match.key.rawValue,
                firstSeenAt: event.receivedAt)
        if known != nil { sighting.count += 1 }
        sighting.lastSeenAt = event.receivedAt
        sighting.isConflict = sighting.isConflict || match.isConflict
        if !duplicate.differingFields.isEmpty { sighting.differingFields = duplicate.differingFields }
        pending[key] = sighting
    }

    /// Writes what was counted and forgets it.
    mutating func flush(into batch: inout WriteBatch) {
        for (key, sighting) in pending { batch.putSighting(key, sighting) }
        discard()
    }

    /// Forgets what was not written.
    mutating func discard() { pending.removeAll(keepingCapacity: true) }
}
