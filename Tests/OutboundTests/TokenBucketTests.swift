import Platform
import Testing

@testable import Outbound

@Suite struct TokenBucketTests {
    /// Sends whenever a token is there, looking every `step`, for `seconds`; returns how many were sent in each second.
    private func run(
        _ rate: SendingRate, seconds: Int, step: Duration, _ isAwake: (Int) -> Bool = { _ in true }
    ) -> [Int] {
        var bucket = TokenBucket(rate)
        let start = MonotonicTime(nanoseconds: 7_000_000_000_000)
        var sent = Array(repeating: 0, count: seconds)
        var now = start
        while now - start < .seconds(seconds) {
            let second = Int((now - start).components.seconds)
            if isAwake(second) {
                while bucket.nextTokenAt <= now {
                    bucket.take(1, at: now)
                    sent[second] += 1
                }
            }
            now = now + step
        }
        return sent
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var rate: SendingRate
        var step: Duration
        var testDescription: String { "\(rate.count) in \(rate.period), looked at every \(step)" }
    }

    @Test(
        "a rate holds over a minute within 5 %",
        arguments: [
            Case(rate: SendingRate(2, per: .seconds(1)), step: .milliseconds(1)),
            Case(rate: SendingRate(25, per: .seconds(1)), step: .milliseconds(1)),
            Case(rate: SendingRate(25, per: .seconds(1)), step: .milliseconds(37)),
            Case(rate: SendingRate(100, per: .seconds(1)), step: .milliseconds(3)),
            Case(rate: SendingRate(3000, per: .seconds(1)), step: .milliseconds(2)),
            Case(rate: SendingRate(90, per: .seconds(60)), step: .milliseconds(10)),
        ])
    func holds(_ c: Case) {
        let sent = run(c.rate, seconds: 180, step: c.step)
        let expected = Double(c.rate.count) * 60 / Double(c.rate.period.components.seconds)
        for start in stride(from: 0, through: 120, by: 7) {
            let count = Double(sent[start..<start + 60].reduce(0, +))
            #expect(abs(count - expected) <= max(1, expected * 0.05), "\(count) from second \(start) on")
        }
    }

    @Test func whatWasNotSentIsNotMadeUpForBeyondTheBurst() {
        let sent = run(SendingRate(100, per: .seconds(1)), seconds: 60, step: .milliseconds(1)) { $0 < 10 || $0 >= 40 }
        #expect(sent[10..<40].reduce(0, +) == 0)
        #expect((100...120).contains(sent[40]), "a fifth of a second's tokens at once, then the rate")
        #expect((99...101).contains(sent[41]))
    }

    @Test func anEvenPaceOfFewIsNotBunched() {
        var bucket = TokenBucket(SendingRate(6, per: .seconds(60)))
        let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
        bucket.take(1, at: start)
        #expect(bucket.nextTokenAt - start == .seconds(10))
    }

    @Test func aBatchPaysForEachOfItsEvents() {
        var bucket = TokenBucket(SendingRate(10, per: .seconds(1)))
        let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
        bucket.take(50, at: start)
        #expect((.seconds(4.8) ... .seconds(5)).contains(bucket.nextTokenAt - start))
    }
}
