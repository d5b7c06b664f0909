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
    private var pendingMessages: [[UInt8]: DedupRecord] = [:]
    private var pendingEvents: [[UInt8]: DedupRecord] = [:]

    init(store: Store, window: DedupWindow) {
        reader = EventReader(store)
        self.window = window
    }

    /// Whether the event was seen before, and under which key; the transport key is asked first.
    func match(_ event: PreparedEvent) throws(StoreError) -> DuplicateMatch? {
        let messageWindow = event.isMessageIDGenerated ? min(DedupWindow.generated, window.message) : window.message
        let message = event.messageKey
        let known = try pendingMessages[message.bytes].orElse { () throws(StoreError) in try reader.message(message) }
        if let known, event.receivedAt - known.time <= messageWindow {
            return DuplicateMatch(.messageID, known, event)
        }
        for key in event.eventKeys {
            let known = try pendingEvents[key.bytes].orElse { () throws(StoreError) in try reader.eventID(key) }
            if let known, event.receivedAt - known.time <= window.event {
                return DuplicateMatch(.eventID, known, event)
            }
        }
        return nil
    }

    /// Writes the keys of an event, new or first seen under another message id, so that it is known from now on.
    mutating func remember(_ event: PreparedEvent, as sequence: EventSequence, isNew: Bool, in batch: inout WriteBatch)
    {
        let record = DedupRecord(sequence: sequence, time: event.receivedAt, fingerprint: event.fingerprint)
        pendingMessages[event.messageKey.bytes] = record
        batch.putMessage(event.messageKey, record)
        guard isNew else { return }
        for key in event.eventKeys {
            pendingEvents[key.bytes] = record
            batch.putEventID(key, record)
        }
    }

    /// Forgets the batch in hand: it was written, or never will be.
    mutating func clear() {
        pendingMessages.removeAll(keepingCapacity: true)
        pendingEvents.removeAll(keepingCapacity: true)
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
