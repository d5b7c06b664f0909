import Crypto
import EventModel
import Platform
import Storage

/// What one event costs the store: two dedup look-ups, and the writes of an event with one delivery.
struct StoreBench {
    let folder: String
    private static let batchSize = 256

    func run() throws {
        let store = try RocksDBStore(directory: folder)
        defer { store.close() }
        let reader = EventReader(store)
        let (account, environment) = (AccountNumber(1), EnvironmentNumber(1))
        let destination = DestinationNumber(1)
        let canonical = [UInt8](repeating: UInt8(ascii: "x"), count: 1400)
        let decisions = [UInt8](repeating: UInt8(ascii: "y"), count: 200)
        var sequences = SequenceClock(after: nil)
        let clock = SystemClock()

        try Samples.measure(rounds: 400, roundSize: 1) { round in
            var batch = WriteBatch()
            for index in 0..<Self.batchSize {
                let id = "order-\(round)-\(index)"
                let message = MessageKey(account, environment, source: "bench", messageID: "message-\(id)")
                let eventID = EventIDKey(account, environment, eventID: id, eventName: EventName("purchase"))
                guard try reader.message(message) == nil, try reader.eventID(eventID) == nil else { continue }
                let sequence = sequences.next(at: clock.now)
                let record = DedupRecord(
                    sequence: sequence, time: clock.now, fingerprint: Digest(words: (1, 2, 3, UInt64(index))))
                batch.putEvent(EventRecord(canonical: canonical, decisions: decisions), account, sequence)
                batch.putMessage(message, record)
                batch.putEventID(eventID, record)
                batch.putProfileEvent(account, NodeID(high: UInt64(index), low: 0), sequence)
                batch.putDelivery(
                    Delivery(account: account, sequence: sequence, destination: "bench", queuedAt: clock.now),
                    destination)
            }
            try store.commit(batch, .buffered)
            try store.syncLog()
        }.report("store, synced batches of \(Self.batchSize)", eventsPerCall: Self.batchSize)
    }
}
