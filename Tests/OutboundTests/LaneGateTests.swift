import EventModel
import Platform
import Testing

@testable import Outbound

@Suite struct LaneGateTests {
    private let now = Fixture.time
    private let monotonic = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private func gate(isEnabled: Bool = true, deadline: Duration = .seconds(3600)) -> LaneGate {
        LaneGate(
            DeliveryPolicy(
                retry: RetrySchedule(attemptLimit: 5, backoff: .list([.zero]), deadline: deadline), concurrencyLimit: 8,
                rate: SendingRate(1000, per: .seconds(1)),
                breaker: BreakerPolicy(failureLimit: 2, cooldown: .seconds(30)), isEnabled: isEnabled),
            startedAt: now)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var result: HTTPResult
        var signal: LaneGate.Signal
        var testDescription: String { "\(result)" }
    }

    @Test(
        "what a result says about the destination",
        arguments: [
            Case(result: .ok, signal: .works), Case(result: .status(404), signal: .works),
            Case(result: .status(408), signal: .works), Case(result: .status(500), signal: .fails(retryAfter: nil)),
            Case(result: .status(429), signal: .refuses(retryAfter: nil)),
            Case(
                result: .status(429, [HTTPHeader("Retry-After", "7")]), signal: .refuses(retryAfter: .seconds(7))),
            Case(
                result: .status(429, [HTTPHeader("retry-after", "soon \u{1F600}")]), signal: .refuses(retryAfter: nil)),
            Case(result: .status(503, [HTTPHeader("Retry-After", "7")]), signal: .fails(retryAfter: .seconds(7))),
            Case(result: .status(410), signal: .gone),
            Case(result: .failure(HTTPFailure(.connect, "")), signal: .fails(retryAfter: nil)),
            Case(result: .failure(HTTPFailure(.timeoutAfterSend, "")), signal: .fails(retryAfter: nil)),
            Case(result: .failure(HTTPFailure(.overloaded, "")), signal: .silent),
            Case(result: .failure(HTTPFailure(.cancelled, "")), signal: .silent),
        ])
    func signals(_ c: Case) {
        let verdicts: [AttemptVerdict] =
            switch c.result {
            case .response(let response): [AttemptVerdict(statusCode: response.statusCode)]
            case .failure(let failure): [AttemptVerdict(failure)]
            }
        #expect(LaneGate.Signal(c.result, verdicts, at: now) == c.signal)
    }

    struct VerdictCase: Sendable {
        var status: Int
        var headers: [HTTPHeader] = []
        var verdicts: [AttemptVerdict]
        var signal: LaneGate.Signal
    }

    @Test(
        "what a destination's own verdicts say about it",
        arguments: [
            VerdictCase(
                status: 400, verdicts: [.throttled(retryAfter: nil), .rejected], signal: .refuses(retryAfter: nil)),
            VerdictCase(
                status: 200, headers: [HTTPHeader("Retry-After", "9")],
                verdicts: [.throttled(retryAfter: .delay(.seconds(7))), .throttled(retryAfter: nil)],
                signal: .refuses(retryAfter: .seconds(9))),
            VerdictCase(
                status: 500, verdicts: [.throttled(retryAfter: .delay(.seconds(60)))],
                signal: .refuses(retryAfter: .seconds(60))),
            VerdictCase(status: 401, verdicts: [.refused, .refused], signal: .refused("words")),
            VerdictCase(status: 401, verdicts: [.unauthorized], signal: .works),
            VerdictCase(
                status: 403, headers: [HTTPHeader("Retry-After", "9")], verdicts: [.doubtful(.once), .doubtful(.once)],
                signal: .doubts(.once, "words", retryAfter: .seconds(9))),
            VerdictCase(status: 403, verdicts: [.doubtful(.once), .refused], signal: .refused("words")),
            VerdictCase(status: 400, verdicts: [.apart, .apart], signal: .works),
            VerdictCase(status: 500, verdicts: [.rejected], signal: .works),
            VerdictCase(
                status: 200, verdicts: [.transient(retryAfter: nil), .transient(retryAfter: nil)],
                signal: .fails(retryAfter: nil)),
            VerdictCase(status: 200, verdicts: [.transient(retryAfter: nil), .accepted], signal: .works),
        ])
    func verdictSignals(_ c: VerdictCase) {
        #expect(
            LaneGate.Signal(.status(c.status, c.headers), c.verdicts, words: "words", at: now) == c.signal)
    }

    @Test func aRefusalLastsUntilAnOperatorResumesOrTheProcessStartsAnew() {
        var gate = gate()
        let first = gate.note(.refused("401 no"), flight: 1, latest: 1, isProbe: false, at: now)
        let second = gate.note(.refused("401 never"), flight: 2, latest: 2, isProbe: false, at: now)
        #expect(first == [.refused("401 no")])
        #expect(second.isEmpty)
        #expect(gate.refusal == "401 no")
        #expect(gate.wait(now + .seconds(1 << 30), monotonic) == nil)
        #expect(gate.state(at: now).stop == .refused)
        var next = self.gate()
        next.restore(gate.state(at: now), now: now)
        #expect(next.wait(now, monotonic) == .zero)
        #expect(next.state(at: now).isEmpty)
        gate.resume()
        #expect(gate.refusal == nil)
        #expect(gate.wait(now, monotonic) == .zero)
    }

    @Test func retryAfterStopsTheWholeDestinationUpToTheDeadline() {
        var gate = gate()
        let changes = gate.note(.refuses(retryAfter: .seconds(120)), flight: 1, latest: 1, isProbe: false, at: now)
        #expect(changes == [.paused(until: now + .seconds(120))])
        #expect(gate.wait(now, monotonic) == .seconds(120))
        #expect(gate.isShut(at: now + .seconds(119)))
        #expect(!gate.isShut(at: now + .seconds(120)))
        let more = gate.note(.refuses(retryAfter: .seconds(120)), flight: 2, latest: 2, isProbe: false, at: now)
        #expect(more.isEmpty, "the same again is no news")
        _ = gate.note(.refuses(retryAfter: .seconds(1 << 30)), flight: 3, latest: 3, isProbe: false, at: now)
        #expect(gate.wait(now, monotonic) == .seconds(3600))
    }

    @Test func goneUntilAnOperatorResumes() {
        var gate = gate()
        let first = gate.note(.gone, flight: 1, latest: 1, isProbe: false, at: now)
        let second = gate.note(.gone, flight: 2, latest: 2, isProbe: false, at: now)
        #expect(first == [.gone])
        #expect(second.isEmpty)
        #expect(gate.wait(now + .seconds(1 << 30), monotonic) == nil)
        #expect(gate.stoppedAt == now)
        gate.resume()
        #expect(gate.wait(now, monotonic) == .zero)
    }

    @Test func theConfigurationWinsOverOperators() {
        var gate = gate(isEnabled: false)
        gate.hold(at: now)
        gate.resume()
        #expect(gate.stop == .disabled)
        #expect(gate.state(at: now).isEmpty)
    }

    @Test("what stops a destination outlives the process", arguments: ["gone", "held", "open", "probing", "paused"])
    func restores(_ name: String) {
        var gate = gate()
        switch name {
        case "gone": _ = gate.note(.gone, flight: 1, latest: 1, isProbe: false, at: now)
        case "held": gate.hold(at: now)
        case "paused":
            _ = gate.note(.refuses(retryAfter: .seconds(50)), flight: 1, latest: 1, isProbe: false, at: now)
        default:
            for _ in 0..<2 {
                _ = gate.note(.fails(retryAfter: nil), flight: 1, latest: 1, isProbe: false, at: now)
            }
            if name == "probing" { _ = gate.noteStart(eventCount: 1, now + .seconds(30), monotonic) }
        }
        #expect(!gate.state(at: now).isEmpty)
        var next = self.gate()
        next.restore(gate.state(at: now), now: now)
        if name == "probing" {
            #expect(next.wait(now, monotonic) == .zero, "the probe is made again")
            #expect(next.isProbing)
        } else {
            #expect(next.wait(now, monotonic) == gate.wait(now, monotonic))
            #expect(next.isShut(at: now))
        }
        #expect(next.stop == gate.stop)
    }
}
