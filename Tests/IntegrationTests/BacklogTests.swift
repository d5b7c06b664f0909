import EventModel
import Outbound
import Platform
import Storage
import TestSupport
import Testing

/// A backlog in the real store: it drains once, and the engine holds a window of it only.
@Suite(.timeLimit(.minutes(5))) struct BacklogTests {
    /// Answers at once, except for the host `dead`, which it never answers.
    private final class Client: HTTPClient {
        struct State: Sendable {
            var sent: [String: Int] = [:]
            var held: [@Sendable (HTTPResult) -> Void] = []
        }

        let state = Watched(State())

        func submit(_ request: OutboundRequest, completion: @escaping @Sendable (HTTPResult) -> Void) {
            let isDead = request.url.contains("dead")
            state.withLock { state in
                state.sent[String(decoding: request.body, as: UTF8.self) + request.url, default: 0] += 1
                if isDead { state.held.append(completion) }
            }
            if !isDead { completion(.response(HTTPResponse(statusCode: 200))) }
        }
    }

    /// Counts how much the engine reads at once.
    private final class CountingStore: DeliveryStore {
        private let store: DeliveryRecordStore<RocksDBStore>
        let largestPage = Watched(0)
        let readCount = Watched(0)

        init(_ store: DeliveryRecordStore<RocksDBStore>) { self.store = store }

        func due(
            destination: String, at time: Timestamp, after previous: DueDelivery?, limit: Int
        ) throws(StoreError) -> [DueDelivery] {
            let page = try store.due(destination: destination, at: time, after: previous, limit: limit)
            largestPage.withLock { $0 = max($0, page.count) }
            return page
        }
        func event(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> StoredEvent? {
            readCount.withLock { $0 += 1 }
            return try store.event(account, sequence)
        }
        func nextDueTime(destination: String) throws(StoreError) -> Timestamp? {
            try store.nextDueTime(destination: destination)
        }
        func keptBody(of delivery: Delivery) throws(StoreError) -> [UInt8]? { try store.keptBody(of: delivery) }
        func record(_ outcomes: [DeliveryOutcome]) throws(StoreError) -> [DueDelivery] { try store.record(outcomes) }
        func isFirst(_ delivery: Delivery, of profiles: [ProfileID]) throws(StoreError) -> Bool {
            try store.isFirst(delivery, of: profiles)
        }
        func repairOrder(
            destination: String, after previous: ProfileID?, limit: Int
        ) throws(StoreError) -> ProfileID? {
            try store.repairOrder(destination: destination, after: previous, limit: limit)
        }
        func dissolveOrder(destination: String, limit: Int) throws(StoreError) -> Int {
            try store.dissolveOrder(destination: destination, limit: limit)
        }
        func state(ofDestination name: String) throws(StoreError) -> DestinationState {
            try store.state(ofDestination: name)
        }
        func setState(_ state: DestinationState, ofDestination name: String) throws(StoreError) {
            try store.setState(state, ofDestination: name)
        }
    }

    @Test func aLargeBacklogDrainsOnceBesideADestinationThatHangs() throws {
        let count = 4000
        let directory = TemporaryDirectory()
        let store = try RocksDBStore(directory: directory.file("data"))
        defer { store.close() }
        let registry = try NumberRegistry(store)
        let names = ["alive", "dead", "other"]
        var batch = WriteBatch()
        for number in 1...count {
            let sequence = EventSequence(UInt64(number))
            batch.putEvent(
                EventRecord(canonical: Array(#"{"event_id":"e\#(number)"}"#.utf8), decisions: Array("{}".utf8)),
                AccountNumber(1), sequence)
            for name in names {
                batch.putDelivery(
                    Delivery(
                        account: AccountNumber(1), sequence: sequence, destination: name,
                        queuedAt: Timestamp(milliseconds: 1)), try registry.destination(name))
            }
        }
        try store.commit(batch, .buffered)
        let deliveries = DeliveryRecordStore(store, registry)
        let counting = CountingStore(deliveries)
        let client = Client()
        let destinations = try names.map { name in
            var configuration = HTTPDestinationConfiguration(name: name, url: "https://\(name).example.com/")
            configuration.template = #"{"id":"{{event_id}}"}"#
            return try HTTPDestination(configuration)
        }
        let engine = DeliveryEngine(
            destinations: destinations, store: counting, client: client, logger: Logger(level: .error))
        #expect(client.state.wait { $0.sent.count == 2 * count + 16 })
        engine.stop(grace: .zero)
        let sent = client.state.withLock { $0.sent }
        #expect(sent.values.allSatisfy { $0 == 1 })
        #expect(sent.keys.filter { $0.contains("dead") }.count == 16, "as many as may be under way")
        // A window, and what is open when the backlog is read from its beginning.
        #expect(counting.largestPage.withLock { $0 } <= 3 * DeliveryEngineConfiguration().windowLimit)
        // Destinations that keep step share what is read.
        #expect(counting.readCount.withLock { $0 } < 2 * count)
        #expect(
            try deliveries.due(destination: "alive", at: .init(seconds: 9_999_999_999), after: nil, limit: 1).isEmpty)
        #expect(
            try deliveries.due(destination: "dead", at: .init(seconds: 9_999_999_999), after: nil, limit: 9999).count
                == count)
    }
}
