import EventModel
import Platform
import TestSupport
import Testing

@testable import Outbound

@Suite struct DestinationLaneTests {
    private static let start = MonotonicTime.now

    /// A lane behind a reference, as expectations take no mutating calls.
    private final class Lane {
        var lane: DestinationLane
        init(_ lane: DestinationLane) { self.lane = lane }

        var openCount: Int { lane.openCount }
        var nextDueAt: Timestamp? { lane.nextDueAt }
        func nextPull(now: Timestamp = Fixture.time, after time: Duration = .zero) -> DestinationLane.Pull? {
            lane.nextPull(Self.time(now, after: time))
        }
        @discardableResult func take(_ page: [DueDelivery], of pull: DestinationLane.Pull) -> Bool {
            lane.take(page, of: pull)
        }
        static func time(_ now: Timestamp = Fixture.time, after time: Duration = .zero) -> EngineTime {
            EngineTime(wall: now, due: now, monotonic: DestinationLaneTests.start + time)
        }
        func startNext() -> DueDelivery? {
            guard let due = lane.startNext(Self.time()) else { return nil }
            _ = lane.noteStart(Self.time())
            return due
        }
        func finish() { lane.finish() }
        func settle(_ outcome: DeliveryOutcome) { lane.settle(outcome) }
        func release(_ due: DueDelivery) { lane.release(due) }
        func noteCommit() { lane.noteCommit() }
    }

    private func lane(window: Int = 4, concurrency: Int = 2) -> Lane {
        Lane(
            DestinationLane(
                destination: StubDestination("d", concurrencyLimit: concurrency), windowLimit: window,
                restartInterval: .seconds(1), startedAt: Fixture.time))
    }

    private func due(_ sequence: UInt64, at offset: Int64 = 0) -> DueDelivery {
        let time = Fixture.time + .milliseconds(offset)
        return DueDelivery(
            dueAt: time,
            delivery: Delivery(
                account: AccountNumber(1), sequence: EventSequence(sequence), destination: "d", queuedAt: time))
    }

    private func outcome(of due: DueDelivery, nextAttemptAt time: Timestamp? = nil) -> DeliveryOutcome {
        var delivery = due.delivery
        delivery.nextAttemptAt = time
        return DeliveryOutcome(due: due, delivery: delivery, attempt: nil)
    }

    @Test func pullsAtFirstFromTheEarliestOn() throws {
        let lane = lane()
        let pull = try #require(lane.nextPull())
        #expect(pull.previous == nil)
        #expect(pull.limit == 4)
    }

    @Test func startsInOrderUpToItsLimit() throws {
        let lane = lane()
        let pull = try #require(lane.nextPull())
        #expect(!lane.take([due(1), due(2), due(3)], of: pull))
        #expect(lane.startNext() == due(1))
        #expect(lane.startNext() == due(2))
        #expect(lane.startNext() == nil)
        lane.finish()
        #expect(lane.startNext() == due(3))
    }

    @Test func aBacklogIsPagedThrough() throws {
        let lane = lane(concurrency: 100)
        let first = try #require(lane.nextPull())
        #expect(lane.take((1...4).map { due($0) }, of: first))
        #expect(lane.nextPull() == nil, "the window is full")
        while lane.startNext() != nil {}
        let second = try #require(lane.nextPull())
        #expect(second.previous == due(4))
        #expect(second.limit == 4)
    }

    @Test func aBacklogIsReadFromItsBeginningNowAndThen() throws {
        let lane = lane(concurrency: 100)
        let first = try #require(lane.nextPull())
        lane.take((1...4).map { due($0) }, of: first)
        while lane.startNext() != nil {}
        let second = try #require(lane.nextPull(after: .seconds(1)))
        #expect(second.previous == nil)
        // What is open comes first and is passed over.
        #expect(second.limit == 8)
        lane.take((1...8).map { due($0) }, of: second)
        #expect(lane.startNext() == due(5))
    }

    @Test func aDeliveryIsNotStartedTwice() throws {
        let lane = lane(concurrency: 100)
        let first = try #require(lane.nextPull())
        lane.take([due(1)], of: first)
        #expect(lane.startNext() == due(1))
        lane.noteCommit()
        let second = try #require(lane.nextPull())
        lane.take([due(1), due(2)], of: second)
        #expect(lane.startNext() == due(2))
        #expect(lane.startNext() == nil)
        // Ended, but not recorded: the store still lists it.
        lane.finish()
        lane.noteCommit()
        let third = try #require(lane.nextPull())
        lane.take([due(1), due(2)], of: third)
        #expect(lane.startNext() == nil)
        // Recorded as failed: it comes again under its new time.
        lane.settle(outcome(of: due(1), nextAttemptAt: Fixture.time + .seconds(2)))
        #expect(lane.nextDueAt == Fixture.time + .seconds(2))
        #expect(lane.nextPull(now: Fixture.time + .seconds(1)) == nil)
        let fourth = try #require(lane.nextPull(now: Fixture.time + .seconds(2)))
        lane.take([due(2), due(1, at: 2000)], of: fourth)
        #expect(lane.startNext() == due(1, at: 2000))
    }

    @Test func outcomesThatCannotBeRecordedStopTheLane() throws {
        let lane = lane(window: 2, concurrency: 100)
        var sequence: UInt64 = 0
        while let pull = lane.nextPull() {
            let page = (0..<2).map { due(sequence + $0) }
            sequence += 2
            lane.take(page, of: pull)
            while lane.startNext() != nil { lane.finish() }
            try #require(sequence < 100)
        }
        #expect(lane.openCount == 4)
        for number in 0..<sequence { lane.settle(outcome(of: due(number))) }
        #expect(lane.openCount == 0)
        #expect(lane.nextPull() != nil)
    }

    @Test func whatIsGivenBackIsPulledAgain() throws {
        let lane = lane()
        let first = try #require(lane.nextPull())
        lane.take([due(1)], of: first)
        let started = try #require(lane.startNext())
        lane.finish()
        lane.release(started)
        let second = try #require(lane.nextPull())
        lane.take([due(1)], of: second)
        #expect(lane.startNext() == due(1))
    }
}
