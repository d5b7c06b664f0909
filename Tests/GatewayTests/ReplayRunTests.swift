import EventModel
import Outbound
import Platform
import Storage
import Testing

@testable import Gateway

/// When a replay may put how many dead letters back.
@Suite struct ReplayRunTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    private func run(rate: Int = 10, share: Int = 4, total: Int? = nil) -> ReplayRun {
        ReplayRun("hook", ReplayRun.Limits(rate: SendingRate(rate, per: .seconds(1)), share: share), total: total)
    }

    private func letters(_ numbers: ClosedRange<UInt64>) -> [Delivery] {
        numbers.map {
            Delivery(
                account: AccountNumber(1), sequence: EventSequence($0), destination: "hook",
                queuedAt: Timestamp(seconds: 0))
        }
    }

    private func outcome(_ letter: Delivery, _ status: DeliveryStatus) -> Delivery {
        var letter = letter
        letter.status = status
        return letter
    }

    private func cursor() throws -> DeadLetterCursor {
        // destination 1, time, account 1, sequence 1
        try #require(DeadLetterCursor("00018000000000000000000000010000000000000001"))
    }

    @Test func itKeepsItsRateWhateverHappens() throws {
        var run = run(rate: 10, share: 1000)
        var putBack = 0
        for millisecond in 0..<60_000 where millisecond % 50 == 0 {
            let now = Self.start + .milliseconds(millisecond)
            let room = run.room(at: now)
            guard room > 0 else { continue }
            let page = letters(UInt64(putBack + 1)...UInt64(putBack + room))
            run.note(page, unsendable: 0, next: try cursor(), at: now)
            run.note(outcomes: page.map { outcome($0, .delivered) })
            putBack += room
        }
        #expect((595...605).contains(putBack))
        #expect(run.counts.delivered == putBack)
    }

    @Test func itLeavesTheLaneToLiveTraffic() throws {
        var run = run(rate: 1000, share: 4)
        #expect(run.room(at: Self.start) == 4)
        let page = letters(1...4)
        run.note(page, unsendable: 0, next: try cursor(), at: Self.start)
        let later = Self.start + .seconds(100)
        #expect(run.room(at: later) == 0, "none of them had its attempt")
        run.note(outcomes: [
            page[0], outcome(page[1], .failed), outcome(page[2], .delivered), outcome(page[3], .dropped),
        ])
        #expect(run.waiting == [page[0]])
        #expect(run.room(at: later) == 3)
        #expect(run.counts == ReplayCounts(putBack: 4, delivered: 1, failed: 1, dropped: 1))
    }

    @Test func itIsDoneWhenNothingIsLeftAndNothingWaits() throws {
        var run = run(total: 3)
        #expect(!run.isDone)
        let page = letters(1...2)
        run.note(page, unsendable: 1, next: nil, at: Self.start)
        #expect(!run.isDone)
        #expect(run.room(at: Self.start + .seconds(9)) == 0)
        run.note(outcomes: [outcome(page[0], .delivered), nil])
        #expect(run.isDone)
        #expect(run.counts == ReplayCounts(putBack: 2, delivered: 1, dropped: 1, unsendable: 1))
    }

    @Test func whatIsEndedPutsNothingMoreBack() throws {
        var run = run()
        run.note(letters(1...1), unsendable: 0, next: try cursor(), at: Self.start)
        run.end()
        #expect(run.room(at: Self.start + .seconds(9)) == 0)
        #expect(!run.isDone, "one waits")
    }

    @Test func aPageMayBeEmptyThoughMoreFollow() throws {
        var run = run()
        run.note([], unsendable: 0, next: try cursor(), at: Self.start)
        #expect(run.room(at: Self.start) > 0)
        #expect(!run.isDone)
    }
}
