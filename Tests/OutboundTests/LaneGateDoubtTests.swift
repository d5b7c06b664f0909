import EventModel
import Platform
import Testing

@testable import Outbound

/// Destinations that seem to refuse credentials, and rates of requests.
@Suite struct LaneGateDoubtTests {
    private let now = Fixture.time
    private let monotonic = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private func gate(requestRate: SendingRate? = nil) -> LaneGate {
        LaneGate(
            DeliveryPolicy(
                retry: RetrySchedule(attemptLimit: 5, backoff: .list([.seconds(60)])), concurrencyLimit: 8,
                requestRate: requestRate),
            startedAt: now)
    }

    private func doubt(
        _ gate: inout LaneGate, _ leniency: AttemptVerdict.Leniency, flight: UInt64, latest: UInt64, at time: Timestamp
    ) -> [LaneGate.Change] {
        gate.note(.doubts(leniency, "403 w", retryAfter: nil), flight: flight, latest: latest, isProbe: false, at: time)
    }

    @Test func oneAnswerIsForgivenAndTheNextIsNot() {
        var gate = gate()
        #expect(!gate.isUsedUp(.once, flight: 1, at: now))
        let changes = doubt(&gate, .once, flight: 1, latest: 3, at: now)
        #expect(changes == [.doubted("403 w", until: now + .seconds(60))])
        #expect(gate.isShut(at: now + .seconds(59)))
        #expect(gate.wait(now + .seconds(60), monotonic) == .zero)
        #expect(gate.concurrencyLimit == 1, "one request finds out")
        #expect(!gate.isUsedUp(.once, flight: 3, at: now), "it was under way already")
        #expect(gate.isUsedUp(.once, flight: 4, at: now + .seconds(60)))
        #expect(gate.stop == nil)
    }

    @Test("another answer, and an operator, begin anew", arguments: [true, false])
    func forgets(_ isAnswer: Bool) {
        var gate = gate()
        _ = doubt(&gate, .once, flight: 1, latest: 1, at: now)
        if isAnswer {
            _ = gate.note(.works, flight: 2, latest: 2, isProbe: false, at: now)
        } else {
            gate.resume()
        }
        #expect(!gate.isUsedUp(.once, flight: 3, at: now))
        #expect(gate.concurrencyLimit == 8)
    }

    @Test func aFaultOfItsOwnTellsNothing() {
        var gate = gate()
        _ = doubt(&gate, .once, flight: 1, latest: 1, at: now)
        _ = gate.note(.fails(retryAfter: nil), flight: 2, latest: 2, isProbe: false, at: now)
        #expect(gate.isUsedUp(.once, flight: 3, at: now))
    }

    @Test func whatIsNewIsAskedAgainUntilItsTimeIsOver() {
        var gate = gate()
        let leniency = AttemptVerdict.Leniency.early(.seconds(100))
        _ = doubt(&gate, leniency, flight: 1, latest: 1, at: now)
        #expect(!gate.isUsedUp(leniency, flight: 2, at: now + .seconds(60)))
        let changes = doubt(&gate, leniency, flight: 2, latest: 2, at: now + .seconds(60))
        #expect(changes == [.doubted("403 w", until: now + .seconds(100))], "no longer than that")
        #expect(gate.isUsedUp(leniency, flight: 3, at: now + .seconds(100)))
    }

    @Test func aRateOfRequestsCountsNoEvents() {
        var gate = gate(requestRate: SendingRate(5, per: .seconds(1)))
        #expect(gate.wait(now, monotonic) == .zero)
        _ = gate.noteStart(eventCount: 500, now, monotonic)
        #expect(gate.wait(now, monotonic) == .milliseconds(200))
        #expect(gate.wait(now, monotonic + .milliseconds(200)) == .zero)
    }
}
