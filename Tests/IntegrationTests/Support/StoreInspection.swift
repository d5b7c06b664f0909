import EventModel
import Foundation
import Storage

/// What a gateway that has stopped left in its store.
struct StoreInspection {
    /// One stored event with the deliveries made of it.
    struct Entry {
        let sequence: EventSequence
        let event: StoredCanonical
        /// The canonical event's JSON.
        let canonical: String
        let decisions: String
        let deliveries: [Delivery]
    }

    /// The members of a canonical event that tests ask for.
    struct StoredCanonical: Decodable {
        var eventName: String
        var eventId: String
        var messageId: String
    }

    let store: RocksDBStore
    let registry: NumberRegistry

    init(_ directory: String) throws {
        store = try RocksDBStore(directory: directory)
        registry = try NumberRegistry(store)
    }

    /// All events of all accounts, the oldest first.
    func entries() throws -> [Entry] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let deliveries = DeliveryRecordStore(store, registry)
        return try registry.accounts.flatMap { account in
            try EventReader(store).recentEvents(account, limit: .max).reversed().map { event in
                Entry(
                    sequence: event.sequence,
                    event: try decoder.decode(StoredCanonical.self, from: Data(event.canonical)),
                    canonical: String(decoding: event.canonical, as: UTF8.self),
                    decisions: String(decoding: event.decisions, as: UTF8.self),
                    deliveries: try deliveries.deliveries(account, event.sequence))
            }
        }
    }

    /// How many records a family has.
    func count(_ family: Family) throws -> Int {
        var count = 0
        try store.scan(family, from: [], to: nil, .ascending) { _, _ in
            count += 1
            return true
        }
        return count
    }

    /// Whether some value of the store contains these bytes.
    func contains(_ text: String) throws -> Bool {
        var isFound = false
        for family in Family.allCases {
            try store.scan(family, from: [], to: nil, .ascending) { key, value in
                isFound = key.firstRange(of: text.utf8) != nil || value.firstRange(of: text.utf8) != nil
                return !isFound
            }
            if isFound { return true }
        }
        return false
    }

    /// Gives the directory free for the next gateway.
    func close() { store.close() }
}

extension StoreInspection {
    /// All keys and values of all families, one after another, as they are once unpacked.
    func text() throws -> [UInt8] {
        var bytes: [UInt8] = []
        for family in Family.allCases {
            try store.scan(family, from: [], to: nil, .ascending) { key, value in
                bytes += key
                bytes += value
                bytes.append(0)
                return true
            }
        }
        return bytes
    }
}
