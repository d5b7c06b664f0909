import Platform
import Testing

@testable import Outbound

@Suite struct CircuitBreakerTests {
    /// A breaker behind a reference, as expectations take no mutating calls.
    private final class Breaker {
        private var breaker: CircuitBreaker
        init(_ policy: BreakerPolicy) { breaker = CircuitBreaker(policy) }

        var isClosed: Bool { breaker.isClosed }
        func opening(at now: Timestamp) -> Timestamp? { breaker.opening(at: now) }
        func start() -> Bool { breaker.start() }
        func note(isSuccess: Bool, isProbe: Bool, at now: Timestamp) -> CircuitBreaker.Change? {
            breaker.note(isSuccess: isSuccess, isProbe: isProbe, at: now)
        }
        func abandonProbe(at now: Timestamp) { breaker.abandonProbe(at: now) }
        func restore(openUntil until: Timestamp, cooldown: Duration, now: Timestamp) {
            breaker.restore(openUntil: until, cooldown: cooldown, now: now)
        }
    }

    private let start = Fixture.time
    private let policy = BreakerPolicy(failureLimit: 3, cooldown: .seconds(10), cooldownLimit: .seconds(30))

    /// A breaker that failures have opened at the start.
    private func opened() -> Breaker {
        let breaker = Breaker(policy)
        for _ in 0..<3 { _ = breaker.note(isSuccess: false, isProbe: false, at: start) }
        return breaker
    }

    @Test func opensAfterFailuresInARow() {
        let breaker = Breaker(policy)
        #expect(breaker.note(isSuccess: false, isProbe: false, at: start) == nil)
        #expect(breaker.note(isSuccess: false, isProbe: false, at: start) == nil)
        #expect(breaker.note(isSuccess: true, isProbe: false, at: start) == nil)
        #expect(breaker.note(isSuccess: false, isProbe: false, at: start) == nil)
        #expect(breaker.note(isSuccess: false, isProbe: false, at: start) == nil)
        #expect(breaker.opening(at: start) == start)
        let change = breaker.note(isSuccess: false, isProbe: false, at: start)
        #expect(change == .opened(until: start + .seconds(10)))
        #expect(breaker.opening(at: start) == start + .seconds(10))
    }

    @Test func oneProbeDecides() {
        let breaker = opened()
        let later = start + .seconds(10)
        #expect(breaker.start(), "the first delivery after the cooldown is the probe")
        #expect(breaker.opening(at: later) == nil, "nothing else starts beside it")
        #expect(breaker.note(isSuccess: true, isProbe: true, at: later) == .closed)
        #expect(breaker.isClosed)
        #expect(!breaker.start())
    }

    @Test func eachFailedProbeDoublesTheWaitUpToALimit() {
        let breaker = opened()
        var now = start
        for seconds in [20, 30, 30] {
            now = now + .seconds(60)
            #expect(breaker.start())
            #expect(
                breaker.note(isSuccess: false, isProbe: true, at: now) == .opened(until: now + .seconds(seconds)))
        }
        // Once closed, the next time begins with the first wait again.
        _ = breaker.start()
        _ = breaker.note(isSuccess: true, isProbe: true, at: now)
        for _ in 0..<3 { _ = breaker.note(isSuccess: false, isProbe: false, at: now) }
        #expect(breaker.opening(at: now) == now + .seconds(10))
    }

    @Test func whatBeganBeforeItOpenedDecidesNothing() {
        let breaker = opened()
        #expect(breaker.note(isSuccess: true, isProbe: false, at: start) == nil)
        #expect(breaker.note(isSuccess: false, isProbe: false, at: start) == nil)
        #expect(breaker.opening(at: start) == start + .seconds(10))
        _ = breaker.start()
        #expect(breaker.note(isSuccess: false, isProbe: false, at: start) == nil)
        #expect(breaker.opening(at: start) == nil)
    }

    @Test func aProbeThatTellsNothingIsMadeAgain() {
        let breaker = opened()
        _ = breaker.start()
        breaker.abandonProbe(at: start + .seconds(11))
        #expect(breaker.opening(at: start + .seconds(11)) == start + .seconds(11))
        #expect(breaker.start())
    }

    @Test func aClockThatWasSetBackKeepsNobodyWaitingForDays() {
        let breaker = Breaker(policy)
        breaker.restore(openUntil: start + .seconds(86_400), cooldown: .seconds(20), now: start)
        #expect(breaker.opening(at: start) == start + .seconds(20))
    }
}
