import Platform
import Testing

@testable import Outbound

@Suite struct SendingPaceTests {
    private let start = Fixture.time

    @Test func aRefusalHalvesAndAnswersGiveBack() {
        var pace = SendingPace(limit: 16)
        pace.noteRefusal(flight: 1, latest: 16, at: start)
        #expect(pace.limit == 8)
        // A whole round of answers makes room for one more.
        for _ in 0..<8 { pace.noteAnswer() }
        #expect(pace.limit == 9)
        for _ in 0..<1000 { pace.noteAnswer() }
        #expect(pace.limit == 16)
    }

    @Test func refusalsOfWhatWasUnderWayTogetherAreOneSign() {
        var pace = SendingPace(limit: 16)
        for flight in 1...16 { pace.noteRefusal(flight: UInt64(flight), latest: 16, at: start) }
        #expect(pace.limit == 8)
        pace.noteRefusal(flight: 17, latest: 20, at: start)
        #expect(pace.limit == 4)
    }

    @Test func oneAtATimeSlowsDownFurther() {
        var pace = SendingPace(limit: 1)
        pace.noteStart(at: start)
        pace.noteRefusal(flight: 1, latest: 1, at: start)
        #expect(pace.opening(at: start) == start + SendingPace.spacingMin)
        pace.noteRefusal(flight: 2, latest: 2, at: start + .milliseconds(299))
        #expect(pace.spacing == SendingPace.spacingMin, "another sign of the same")
        for flight in 3...40 {
            pace.noteRefusal(flight: UInt64(flight), latest: UInt64(flight), at: start + .seconds(flight))
        }
        #expect(pace.spacing == SendingPace.spacingMax)
        for _ in 0..<100 { pace.noteAnswer() }
        #expect(pace.spacing == .zero)
        #expect(pace.limit == 1)
    }

    @Test func aPauseIsNeverMadeShorter() {
        var pace = SendingPace(limit: 4)
        pace.pause(until: start + .seconds(60))
        pace.pause(until: start + .seconds(5))
        #expect(pace.opening(at: start) == start + .seconds(60))
        #expect(pace.isPaused(at: start + .seconds(59)))
        #expect(!pace.isPaused(at: start + .seconds(60)))
    }

    @Test("a receiver with a limit gets about as much as it takes", arguments: [5, 40, 400])
    func settlesNearWhatTheReceiverTakes(_ perSecond: Int) {
        // Requests take 10 ms; the receiver takes so many in each second and refuses the rest.
        var pace = SendingPace(limit: 16)
        var (accepted, refused, flight) = (0, 0, UInt64(0))
        var taken: [Int64: Int] = [:]
        var ends: [(at: Timestamp, flight: UInt64, isRefused: Bool)] = []
        for millisecond in 0..<60_000 {
            let now = start + .milliseconds(millisecond)
            for end in ends where end.at <= now {
                if end.isRefused {
                    pace.noteRefusal(flight: end.flight, latest: flight, at: now)
                } else {
                    pace.noteAnswer()
                }
            }
            ends.removeAll { $0.at <= now }
            while ends.count < pace.limit, pace.opening(at: now) <= now {
                flight += 1
                pace.noteStart(at: now)
                let count = taken[now.seconds, default: 0]
                taken[now.seconds] = count + 1
                let isRefused = count >= perSecond
                if isRefused { refused += 1 } else { accepted += 1 }
                ends.append((now + .milliseconds(10), flight, isRefused))
            }
        }
        #expect(accepted > perSecond * 60 * 6 / 10, "\(accepted) of \(perSecond * 60) were sent")
        #expect(refused < accepted, "\(refused) refusals for \(accepted)")
    }
}
