import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct DeliveryRecordStoreTests {
    let store = MemoryStore()
    let registry: NumberRegistry
    let deliveries: DeliveryRecordStore<MemoryStore>
    let account = AccountNumber(1)

    init() throws {
        registry = try NumberRegistry(store)
        deliveries = DeliveryRecordStore(store, registry)
        _ = try registry.destination("meta")
        _ = try registry.destination("ga4")
    }

    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @discardableResult
    private func queue(_ sequence: UInt64, at milliseconds: Int64, to destination: String = "meta") throws -> Delivery {
        let delivery = Delivery(
            account: account, sequence: EventSequence(sequence), destination: destination, queuedAt: time(milliseconds))
        var batch = WriteBatch()
        batch.putDelivery(delivery, try registry.destination(destination))
        try store.commit(batch, .synced)
        return delivery
    }

    private func due(at milliseconds: Int64, after previous: DueDelivery? = nil, limit: Int = 100) throws
        -> [DueDelivery]
    {
        try deliveries.due(destination: "meta", at: time(milliseconds), after: previous, limit: limit)
    }

    private func letters(of destination: String = "meta") throws -> [Delivery] {
        var selection = DeadLetterSelection()
        selection.destination = destination
        return try deliveries.deadLetters(selection, .descending, after: nil, limit: 9).letters
    }

    /// Records that an attempt at the first due delivery ended, after `change`.
    private func settle(at milliseconds: Int64, _ change: (inout Delivery) -> Void) throws -> Delivery {
        let due = try #require(try due(at: milliseconds).first)
        var delivery = due.delivery
        delivery.attemptCount += 1
        delivery.lastAttemptAt = time(milliseconds)
        delivery.nextAttemptAt = nil
        change(&delivery)
        var attempt = DeliveryAttempt(
            number: delivery.attemptCount, startedAt: time(milliseconds), request: "POST https://example.com")
        attempt.statusCode = 500
        try deliveries.record([DeliveryOutcome(due: due, delivery: delivery, attempt: attempt)])
        return delivery
    }

    @Test func queueIsInOrderOfTimeThenCommit() throws {
        try queue(3, at: 100)
        try queue(1, at: 200)
        try queue(2, at: 200)
        try queue(4, at: 50, to: "ga4")
        try queue(5, at: 201)
        #expect(try due(at: 200).map(\.delivery.sequence.value) == [3, 1, 2])
        #expect(try due(at: 200, limit: 2).map(\.delivery.sequence.value) == [3, 1])
        #expect(try due(at: 99).isEmpty)
        #expect(try due(at: .max).count == 4)
        let page = try due(at: 201, limit: 2)
        #expect(try due(at: 201, after: page.last).map(\.delivery.sequence.value) == [2, 5])
        #expect(try deliveries.nextDueTime(destination: "meta") == time(100))
        #expect(try deliveries.nextDueTime(destination: "ga4") == time(50))
    }

    @Test func unknownDestinationHasNothing() throws {
        #expect(try deliveries.due(destination: "tiktok", at: time(.max), after: nil, limit: 9).isEmpty)
        #expect(try deliveries.nextDueTime(destination: "tiktok") == nil)
        #expect(try letters(of: "tiktok").isEmpty)
        #expect(try deliveries.delivery(account, EventSequence(1), destination: "tiktok") == nil)
        #expect(registry.knownDestination("tiktok") == nil, "asking does not give a number")
    }

    @Test func deliveredLeavesTheQueue() throws {
        try queue(1, at: 100)
        let delivered = try settle(at: 100) { $0.status = .delivered }
        #expect(try due(at: .max).isEmpty)
        #expect(try store.pairs(.due).isEmpty)
        #expect(try store.pairs(.dead).isEmpty)
        #expect(try deliveries.delivery(account, EventSequence(1), destination: "meta") == delivered)
        #expect(try deliveries.attempts(of: delivered).map(\.statusCode) == [500])
    }

    @Test func failedComesBackAtItsTime() throws {
        try queue(1, at: 100)
        _ = try settle(at: 100) {
            $0.status = .failed
            $0.nextAttemptAt = time(500)
        }
        #expect(try due(at: 499).isEmpty)
        let again = try due(at: 500)
        #expect(again.map(\.dueAt) == [time(500)])
        #expect(again.map(\.delivery.status) == [.failed])
        #expect(try store.pairs(.due).count == 1)
    }

    @Test func retryAtTheSameTimeStaysInTheQueue() throws {
        try queue(1, at: 100)
        _ = try settle(at: 100) {
            $0.status = .failed
            $0.nextAttemptAt = time(100)
        }
        #expect(try due(at: 100).map(\.delivery.attemptCount) == [1])
    }

    @Test("exhausted, rejected and render_failed are dead letters, the rest is not", arguments: DropReason.allCases)
    func deadLetters(_ reason: DropReason) throws {
        try queue(1, at: 100)
        let dropped = try settle(at: 150) {
            $0.status = .dropped
            $0.dropReason = reason
        }
        let isDead = [.exhausted, .rejected, .renderFailed].contains(reason)
        #expect(try letters() == (isDead ? [dropped] : []))
        #expect(try due(at: .max).isEmpty)
    }

    @Test func deadLetterIsQueuedAgainWithAllItsAttempts() throws {
        try queue(1, at: 100)
        let dead = try settle(at: 150) {
            $0.status = .dropped
            $0.dropReason = .rejected
        }
        try deliveries.requeue([dead], at: time(1000))
        #expect(try letters().isEmpty)
        let again = try due(at: 1000)
        #expect(again.map(\.dueAt) == [time(1000)])
        #expect(again.map(\.delivery.attemptCount) == [0])
        #expect(again.map(\.delivery.status) == [.queued])
        #expect(again.map(\.delivery.dropReason) == [nil])
        let delivered = try settle(at: 1000) { $0.status = .delivered }
        let attempts = try deliveries.attempts(of: delivered)
        #expect(attempts.map(\.startedAt) == [time(150), time(1000)], "the attempts of the first round are kept")
        #expect(attempts.map(\.number) == [1, 1])
        #expect(try deliveries.attempts(of: delivered, limit: 1).count == 1)
    }

    @Test func waitingDeliveryIsQueuedAgainOnce() throws {
        let delivery = try queue(1, at: 500)
        try deliveries.requeue([delivery], at: time(100))
        #expect(try due(at: .max).map(\.dueAt) == [time(100)])
        #expect(try store.pairs(.due).count == 1)
    }

    @Test func entryWithoutItsDeliveryIsTakenOutOfTheQueue() throws {
        for sequence in UInt64(1)...5 { try queue(sequence, at: Int64(sequence)) }
        let number = try registry.destination("meta")
        var batch = WriteBatch()
        for sequence in UInt64(1)...3 { batch.delete(DeliveryKey(account, EventSequence(sequence), number)) }
        try store.commit(batch, .synced)
        #expect(try due(at: .max, limit: 2).map(\.delivery.sequence.value) == [4, 5])
        #expect(try store.pairs(.due).count == 2)
    }

    @Test func entryOfAnotherTimeIsTakenOutOfTheQueue() throws {
        let delivery = try queue(1, at: 100)
        let key = DeliveryKey(account, delivery.sequence, try registry.destination("meta"))
        try store.put(.due, DestinationListKey(key, at: time(50)).bytes, [])
        #expect(try due(at: .max).map(\.dueAt) == [time(100)])
        #expect(try store.pairs(.due).count == 1)
    }

    @Test func deliveriesOfAnEventNameTheirDestinations() throws {
        try queue(1, at: 100)
        try queue(1, at: 100, to: "ga4")
        try queue(2, at: 100)
        #expect(try deliveries.deliveries(account, EventSequence(1)).map(\.destination) == ["meta", "ga4"])
        #expect(try deliveries.deliveries(account, EventSequence(3)).isEmpty)
    }

    @Test func eventOfADeliveryIsReadBack() throws {
        var batch = WriteBatch()
        batch.putEvent(EventRecord(canonical: [1], decisions: [2], envelope: [3]), account, EventSequence(1))
        try store.commit(batch, .synced)
        let event = try #require(try deliveries.event(account, EventSequence(1)))
        #expect(event.canonical == [1])
        #expect(event.decisions == [2])
        #expect(try deliveries.event(account, EventSequence(2)) == nil)
    }

    @Test func outcomesLandTogetherOrNotAtAll() throws {
        try queue(1, at: 100)
        try queue(2, at: 100)
        let due = try due(at: 100)
        store.failCommit(store.commitCount + 1, with: StoreError(.full, "told to"))
        let outcomes = due.map { entry in
            var delivery = entry.delivery
            delivery.status = .delivered
            delivery.nextAttemptAt = nil
            return DeliveryOutcome(due: entry, delivery: delivery, attempt: nil)
        }
        #expect(throws: StoreError.self) { try deliveries.record(outcomes) }
        #expect(try self.due(at: 100) == due)
        try deliveries.record(outcomes)
        #expect(try self.due(at: 100).isEmpty)
        let commits = store.commitCount
        try deliveries.record([])
        #expect(store.commitCount == commits)
    }
}
