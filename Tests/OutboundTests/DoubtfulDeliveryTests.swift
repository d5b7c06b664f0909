import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// Destinations whose refusal of credentials may pass by itself.
@Suite(.timeLimit(.minutes(5))) struct DoubtfulDeliveryTests {
    /// Sends ids, one a line; 403 is forgiven once, 401 in the first half hour.
    private struct DoubtfulDestination: BatchDestination {
        let name = "a"
        let policy = DeliveryPolicy(
            retry: RetrySchedule(attemptLimit: 2, backoff: .list([.seconds(300)])), concurrencyLimit: 4)
        let templateVersion: String? = nil
        let batchLimits = BatchLimits(count: 2, byteCount: 1 << 20)

        func prepare(_ event: EventView, at time: Timestamp) -> Preparation {
            .send(OutboundRequest(url: "https://doubtful.example/", body: Array(event.eventID.utf8)))
        }

        func joined(_ parts: [OutboundRequest], at time: Timestamp) -> OutboundRequest {
            var request = parts[0]
            request.body = Array(parts.map(\.body).joined(separator: "\n".utf8))
            return request
        }

        func outcomes(on response: HTTPResponse, to parts: [OutboundRequest], at time: Timestamp) -> [PartOutcome] {
            let verdict: AttemptVerdict =
                switch response.statusCode {
                case 403: .doubtful(.once)
                case 401: .doubtful(.early(.seconds(1800)))
                default: AttemptVerdict(statusCode: response.statusCode)
                }
            return parts.map { _ in PartOutcome(verdict, "words") }
        }

        func masked(_ bytes: [UInt8]) -> [UInt8] { bytes }
    }

    /// What the destination answers, changed as a test goes on.
    private struct Run {
        let bench = EngineBench()
        let status: Watched<Int>
        let client: StubClient
        let engine: DeliveryEngine

        init(_ first: Int, events: UInt64) {
            let status = Watched(first)
            self.status = status
            client = StubClient { _, _ in .status(status.withLock { $0 }) }
            bench.add(1...events, to: ["a"])
            engine = bench.engine([DoubtfulDestination()], client)
        }

        var pausedUntil: Timestamp? { bench.store.state.withLock { $0.destinations["a"]?.pausedUntil } }

        /// Waits until the destination is left alone until then.
        func isPaused(until time: Timestamp) -> Bool {
            bench.store.state.wait { $0.destinations["a"]?.pausedUntil == time && !$0.outcomes.isEmpty }
        }

        func isRefused() -> Bool { bench.store.state.wait { $0.destinations["a"]?.stop == .refused } }
    }

    @Test func aBlockThatPassesCostsNoAttempt() {
        let run = Run(403, events: 20)
        #expect(run.isPaused(until: run.bench.clock.now + .seconds(300)))
        run.bench.clock.advance(by: .seconds(299))
        run.bench.look(run.engine)
        let before = run.client.bodies.count
        #expect(before <= 4, "only what was under way together")
        run.status.withLock { $0 = 200 }
        run.bench.clock.advance(by: .seconds(1))
        #expect(run.bench.waitUntilSettled(20))
        run.engine.stop(grace: .seconds(5))
        let settled = run.bench.store.state.withLock { $0.settled }
        #expect(settled.allSatisfy { $0.status == .delivered && $0.attemptCount == 1 })
        #expect(run.bench.violations.isEmpty)
    }

    @Test func aBlockThatStaysStopsTheDestinationAndLosesNothing() {
        let run = Run(403, events: 20)
        #expect(run.isPaused(until: run.bench.clock.now + .seconds(300)))
        let before = run.client.bodies.count
        run.bench.clock.advance(by: .seconds(300))
        #expect(run.isRefused())
        run.bench.clock.advance(by: .seconds(86_400))
        run.bench.look(run.engine)
        run.engine.stop(grace: .seconds(5))
        #expect(run.client.bodies.count == before + 1, "one request found out")
        #expect(run.bench.store.state.withLock { $0.settled.isEmpty })
        #expect(run.bench.outcomes.allSatisfy { $0.delivery.attemptCount == 0 && $0.delivery.status == .failed })
        #expect(run.bench.sink.lines.filter { $0.contains("403 words") && $0.contains("is asked again") }.count == 1)
        #expect(run.bench.sink.lines.filter { $0.contains("\"level\":\"error\"") }.count == 1)
    }

    @Test func whatIsNewIsAskedAgainForHalfAnHour() {
        let run = Run(401, events: 2)
        let start = run.bench.clock.now
        for round in 1...6 {
            #expect(run.isPaused(until: start + .seconds(300 * round)))
            #expect(run.client.bodies.count == round)
            if round < 6 { run.bench.clock.advance(by: .seconds(300)) }
        }
        #expect(run.bench.store.state.withLock { $0.destinations["a"]?.stop } == nil)
        run.bench.clock.advance(by: .seconds(300))
        #expect(run.isRefused())
        run.engine.stop(grace: .seconds(5))
        #expect(run.client.bodies.count == 7)
        #expect(run.bench.store.state.withLock { $0.settled.isEmpty })
    }
}
