import Canonicalizer
import EventModel
import Gateway
import JSON
import Platform
import Storage

/// What one event costs the committer: dedup, identity, click ids, routing and its part of the batch.
struct CommitBench {
    let folder: String
    /// How many orders each person makes, one after everybody else's.
    private static let ordersPerPerson = 4

    func run() throws {
        for groupSize in [16, 256] {
            let bench = try Run(folder: "\(folder)-\(groupSize)", eventCount: 40_960)
            defer { bench.store.close() }
            try Samples.measure(rounds: bench.events.count / groupSize, roundSize: 1) { round in
                try bench.trial.commit(bench.events[round * groupSize..<(round + 1) * groupSize])
                try bench.store.syncLog()
            }.report("commit, synced groups of \(groupSize)", eventsPerCall: groupSize)
        }
    }

    /// Commits events in groups and prints nothing, so that a profiler sees nothing else but their preparation.
    func loop(_ eventCount: Int, groupSize: Int) throws {
        let bench = try Run(folder: folder, eventCount: eventCount)
        defer { bench.store.close() }
        var rest = bench.events[...]
        while !rest.isEmpty {
            try bench.trial.commit(rest.prefix(groupSize))
            rest = rest.dropFirst(groupSize)
        }
    }

    /// A fresh store and the events for it.
    private struct Run {
        let store: RocksDBStore
        let trial: CommitTrial
        let events: [CommitTrial.Event]

        init(folder: String, eventCount: Int) throws {
            let store = try RocksDBStore(directory: folder)
            self.store = store
            let trial = try CommitTrial(store, destination: "bench")
            self.trial = trial
            let canonicalizer = Canonicalizer(
                source: SourceProfile(name: "bench", kind: .rudderstack, tenant: trial.tenant))
            let document = JSONDocument()
            let transport = TransportFacts(receivedAt: SystemClock().now)
            let personCount = max(1, eventCount / CommitBench.ordersPerPerson)
            var writer = JSONWriter(capacity: 4096)
            events = try (0..<eventCount).map { number in
                let root = try document.parse(CommitBench.envelope(number, person: number % personCount))
                let event = try canonicalizer.canonicalize(Envelope(body: root), transport).get()
                return CommitTrial.Event(event, using: &writer)
            }
        }
    }

    /// The envelope of ``CanonicalizeBench`` with ids of its own.
    private static func envelope(_ number: Int, person: Int) -> [UInt8] {
        let (event, person) = (digits(number), digits(person))
        return Array(
            String(decoding: CanonicalizeBench.envelope, as: UTF8.self)
                .replacing("bench-000000000001", with: "bench-\(event)")
                .replacing("order-000000000001", with: "order-\(event)")
                .replacing("visitor-000000000001", with: "visitor-\(person)")
                .replacing("customer-000000000001", with: "customer-\(person)")
                .replacing("jane000000000001", with: "jane\(person)")
                .replacing("+14155550134", with: "+49\(person)").utf8)
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: 12 - text.utf8.count) + text
    }
}
