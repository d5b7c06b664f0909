import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// `ordering: profile` (docs/adr/0008-ordering.md).
@Suite(.timeLimit(.minutes(5))) struct DeliveryOrderTests {
    private let ada = ProfileID(NodeID(high: 1, low: 1))
    private let bob = ProfileID(NodeID(high: 2, low: 2))

    private func destination(concurrency: Int = 8, attempts: Int = 5) -> StubDestination {
        var destination = StubDestination(
            "a", concurrencyLimit: concurrency,
            retry: RetrySchedule(attemptLimit: attempts, backoff: .list([.seconds(2)])))
        destination.policy.ordering = .profile
        return destination
    }

    /// The events that were taken, in order.
    private func taken(_ bench: EngineBench) -> [UInt64] {
        bench.outcomes.map(\.delivery).filter { $0.status == .delivered }.map(\.sequence.value)
    }

    @Test func eventsOfOneProfileGoOneAfterTheOther() {
        let bench = EngineBench()
        for sequence in UInt64(1)...60 { bench.add(sequence, to: ["a"], of: [sequence % 2 == 0 ? ada : bob]) }
        let client = StubClient()
        let engine = bench.engine([destination()], client)
        #expect(bench.waitUntilSettled(60))
        engine.stop(grace: .seconds(1))
        let numbers = client.bodies.compactMap { UInt64($0.dropFirst()) }
        #expect(numbers.filter { $0 % 2 == 0 } == Array(stride(from: UInt64(2), through: 60, by: 2)))
        #expect(numbers.filter { $0 % 2 == 1 } == Array(stride(from: UInt64(1), through: 59, by: 2)))
        #expect(bench.violations.isEmpty)
        #expect(bench.store.state.withLock { ($0.ordered["a"] ?? [:]).values.allSatisfy(\.isEmpty) })
    }

    @Test func oneFailingEventDelaysOnlyItsProfile() {
        let bench = EngineBench()
        for sequence in UInt64(1)...20 { bench.add(sequence, to: ["a"], of: [sequence % 2 == 0 ? ada : bob]) }
        let failures = Watched(2)
        let client = StubClient { request, _ in
            guard request.body == Array("e2".utf8) else { return .ok }
            return failures.withLock { left in
                left -= 1
                return left >= 0 ? .status(500) : .ok
            }
        }
        let engine = bench.engine([destination()], client)
        #expect(bench.waitUntilSettled(10))
        #expect(taken(bench).allSatisfy { $0 % 2 == 1 })
        // A later event does not overtake the one that waits for its retry.
        bench.add(21, to: ["a"], of: [ada])
        engine.notifyCommitted(destination: "a")
        bench.clock.advance(by: .seconds(2))
        #expect(bench.store.state.wait { $0.outcomes.filter { $0.delivery.sequence.value == 2 }.count == 2 })
        bench.clock.advance(by: .seconds(2))
        #expect(bench.waitUntilSettled(21))
        engine.stop(grace: .seconds(1))
        #expect(taken(bench).filter { $0 % 2 == 0 || $0 == 21 } == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 21])
        #expect(bench.violations.isEmpty)
    }

    @Test func thousandsThatWaitForOneProfileLeaveTheWindowToOthers() {
        let bench = EngineBench()
        for sequence in UInt64(1)...2000 { bench.add(sequence, to: ["a"], of: [ada]) }
        for sequence in UInt64(2001)...2050 { bench.add(sequence, to: ["a"], of: [bob]) }
        bench.add(2051, to: ["a"])
        let client = StubClient { request, _ in request.body == Array("e1".utf8) ? nil : .ok }
        let engine = bench.engine([destination(concurrency: 2)], client) { $0.windowLimit = 32 }
        #expect(bench.waitUntilSettled(51))
        #expect(bench.store.state.withLock { $0.parked["a"]?.count ?? 0 } >= 1900)
        #expect(bench.store.state.withLock { $0.largestPull } <= 96)
        engine.stop(grace: .zero)
        #expect(bench.violations.isEmpty)
    }

    @Test func aMergeWaitsForBothOfItsProfiles() {
        let bench = EngineBench()
        bench.add(1, to: ["a"], of: [ada])
        bench.add(2, to: ["a"], of: [bob])
        bench.add(3, to: ["a"], of: [ada, bob])
        bench.add(4, to: ["a"], of: [ada])
        let client = StubClient { request, _ in
            ["e1", "e2"].contains(String(decoding: request.body, as: UTF8.self)) ? nil : .ok
        }
        let engine = bench.engine([destination()], client)
        #expect(client.state.wait { $0.held.count == 2 })
        let second = client.state.withLock { $0.held.remove(at: 1) }
        second(.ok)
        #expect(bench.waitUntilSettled(1))
        #expect(client.bodies.count == 2)
        client.release()
        #expect(bench.waitUntilSettled(4))
        engine.stop(grace: .seconds(1))
        #expect(Array(client.bodies.suffix(2)) == ["e3", "e4"])
        #expect(bench.violations.isEmpty)
    }

    @Test func whatIsGivenUpLetsTheNextOneGo() {
        let bench = EngineBench()
        for sequence in UInt64(1)...4 { bench.add(sequence, to: ["a"], of: [ada]) }
        bench.store.state.withLock { $0.events[EventSequence(3)] = nil }
        let client = StubClient { request, _ in request.body == Array("e1".utf8) ? .status(400) : .ok }
        let engine = bench.engine([destination(concurrency: 1)], client)
        #expect(bench.waitUntilSettled(3))
        engine.stop(grace: .seconds(1))
        #expect(client.bodies.prefix(2) == ["e1", "e2"])
        #expect(bench.violations.isEmpty)
    }

    @Test func anOrderThatIsWantedNoMoreIsForgotten() {
        let bench = EngineBench()
        for sequence in UInt64(1)...50 { bench.add(sequence, to: ["a"], of: [ada]) }
        let first = bench.engine([destination()], StubClient { _, _ in .status(500) })
        #expect(bench.store.state.wait { ($0.parked["a"] ?? [:]).count == 49 })
        first.stop(grace: .seconds(1))
        bench.clock.advance(by: .seconds(2))
        let second = bench.engine([StubDestination("a")], StubClient())
        #expect(bench.waitUntilSettled(50))
        second.stop(grace: .seconds(1))
        #expect(bench.violations.isEmpty)
    }
}
