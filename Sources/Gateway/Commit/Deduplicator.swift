import EventModel
import Inbound
import Platform
import Storage

/// The first event that had a key.
struct DuplicateMatch: Sendable {
    let key: AnswerItem.MatchedKey
    let original: EventSequence
    /// Whether the original's content was another.
    let isConflict: Bool
}

/// Tells new events from repeated ones (reference identity, second part, rules 1 to 6; inbound 6.6).
///
/// Reads the store, and the keys of the batch that is being built, which the store does not have yet. Confined to the
/// committer's thread.
struct Deduplicator<Store: KeyValueStore> {
    /// How long keys count; may change between batches.
    var window: DedupWindow
    private let reader: EventReader<Store>
    /// What the batch in hand writes; the store does not have it yet.
    private var pending: [DedupKey: DedupRecord] = [:]
    /// What the store had of the group's keys when the group began, in the order of its events.
    private var foundMessages: [DedupRecord?] = []
    private var foundEvents: [DedupRecord?] = []
    /// Where the keys of each event begin in `foundEvents`.
    private var eventStarts: [Int] = []

    init(store: Store, window: DedupWindow) {
        reader = EventReader(store)
        self.window = window
    }

    /// Looks up all keys of a group of events at once.
    ///
    /// The committer alone writes keys, so that what the store has does not change while the group is decided.
    mutating func prepare(_ events: [PreparedEvent]) throws(StoreError) {
        var eventKeys: [DedupKey] = []
        eventStarts.removeAll(keepingCapacity: true)
        for event in events {
            eventStarts.append(eventKeys.count)
            eventKeys += event.eventKeys
        }
        foundMessages = try reader.dedupRecords(events.map { $0.messageKey })
        foundEvents = try reader.dedupRecords(eventKeys)
    }

    /// Whether the event was seen before, and under which key; the transport key is asked first.
    ///
    /// `position` is the event's place in the group that was prepared; nil if there was none.
    func match(_ event: PreparedEvent, at position: Int?) throws(StoreError) -> DuplicateMatch? {
        let messageWindow = event.isMessageIDGenerated ? min(DedupWindow.generated, window.message) : window.message
        let known = try record(event.messageKey, position.map { foundMessages[$0] })
        if let known, event.receivedAt - known.time <= messageWindow {
            return DuplicateMatch(.messageID, known, event)
        }
        for (index, key) in event.eventKeys.enumerated() {
            let known = try record(key, position.map { foundEvents[eventStarts[$0] + index] })
            if let known, event.receivedAt - known.time <= window.event {
                return DuplicateMatch(.eventID, known, event)
            }
        }
        return nil
    }

    /// What is known of a key: by the batch in hand, else by the store, which may have been asked already.
    private func record(_ key: DedupKey, _ found: DedupRecord??) throws(StoreError) -> DedupRecord? {
        if let record = pending[key] { return record }
        if let found { return found }
        return try reader.dedupRecord(key)
    }

    /// Writes the keys of an event, new or first seen under another message id, so that it is known from now on.
    mutating func remember(_ event: PreparedEvent, as sequence: EventSequence, isNew: Bool, in batch: inout WriteBatch)
    {
        let record = DedupRecord(sequence: sequence, time: event.receivedAt, fingerprint: event.fingerprint)
        pending[event.messageKey] = record
        batch.putDedup(event.messageKey, record)
        guard isNew else { return }
        for key in event.eventKeys {
            pending[key] = record
            batch.putDedup(key, record)
        }
    }

    /// Forgets the batch in hand: it was written, or never will be.
    mutating func clear() {
        pending.removeAll(keepingCapacity: true)
        foundMessages.removeAll(keepingCapacity: true)
        foundEvents.removeAll(keepingCapacity: true)
    }
}

extension DuplicateMatch {
    fileprivate init(_ key: AnswerItem.MatchedKey, _ record: DedupRecord, _ event: PreparedEvent) {
        self.init(key: key, original: record.sequence, isConflict: record.fingerprint != event.fingerprint)
    }
}

/// How long dedup keys count.
struct DedupWindow: Sendable {
    var message = Duration.seconds(30 * 86_400)
    var event = Duration.seconds(30 * 86_400)
    /// For message ids that the gateway made.
    ///
    /// Long enough for a sender's immediate retry, short enough not to swallow a second bare event (reference inbound,
    /// 4.1).
    static let generated = Duration.seconds(300)
}

extension Optional {
    /// This value, or the other one; `??` would forget the type of what is thrown.
    func orElse<Failure: Error>(_ other: () throws(Failure) -> Wrapped?) throws(Failure) -> Wrapped? {
        if let self { self } else { try other() }
    }
}
