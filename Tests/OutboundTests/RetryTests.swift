import EventModel
import Outbound
import Platform
import Testing

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            ("500ms", 500), ("2s", 2000), ("10m", 600_000), ("1h", 3_600_000), ("7d", 604_800_000), ("2m30s", 150_000),
            ("1h1m1s1ms", 3_661_001), ("0s", 0), ("3650d", 315_360_000_000),
        ] as [(String, Int64)])
    func reads(_ text: String, milliseconds: Int64) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(
        arguments: [
            "", "2", "s", "2 s", "-2s", "+2s", "2.5s", "2S", "2sec", "30s2m", "2s2s", "3651d", "9999999999999s",
            "999999999999d",
            "2s ", "٢s", "3650d1ms",
        ])
    func refuses(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}

@Suite struct RetryAfterTests {
    private static let now = Timestamp(CivilTime(year: 2026, month: 4, day: 23, hour: 14, minute: 12, second: 33))
    private static let date = Timestamp(CivilTime(year: 1994, month: 11, day: 6, hour: 8, minute: 49, second: 37))

    @Test(
        arguments: [
            ("0", .delay(.zero)), ("120", .delay(.seconds(120))), ("9999999999", .delay(.seconds(9_999_999_999))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .date(date)), ("Sunday, 06-Nov-94 08:49:37 GMT", .date(date)),
            ("Sun Nov  6 08:49:37 1994", .date(date)),
            (
                "Monday, 01-Jan-76 00:00:00 GMT",
                .date(Timestamp(CivilTime(year: 2076, month: 1, day: 1)))
            ),
        ] as [(String, RetryAfter)])
    func reads(_ text: String, expected: RetryAfter) {
        #expect(RetryAfter(text, now: Self.now) == expected)
    }

    @Test(
        arguments: [
            "", "soon", "-1", "+1", "1.5", "1e3", "5-", "10000000000", "12, 13", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 94 08:49 GMT",
            "2026-04-23T14:12:33Z", "Sun, 06 Nov 1994", "Sun Nov 6 08:49:37 94 GMT x",
        ])
    func ignoresGarbage(_ text: String) {
        #expect(RetryAfter(text, now: Self.now) == nil)
    }
}

@Suite struct RetryScheduleTests {
    @Test func aListRepeatsItsLastWait() {
        let schedule = RetrySchedule(attemptLimit: 5, backoff: .list([.seconds(2), .seconds(10)]))
        #expect(
            (1...4).map { schedule.delay(afterAttempts: $0, spread: 0) }
                == [.seconds(2), .seconds(10), .seconds(10), .seconds(10)])
    }

    @Test func anEmptyListWaitsForNothing() {
        #expect(RetrySchedule(attemptLimit: 2, backoff: .list([])).delay(afterAttempts: 1, spread: 0) == .zero)
    }

    @Test func platformsWaitFourTimesAsLongEachTime() {
        // Half way through the spread the jitter is nothing.
        let delays = (1...4).map { RetrySchedule.platformDefault.delay(afterAttempts: $0, spread: 1 << 31) }
        #expect(delays == [.seconds(150), .seconds(600), .seconds(2400), .seconds(9600)])
    }

    @Test(arguments: [0, 1 << 30, UInt32.max] as [UInt32])
    func jitterStaysWithinItsShare(_ spread: UInt32) {
        let delay = RetrySchedule.platformDefault.delay(afterAttempts: 1, spread: spread)
        #expect(delay >= .seconds(135) && delay <= .seconds(165))
    }

    @Test func exponentialWaitsHaveALimit() {
        let schedule = RetrySchedule(
            attemptLimit: 200, backoff: .exponential(base: .seconds(1), factor: 1000, jitter: 0))
        #expect(schedule.delay(afterAttempts: 150, spread: 0) == .seconds(86_400))
    }
}

@Suite struct DeliveryDecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var verdict: AttemptVerdict
        var attempt = 1
        var age = Duration.zero
        var expected: DeliveryDecision
        var testDescription: String { name }
    }

    private static let now = Fixture.time
    private static let day = Duration.seconds(86_400)

    static let cases = [
        Case(name: "accepted", verdict: .accepted, expected: .delivered),
        Case(name: "accepted late", verdict: .accepted, attempt: 9, age: day + day, expected: .delivered),
        Case(name: "rejected", verdict: .rejected, expected: .dropped(.rejected)),
        Case(name: "first failure", verdict: .transient(retryAfter: nil), expected: .retry(at: now + .seconds(2))),
        Case(
            name: "second failure", verdict: .transient(retryAfter: nil), attempt: 2,
            expected: .retry(at: now + .seconds(10))),
        Case(name: "last attempt", verdict: .transient(retryAfter: nil), attempt: 5, expected: .dropped(.exhausted)),
        Case(
            name: "beyond the limit", verdict: .transient(retryAfter: nil), attempt: 6, expected: .dropped(.exhausted)),
        Case(
            name: "the deadline itself", verdict: .transient(retryAfter: nil), age: day - .seconds(2),
            expected: .retry(at: now + .seconds(2))),
        Case(
            name: "behind the deadline", verdict: .transient(retryAfter: nil), age: day - .seconds(1),
            expected: .dropped(.exhausted)),
        Case(
            name: "asked to wait longer", verdict: .transient(retryAfter: .delay(.seconds(60))),
            expected: .retry(at: now + .seconds(60))),
        Case(
            name: "asked to wait shorter", verdict: .transient(retryAfter: .delay(.zero)),
            expected: .retry(at: now + .seconds(2))),
        Case(
            name: "asked for a date", verdict: .transient(retryAfter: .date(now + .seconds(30))),
            expected: .retry(at: now + .seconds(30))),
        Case(
            name: "asked for a date in the past", verdict: .transient(retryAfter: .date(now - .seconds(30))),
            expected: .retry(at: now + .seconds(2))),
        Case(
            name: "asked to wait beyond the deadline", verdict: .transient(retryAfter: .delay(.seconds(9_999_999))),
            age: .seconds(100), expected: .retry(at: now + day - .seconds(100))),
        Case(
            name: "asked to wait at the last attempt", verdict: .transient(retryAfter: .delay(.seconds(60))),
            attempt: 5,
            expected: .dropped(.exhausted)),
    ]

    @Test(arguments: cases)
    func decides(_ c: Case) {
        let decision = DeliveryDecision(
            c.verdict, schedule: .customDefault, attemptCount: c.attempt, queuedAt: Self.now - c.age, now: Self.now,
            spread: 7)
        #expect(decision == c.expected)
    }

    @Test func onlySuccessIsAccepted() {
        for status in 100...599 {
            let expected: AttemptVerdict =
                switch status {
                case 200...299: .accepted
                case 408, 425, 429, 500...599: .transient(retryAfter: .delay(.seconds(1)))
                case 410: .gone
                default: .rejected
                }
            #expect(AttemptVerdict(statusCode: status, retryAfter: .delay(.seconds(1))) == expected, "\(status)")
        }
    }

    @Test(arguments: HTTPFailure.Kind.allCases)
    func failuresOfTheRequestItselfAreNotRepeated(_ kind: HTTPFailure.Kind) {
        let isRejected = [.invalidRequest, .tooLarge, .addressRefused].contains(kind)
        #expect(AttemptVerdict(HTTPFailure(kind, "")) == (isRejected ? .rejected : .transient(retryAfter: nil)))
    }
}
