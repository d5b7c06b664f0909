import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// Platforms that refuse a whole request because of one event in it.
@Suite(.timeLimit(.minutes(10))) struct BisectingTests {
    /// Sends ids, one a line, and takes 400 as a refusal of the whole.
    struct WholeDestination: BatchDestination {
        let name = "a"
        var policy: DeliveryPolicy
        let templateVersion: String? = nil
        var batchLimits: BatchLimits
        var url = "https://whole.example/"
        /// Makes a part's key from an event's id.
        var key: @Sendable (String) -> String = { _ in "" }

        init(batch: Int, concurrency: Int = 2) {
            policy = DeliveryPolicy(
                retry: RetrySchedule(attemptLimit: 3, backoff: .list([.zero])), concurrencyLimit: concurrency)
            batchLimits = BatchLimits(count: batch, byteCount: 1 << 20)
        }

        func prepare(_ event: EventView, at time: Timestamp) -> Preparation {
            .send(
                OutboundRequest(
                    url: url, body: Array(event.eventID.utf8),
                    options: TransferOptions(
                        allowsPrivateAddresses: true, responseHeaders: ["Retry-After", "X-Usage"]),
                    batchKey: key(event.eventID)))
        }

        func joined(_ parts: [OutboundRequest], at time: Timestamp) -> OutboundRequest {
            var request = parts[0]
            request.body = Array(parts.map(\.body).joined(separator: "\n".utf8))
            return request
        }

        func outcomes(on response: HTTPResponse, to parts: [OutboundRequest], at time: Timestamp) -> [PartOutcome] {
            let message = response.body.isEmpty ? nil : String(decoding: response.body, as: UTF8.self)
            let verdict =
                response.statusCode == 400 ? AttemptVerdict.apart : AttemptVerdict(statusCode: response.statusCode)
            return parts.map { _ in PartOutcome(verdict, message) }
        }

        func pause(after response: HTTPResponse, at time: Timestamp) -> Duration? {
            response.header("X-Usage").flatMap { Int($0) }.map { .seconds($0) }
        }

        func masked(_ bytes: [UInt8]) -> [UInt8] { bytes.replacing("secret".utf8, with: "***".utf8) }
    }

    static func ids(_ request: OutboundRequest) -> [String] {
        String(decoding: request.body, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Takes all events of a request or none, as Google's Data Manager does.
    static func answer(_ ids: [String], bad: Set<String>) -> (status: Int, words: String) {
        guard let culprit = ids.first(where: bad.contains) else { return (200, "") }
        return (400, "[secret] INVALID_ARGUMENT at \(culprit)")
    }

    private func log2(_ count: Int) -> Int { count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount }

    @Test("good events are delivered once, bad ones dropped, in few requests", arguments: UInt64(1)...24)
    func bisects(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...120, using: &random)
        let limit = Int.random(in: 1...64, using: &random)
        let badCount = Int.random(in: 0...min(count, 6), using: &random)
        let bad = Set((1...count).shuffled(using: &random).prefix(badCount).map { "e\($0)" })
        let bench = EngineBench()
        bench.add(1...UInt64(count), to: ["a"])
        let taken = Watched<[String]>([])
        let client = StubClient { request, _ in
            let ids = Self.ids(request)
            let (status, words) = Self.answer(ids, bad: bad)
            if status == 200 { taken.withLock { $0 += ids } }
            return .status(status, [], words)
        }
        let destination = WholeDestination(batch: limit, concurrency: Int.random(in: 1...4, using: &random))
        let engine = bench.engine([destination], client)
        #expect(bench.waitUntilSettled(count))
        engine.stop(grace: .seconds(5))
        let settled = bench.store.state.withLock { $0.settled }
        #expect(settled.count == count)
        #expect(Set(taken.withLock { $0 }).count == taken.withLock { $0.count }, "none is taken twice")
        for delivery in settled {
            let id = "e\(delivery.sequence.value)"
            #expect(delivery.attemptCount == 1)
            guard bad.contains(id) else {
                #expect(delivery.status == .delivered)
                continue
            }
            #expect(delivery.dropReason == .rejected)
            #expect(delivery.lastError == "400 [***] INVALID_ARGUMENT at \(id)")
        }
        let least = (count + limit - 1) / limit
        #expect(client.bodies.count <= least + 2 * badCount * log2(limit))
        #expect(bench.violations.isEmpty)
    }

    @Test func halvesObeyTheConcurrencyLimit() {
        let bench = EngineBench()
        bench.add(1...32, to: ["a"])
        let client = StubClient { _, _ in nil }
        let engine = bench.engine([WholeDestination(batch: 32, concurrency: 1)], client)
        while bench.store.state.withLock({ $0.settled.count }) < 32 {
            // Either one more request, or the end of the last one's deliveries.
            let isOpen = client.state.wait { !$0.held.isEmpty }
            guard isOpen, let last = client.state.withLock({ $0.held.count == 1 ? $0.requests.last : nil }) else {
                Issue.record("not one request at a time")
                break
            }
            let (status, words) = Self.answer(Self.ids(last), bad: ["e7"])
            let count = bench.store.state.withLock { $0.settled.count }
            client.release(.status(status, [], words))
            if status == 200 || Self.ids(last).count == 1 { bench.store.state.wait { $0.settled.count > count } }
        }
        engine.stop(grace: .seconds(5))
        #expect(client.bodies.count == 11)
        #expect(bench.store.state.withLock { $0.settled.filter { $0.status == .delivered }.count } == 31)
    }

    @Test func whatIsInHalvesWhenTheProcessEndsIsStillQueued() {
        let bench = EngineBench()
        bench.add(1...16, to: ["a"])
        let first = StubClient { _, number in number == 0 ? .status(400) : nil }
        let engine = bench.engine([WholeDestination(batch: 16, concurrency: 1)], first)
        #expect(first.state.wait { $0.requests.count == 2 })
        engine.stop(grace: .zero)
        #expect(bench.store.state.withLock { $0.queues["a"]?.count } == 16)
        let next = bench.engine(
            [WholeDestination(batch: 16)],
            StubClient { request, _ in
                let (status, words) = Self.answer(Self.ids(request), bad: ["e3"])
                return .status(status, [], words)
            })
        // What was under way when the first one ended is due a little later.
        bench.clock.advance(by: .seconds(1))
        #expect(bench.waitUntilSettled(16))
        next.stop(grace: .seconds(5))
        #expect(bench.store.state.withLock { $0.settled.filter { $0.status == .delivered }.count } == 15)
        #expect(bench.violations.isEmpty)
    }

    @Test func halvesAreMadeAnewFromTheEvents() {
        let bench = EngineBench()
        bench.add(1...4, to: ["a"])
        let store = bench.store
        let client = StubClient { request, number in
            // Erased while its request is under way.
            if number == 0 { store.state.withLock { $0.events[EventSequence(2)] = nil } }
            return number == 0 ? .status(400) : .ok
        }
        // No cache: every look at an event goes to the store.
        let engine = bench.engine([WholeDestination(batch: 4)], client) { $0.eventCacheLimit = 1 }
        #expect(bench.waitUntilSettled(4))
        engine.stop(grace: .seconds(5))
        #expect(client.bodies.sorted() == ["e1", "e1\ne2\ne3\ne4", "e3\ne4"])
        #expect(bench.store.state.withLock { $0.settled.compactMap(\.dropReason) } == [.erased])
    }

    @Test func partsOfDifferentKeysTravelApart() {
        let bench = EngineBench()
        bench.add(1...9, to: ["a"])
        var destination = WholeDestination(batch: 10)
        destination.key = { $0 == "e4" ? "alone" : "" }
        let client = StubClient()
        let engine = bench.engine([destination], client)
        #expect(bench.waitUntilSettled(9))
        engine.stop(grace: .seconds(5))
        #expect(client.bodies == ["e1\ne2\ne3", "e4", "e5\ne6\ne7\ne8\ne9"])
    }

    @Test func aDestinationMayAskToBeLeftAlone() {
        let bench = EngineBench()
        bench.add(1...4, to: ["a"])
        let client = StubClient { _, number in .status(200, number == 0 ? [HTTPHeader("X-Usage", "300")] : []) }
        let engine = bench.engine([WholeDestination(batch: 2, concurrency: 1)], client)
        #expect(bench.store.state.wait { $0.destinations["a"]?.pausedUntil != nil && $0.settled.count == 2 })
        bench.clock.advance(by: .seconds(299))
        #expect(client.bodies.count == 1)
        bench.clock.advance(by: .seconds(1))
        #expect(bench.waitUntilSettled(4))
        engine.stop(grace: .seconds(5))
        #expect(client.bodies.count == 2)
    }

    @Test func overRealSockets() {
        let bad: Set<String> = ["e13", "e14", "e77"]
        let receiver = TestReceiver { request in
            let (status, words) = Self.answer(request.text.split(separator: "\n").map(String.init), bad: bad)
            return .status(status, body: words)
        }
        let client = CurlHTTPClient()
        let bench = EngineBench()
        bench.add(1...100, to: ["a"])
        var destination = WholeDestination(batch: 100)
        destination.url = receiver.url()
        let engine = bench.engine([destination], client)
        #expect(bench.waitUntilSettled(100))
        engine.stop(grace: .seconds(5))
        client.stop()
        receiver.stop()
        let settled = bench.store.state.withLock { $0.settled }
        #expect(Set(settled.filter { $0.status == .dropped }.map { "e\($0.sequence.value)" }) == bad)
        #expect(settled.filter { $0.status == .delivered }.count == 97)
        #expect(receiver.requests.count <= 1 + 2 * 3 * 7)
        #expect(bench.violations.isEmpty)
    }
}
