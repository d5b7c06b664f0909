import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// What keeps a destination from being sent anything, and what becomes of its deliveries meanwhile.
@Suite(.timeLimit(.minutes(5))) struct DeliveryControlTests {
    private func destination(_ name: String = "a", _ change: (inout DeliveryPolicy) -> Void) -> StubDestination {
        var destination = StubDestination(
            name, concurrencyLimit: 1, retry: RetrySchedule(attemptLimit: 5, backoff: .list([.seconds(2)])))
        change(&destination.policy)
        return destination
    }

    private let breaker = BreakerPolicy(failureLimit: 3, cooldown: .seconds(30), cooldownLimit: .seconds(60))

    @Test func whatWaitsForAnOpenBreakerUsesUpNoAttempts() {
        let bench = EngineBench()
        bench.add(1...100, to: ["a"])
        let isUp = Watched(false)
        let client = StubClient { _, _ in isUp.withLock { $0 } ? .ok : .failure(HTTPFailure(.connect, "refused")) }
        let statistics = DeliveryStatistics()
        let engine = bench.engine([destination { $0.breaker = breaker }], client, statistics: statistics) {
            $0.statisticsInterval = .zero
        }
        #expect(bench.store.state.wait { $0.destinations["a"]?.breakerOpenUntil != nil })
        #expect(client.state.withLock { $0.requests.count } == 3)
        // Statistics follow at the end of the same round.
        let started = MonotonicTime.now
        while statistics.destinations.map(\.state) != [.broken], MonotonicTime.now - started < .seconds(20) {}
        #expect(statistics.destinations.map(\.state) == [.broken])
        // One probe after the cooldown, which fails; then twice as long.
        bench.clock.advance(by: .seconds(30))
        #expect(client.state.wait { $0.requests.count == 4 })
        #expect(bench.store.state.wait { $0.destinations["a"]?.breakerCooldownMilliseconds == 60_000 })
        bench.clock.advance(by: .seconds(59))
        isUp.withLock { $0 = true }
        bench.clock.advance(by: .seconds(1))
        #expect(bench.waitUntilSettled(100))
        engine.stop(grace: .seconds(1))
        #expect(bench.store.state.withLock { $0.destinations["a"] } == nil)
        let attempts = bench.store.state.withLock { $0.settled.map(\.attemptCount).reduce(0, +) }
        #expect(attempts == 104)
        #expect(bench.violations.isEmpty)
        #expect(bench.sink.lines.filter { $0.contains("is left alone") }.count == 2)
    }

    @Test func aRestartDoesNotForgetAnOpenBreaker() {
        let bench = EngineBench()
        bench.add(1...10, to: ["a"])
        let client = StubClient { _, _ in .status(502) }
        let first = bench.engine([destination { $0.breaker = breaker }], client)
        #expect(bench.store.state.wait { $0.destinations["a"]?.breakerOpenUntil != nil })
        first.stop(grace: .seconds(1))
        let next = StubClient()
        let second = bench.engine([destination { $0.breaker = breaker }], next)
        second.perform(.hold, on: "nobody")
        bench.add(11...11, to: ["a"])
        second.notifyCommitted(destination: "a")
        #expect(next.bodies.isEmpty)
        second.perform(.resume, on: "a")
        #expect(next.state.wait { !$0.requests.isEmpty })
        bench.clock.advance(by: .seconds(60))
        #expect(bench.waitUntilSettled(11))
        second.stop(grace: .seconds(1))
    }

    @Test func aHoldThatReachesTheEngineAsItStopsIsInForceInTheNext() {
        let bench = EngineBench()
        bench.add(1...3, to: ["a"])
        // A request under way keeps the engine from ending before it has read the order.
        let client = StubClient { _, _ in nil }
        let first = bench.engine([destination { _ in }], client)
        #expect(client.state.wait { $0.held.count == 1 })
        let stopper = DedicatedThread(name: "stopper") { first.stop(grace: .milliseconds(300)) }
        #expect(first.perform(.hold, on: "a"))
        stopper.join()
        #expect(bench.store.state.withLock { $0.destinations["a"]?.stop } == .held)
        // Once it has ended, whoever orders is told that nobody will do it.
        #expect(!first.perform(.resume, on: "a"))
        let next = StubClient()
        let second = bench.engine([destination { _ in }], next)
        bench.clock.advance(by: .seconds(60))
        second.notifyCommitted(destination: "a")
        #expect(second.perform(.resume, on: "a"))
        second.stop(grace: .seconds(5))
        #expect(bench.store.state.withLock { $0.destinations["a"] } == nil)
    }

    @Test func noOrderIsLostWhicheverMomentItComesAt() {
        for number in 0..<20 {
            let bench = EngineBench()
            let engine = bench.engine([destination { _ in }], StubClient())
            let stopper = DedicatedThread(name: "stopper") { engine.stop(grace: .seconds(1)) }
            let isTaken = engine.perform(.hold, on: "a")
            stopper.join()
            let stop = bench.store.state.withLock { $0.destinations["a"]?.stop }
            #expect((stop == .held) == isTaken, "run \(number)")
        }
    }

    @Test func goneDisablesTheDestinationUntilAnOperatorEnablesIt() {
        let bench = EngineBench()
        bench.add(1...20, to: ["a"])
        let statistics = DeliveryStatistics()
        let client = StubClient { _, number in number == 0 ? .status(410) : .ok }
        let first = bench.engine([destination { _ in }], client, statistics: statistics) {
            $0.statisticsInterval = .zero
        }
        #expect(bench.store.state.wait { $0.destinations["a"]?.stop == .gone })
        first.stop(grace: .seconds(1))
        #expect(statistics.destinations.map(\.state) == [.gone])
        #expect(bench.outcomes.map(\.delivery.dropReason) == [.rejected])
        #expect(bench.sink.lines.contains { $0.contains("410") && $0.contains("\"level\":\"error\"") })
        // The next process knows.
        let second = bench.engine([destination { _ in }], client)
        bench.clock.advance(by: .seconds(86_400))
        #expect(client.state.withLock { $0.requests.count } == 1)
        second.perform(.resume, on: "a")
        #expect(bench.waitUntilSettled(20))
        second.stop(grace: .seconds(1))
        #expect(bench.store.state.withLock { $0.settled.filter { $0.status == .delivered }.count } == 19)
        #expect(bench.store.state.withLock { $0.destinations["a"] } == nil)
    }

    @Test func retryAfterHoldsBackTheWholeDestination() {
        let bench = EngineBench()
        bench.add(1...20, to: ["a", "b"])
        let client = StubClient { request, number in
            request.url.contains("/a") && number < 3 ? .status(429, [HTTPHeader("Retry-After", "60")]) : .ok
        }
        var a = destination { $0.concurrencyLimit = 1 }
        a.preparation = { event in
            .send(OutboundRequest(url: "https://stub.example/a", body: Array(event.eventID.utf8)))
        }
        let engine = bench.engine([a, StubDestination("b")], client)
        #expect(bench.waitUntilSettled(20))
        #expect(bench.store.state.wait { $0.destinations["a"]?.pausedUntil != nil })
        let refused = client.state.withLock { $0.requests.filter { $0.url.contains("/a") }.count }
        #expect(refused == 1)
        bench.clock.advance(by: .seconds(60))
        #expect(bench.waitUntilSettled(40))
        engine.stop(grace: .seconds(1))
        #expect(bench.violations.isEmpty)
    }

    @Test func aDisabledDestinationsDeliveriesWait() {
        let bench = EngineBench()
        bench.add(1...5, to: ["off", "on"])
        bench.store.state.withLock { state in
            var known = DestinationState()
            known.stop = .gone
            state.destinations["off"] = known
        }
        let client = StubClient()
        let first = bench.engine([destination("off") { $0.isEnabled = false }, StubDestination("on")], client)
        #expect(bench.waitUntilSettled(5))
        first.stop(grace: .seconds(1))
        #expect(bench.outcomes.allSatisfy { $0.delivery.destination == "on" })
        // Disabled and enabled again: what 410 brought is over.
        let second = bench.engine([destination("off") { _ in }, StubDestination("on")], client)
        #expect(bench.waitUntilSettled(10))
        second.stop(grace: .seconds(1))
        #expect(bench.violations.isEmpty)
    }

    @Test func aRemovedDestinationsDeliveriesAreDropped() {
        let bench = EngineBench()
        bench.add(1...700, to: ["old"])
        bench.add(1...700, to: ["new"])
        let engine = bench.engine([StubDestination("new")], StubClient(), removed: ["old", "new"])
        #expect(bench.waitUntilSettled(1400))
        // Decided by the committer just before it heard of the change.
        bench.add(701...701, to: ["older"])
        engine.notifyCommitted(destination: "older")
        #expect(bench.waitUntilSettled(1401))
        engine.stop(grace: .seconds(1))
        let settled = bench.store.state.withLock { $0.settled }
        #expect(settled.filter { $0.destination == "old" }.allSatisfy { $0.dropReason == .destinationRemoved })
        #expect(settled.filter { $0.destination == "new" }.allSatisfy { $0.status == .delivered })
        #expect(settled.last?.dropReason == .destinationRemoved)
        #expect(bench.violations.isEmpty)
    }

    @Test func aStoreThatCannotTellTheStateSendsNothing() {
        let bench = EngineBench()
        bench.add(1...1, to: ["a"])
        bench.store.state.withLock { $0.errors["state"] = Array(repeating: StoreError(.io, "no disk"), count: 5) }
        let client = StubClient()
        let engine = bench.engine([destination { _ in }], client)
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
        #expect(bench.sink.lines.filter { $0.contains("no disk") }.count == 5)
    }

    @Test func aClockThatIsSetBackDelaysNoRetry() {
        let bench = EngineBench()
        bench.add(1...1, to: ["a"])
        let client = StubClient { _, number in number < 2 ? .status(500) : .ok }
        let engine = bench.engine([destination { _ in }], client)
        #expect(bench.store.state.wait { $0.outcomes.count == 1 })
        bench.clock.advance(by: .seconds(-86_400))
        bench.look(engine)
        #expect(bench.outcomes.count == 1)
        // In steps that are no jumps, each of which the engine sees.
        for count in 2...3 {
            for _ in 0..<4 {
                bench.clock.advance(by: .milliseconds(500))
                bench.look(engine)
            }
            #expect(bench.store.state.wait { $0.outcomes.count == count })
        }
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
    }
}
