import EventModel
import Foundation
import Outbound
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeliveryEngineTests {
    private typealias Bench = EngineBench

    private func outcomes(of sequence: UInt64, in bench: Bench) -> [Delivery] {
        bench.outcomes.map(\.delivery).filter { $0.sequence.value == sequence }
    }

    @Test func deliversWhatIsDueAtStart() {
        let bench = Bench()
        bench.add(1...1000, to: ["a", "b"])
        let client = StubClient()
        let engine = bench.engine([StubDestination("a"), StubDestination("b")], client)
        #expect(bench.waitUntilSettled(2000))
        engine.stop(grace: .seconds(1))
        #expect(bench.violations.isEmpty)
        #expect(bench.outcomes.count == 2000)
        #expect(bench.outcomes.allSatisfy { $0.delivery.status == .delivered && $0.delivery.attemptCount == 1 })
        #expect(client.bodies.sorted() == ((1...1000).map { "e\($0)" } + (1...1000).map { "e\($0)" }).sorted())
    }

    @Test func deliversWhatIsCommittedLater() {
        let bench = Bench()
        let engine = bench.engine([StubDestination("a")], StubClient()) { $0.clockCheckInterval = .seconds(60) }
        for sequence in UInt64(1)...20 {
            bench.add(sequence...sequence, to: ["a"])
            engine.notifyCommitted(destination: "a")
            #expect(bench.waitUntilSettled(Int(sequence)))
        }
        engine.notifyCommitted(destination: "unknown")
        engine.stop(grace: .seconds(1))
        #expect(bench.violations.isEmpty)
    }

    @Test func outcomesAreWrittenByAThreadThatDoesNotGiveWay() {
        let bench = Bench()
        bench.add(1...200, to: ["a"])
        let engine = bench.engine([StubDestination("a")], StubClient()) { $0.priority = .background }
        #expect(bench.waitUntilSettled(200))
        engine.stop(grace: .seconds(1))
        #expect(bench.store.state.withLock { $0.recorderNiceValues } == [MemoryDeliveryStore.niceValue])
        #expect(bench.violations.isEmpty)
    }

    @Test func memoryIsBoundedWhateverTheBacklog() {
        let bench = Bench()
        bench.add(1...5000, to: ["a"])
        let client = StubClient { _, _ in nil }
        let engine = bench.engine([StubDestination("a", concurrencyLimit: 16)], client) { $0.windowLimit = 64 }
        #expect(client.state.wait { $0.held.count == 16 })
        engine.stop(grace: .zero)
        // Twice the window plus what is open, and a look at what comes next.
        #expect(bench.store.state.withLock { $0.largestPull } <= 192)
        #expect(bench.store.state.withLock { $0.pullCount } < 10)
        #expect(client.state.withLock { $0.requests.count } == 16)
    }

    @Test func aDestinationThatHangsHoldsUpNoOther() {
        let bench = Bench()
        bench.add(1...500, to: ["dead", "alive"])
        var dead = StubDestination("dead", concurrencyLimit: 4)
        dead.preparation = { _ in .send(OutboundRequest(url: "https://dead.example/")) }
        let client = StubClient { request, _ in request.url.contains("dead") ? nil : .ok }
        let engine = bench.engine([dead, StubDestination("alive")], client)
        #expect(bench.waitUntilSettled(500))
        #expect(client.state.withLock { $0.held.count } == 4)
        engine.stop(grace: .zero)
        #expect(bench.violations.isEmpty)
    }

    @Test func noDeliveryIsInFlightTwice() {
        let bench = Bench()
        bench.add(1...300, to: ["a"])
        // Every third request is held for a while, so that answers come out of order.
        let client = StubClient { _, number in number % 3 == 0 ? nil : .ok }
        let engine = bench.engine([StubDestination("a", concurrencyLimit: 8)], client) { $0.windowLimit = 16 }
        while client.bodies.count < 300 {
            // The store is read from its beginning, where what is under way still stands.
            bench.clock.advance(by: .milliseconds(1))
            engine.notifyCommitted(destination: "a")
            #expect(client.state.wait { !$0.held.isEmpty || $0.requests.count == 300 })
            client.release()
        }
        client.release()
        #expect(bench.waitUntilSettled(300))
        engine.stop(grace: .seconds(1))
        #expect(Set(client.bodies).count == 300)
        #expect(client.bodies.count == 300)
        #expect(bench.violations.isEmpty)
    }

    @Test func aFailureIsRetriedWhenItIsDue() {
        let bench = Bench()
        bench.add(1...1, to: ["a"])
        let client = StubClient { _, number in number < 2 ? .status(503) : .ok }
        let engine = bench.engine([StubDestination("a")], client)
        #expect(bench.store.state.wait { $0.outcomes.count == 1 })
        bench.clock.advance(by: .seconds(2))
        #expect(bench.store.state.wait { $0.outcomes.count == 2 })
        bench.clock.advance(by: .seconds(10))
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
        let deliveries = outcomes(of: 1, in: bench)
        #expect(deliveries.map(\.status) == [.failed, .failed, .delivered])
        #expect(deliveries.map(\.attemptCount) == [1, 2, 3])
        #expect(deliveries.last?.latencyMilliseconds == 12_000)
        #expect(bench.violations.isEmpty)
    }

    @Test func anEventIsDroppedWhenItsAttemptsAreSpent() {
        let bench = Bench()
        bench.add(1...1, to: ["a"])
        let retry = RetrySchedule(attemptLimit: 3, backoff: .list([.zero]))
        let client = StubClient { _, _ in .failure(HTTPFailure(.connect, "refused")) }
        let engine = bench.engine([StubDestination("a", retry: retry)], client)
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
        let deliveries = outcomes(of: 1, in: bench)
        #expect(deliveries.map(\.status) == [.failed, .failed, .dropped])
        #expect(deliveries.last?.dropReason == .exhausted)
        #expect(deliveries.last?.lastError == "connect: refused")
        #expect(bench.outcomes.map { $0.attempt?.number } == [1, 2, 3])
    }

    @Test func retryAfterIsHonoured() {
        let bench = Bench()
        bench.add(1...1, to: ["a"])
        let client = StubClient { _, number in
            number == 0 ? .status(429, [HTTPHeader("Retry-After", "120")]) : .ok
        }
        let engine = bench.engine([StubDestination("a")], client)
        #expect(bench.store.state.wait { $0.outcomes.count == 1 })
        #expect(bench.outcomes.first?.delivery.nextAttemptAt == bench.clock.now + .seconds(120))
        bench.clock.advance(by: .seconds(120))
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
    }

    @Test func clockJumpsLoseNothing() {
        let bench = Bench()
        bench.add(1...50, to: ["a"])
        let client = StubClient { _, number in number < 50 ? .status(500) : .ok }
        let engine = bench.engine([StubDestination("a")], client)
        #expect(bench.store.state.wait { $0.outcomes.count == 50 })
        bench.clock.advance(by: .seconds(-86_400))
        bench.add(51...60, to: ["a"])
        engine.notifyCommitted(destination: "a")
        #expect(bench.waitUntilSettled(10))
        bench.clock.advance(by: .seconds(86_400 * 2))
        #expect(bench.waitUntilSettled(60))
        engine.stop(grace: .seconds(1))
        #expect(bench.violations.isEmpty)
    }

    @Test func aRemovedEventIsDropped() {
        let bench = Bench()
        bench.add(1...1, to: ["a"])
        bench.store.state.withLock { $0.events = [:] }
        let client = StubClient()
        let engine = bench.engine([StubDestination("a")], client)
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
        #expect(outcomes(of: 1, in: bench).last?.dropReason == .erased)
        #expect(client.bodies.isEmpty)
    }

    @Test func whatADestinationRefusesIsDroppedWithItsReason() {
        let bench = Bench()
        bench.add(1...1, to: ["old", "broken"])
        bench.store.add(2, to: ["old"], at: bench.clock.now, canonical: "not JSON")
        var old = StubDestination("old")
        old.preparation = { _ in .drop(.tooOld, "older than 7 days") }
        var broken = StubDestination("broken")
        broken.preparation = { _ in .renderFailed(RenderFailure("not JSON", body: [1])) }
        let client = StubClient()
        let engine = bench.engine([old, broken], client)
        #expect(bench.waitUntilSettled(3))
        engine.stop(grace: .seconds(1))
        let reasons = bench.outcomes.map { "\($0.delivery.destination) \($0.delivery.dropReason?.rawValue ?? "")" }
        #expect(reasons.sorted() == ["broken render_failed", "old render_failed", "old too_old"])
        #expect(client.bodies.isEmpty)
    }

    @Test(arguments: ["due", "event", "record"])
    func aStoreThatFailsForAWhileLosesNothing(_ call: String) {
        let bench = Bench()
        bench.add(1...40, to: ["a", "b"])
        let error = StoreError(.io, "disk on fire")
        bench.store.state.withLock { $0.errors[call] = [error, error, error] }
        let engine = bench.engine([StubDestination("a"), StubDestination("b")], StubClient())
        #expect(bench.waitUntilSettled(80))
        engine.stop(grace: .seconds(1))
        #expect(bench.outcomes.count == 80)
        #expect(bench.violations.isEmpty)
        #expect(bench.sink.lines.count == 3)
        #expect(bench.sink.lines.allSatisfy { $0.contains("disk on fire") })
    }

    @Test func aRecordThatCannotBeReadIsDroppedAlone() {
        let bench = Bench()
        bench.add(1...2, to: ["a"])
        bench.store.state.withLock { $0.errors["event"] = [StoreError(.corrupt, "bad checksum")] }
        let engine = bench.engine([StubDestination("a")], StubClient())
        #expect(bench.waitUntilSettled(2))
        engine.stop(grace: .seconds(1))
        #expect(Set(bench.outcomes.map(\.delivery.status)) == [.dropped, .delivered])
    }

    @Test func outcomesAreRecordedTogether() {
        let bench = Bench()
        bench.add(1...500, to: ["a"])
        let client = StubClient()
        let engine = bench.engine([StubDestination("a")], client) {
            $0.outcomeDelay = .seconds(60)
            $0.outcomeBatchLimit = 100
        }
        #expect(client.state.wait { $0.requests.count == 500 })
        // What fills no batch is recorded at the end.
        engine.stop(grace: .seconds(20))
        let sizes = bench.store.state.withLock { $0.batchSizes }
        #expect(sizes.reduce(0, +) == 500)
        #expect(sizes.count <= 5)
    }

    @Test func stoppingWaitsForWhatIsUnderWay() {
        let bench = Bench()
        bench.add(1...10, to: ["a"])
        let client = StubClient { _, number in number < 3 ? nil : .ok }
        let engine = bench.engine([StubDestination("a", concurrencyLimit: 3)], client)
        #expect(client.state.wait { $0.held.count == 3 })
        let stopper = DedicatedThread(name: "stopper") { engine.stop(grace: .seconds(20)) }
        client.release()
        stopper.join()
        // What was under way has ended well; nothing was started behind it.
        let ended = bench.outcomes.filter { $0.delivery.status == .delivered }.count
        #expect(ended >= 3)
        #expect(bench.outcomes.count == client.state.withLock { $0.requests.count })
        #expect(bench.violations.isEmpty)
    }

    @Test func whatOutlastsTheGracePeriodStaysDueAndIsAmbiguous() {
        let bench = Bench()
        bench.add(1...1, to: ["a"])
        let client = StubClient { _, _ in nil }
        let engine = bench.engine([StubDestination("a")], client)
        #expect(client.state.wait { $0.held.count == 1 })
        engine.stop(grace: .milliseconds(1))
        #expect(outcomes(of: 1, in: bench).map(\.isAmbiguous) == [true])
        #expect(outcomes(of: 1, in: bench).map(\.attemptCount) == [0])
        // The next engine sends it again.
        bench.clock.advance(by: .milliseconds(1))
        let next = bench.engine([StubDestination("a")], StubClient())
        #expect(bench.waitUntilSettled(1))
        next.stop(grace: .seconds(1))
        // A late answer harms nobody.
        client.release()
        engine.stop(grace: .zero)
        #expect(bench.violations.isEmpty)
    }

    @Test func aFullClientIsAskedAgain() {
        let bench = Bench()
        bench.add(1...1, to: ["a"])
        let client = StubClient { _, number in number == 0 ? .failure(HTTPFailure(.overloaded, "full")) : .ok }
        let engine = bench.engine([StubDestination("a")], client)
        #expect(bench.store.state.wait { $0.outcomes.count == 1 })
        bench.clock.advance(by: .seconds(1))
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
        #expect(outcomes(of: 1, in: bench).map(\.attemptCount) == [0, 1])
    }

    @Test func eachFailedAttemptIsOneLineWithoutPayload() throws {
        let bench = Bench()
        bench.add(1...2, to: ["a"])
        let client = StubClient { request, _ in
            request.body == Array("e1".utf8) ? .status(400, [], "echo of a payload") : .ok
        }
        let engine = bench.engine([StubDestination("a")], client)
        #expect(bench.waitUntilSettled(2))
        engine.stop(grace: .seconds(1))
        #expect(bench.sink.lines.count == 1)
        let line = try #require(bench.sink.lines.first)
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(fields["message"] == "delivery attempt failed")
        #expect(fields["destination"] == "a")
        #expect(fields["sequence"] == "1")
        #expect(fields["outcome"] == "http_400")
        #expect(fields["reason"] == "rejected")
        #expect(!line.contains("echo") && !line.contains("token") && !line.contains("e1"))
    }

    @Test func successIsLoggedForDebuggingOnly() {
        let bench = Bench()
        bench.add(1...1, to: ["a"])
        let engine = bench.engine([StubDestination("a")], StubClient(), level: .debug)
        #expect(bench.waitUntilSettled(1))
        engine.stop(grace: .seconds(1))
        #expect(bench.sink.lines.count == 1)
    }
}
