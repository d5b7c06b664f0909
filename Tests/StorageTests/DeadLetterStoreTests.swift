import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct DeadLetterStoreTests {
    let store = MemoryStore()
    let registry: NumberRegistry
    let deliveries: DeliveryRecordStore<MemoryStore>
    let account = AccountNumber(1)
    private let all = DeadLetterSelection()

    init() throws {
        registry = try NumberRegistry(store)
        deliveries = DeliveryRecordStore(store, registry)
        _ = try registry.destination("meta")
        _ = try registry.destination("ga4")
    }

    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    /// Stores a delivery that was given up at a time; its sequence is the time.
    @discardableResult
    private func die(
        _ destination: String, at milliseconds: Int64, _ reason: DropReason = .rejected
    ) throws -> Delivery {
        var delivery = Delivery(
            account: account, sequence: EventSequence(UInt64(milliseconds)), destination: destination,
            queuedAt: time(1))
        delivery.status = .dropped
        delivery.dropReason = reason
        delivery.attemptCount = 1
        delivery.lastAttemptAt = time(milliseconds)
        delivery.nextAttemptAt = nil
        var batch = WriteBatch()
        batch.putDelivery(delivery, try registry.destination(destination))
        try store.commit(batch, .synced)
        return delivery
    }

    /// All pages, each as `destination time`.
    private func pages(
        _ selection: DeadLetterSelection, _ order: ScanOrder, limit: Int, lookLimit: Int = 1000,
        where isMeant: (Delivery) -> Bool = { _ in true }
    ) throws -> [[String]] {
        var pages: [[String]] = []
        var cursor: DeadLetterCursor?
        repeat {
            let page = try deliveries.deadLetters(
                selection, order, after: cursor, limit: limit, lookLimit: lookLimit
            ) { delivery throws(StoreError) in isMeant(delivery) }
            pages.append(page.letters.map { "\($0.destination) \($0.sequence.value)" })
            // As an operator hands it on.
            cursor = try page.next.map { try #require(DeadLetterCursor($0.text)) }
        } while cursor != nil && pages.count < 100
        return pages
    }

    @Test func pagesGoThroughDestinationsInTheOrderOfTimeAskedFor() throws {
        for milliseconds in Int64(11)...13 { try die("meta", at: milliseconds) }
        for milliseconds in Int64(21)...22 { try die("ga4", at: milliseconds) }
        #expect(
            try pages(all, .descending, limit: 2) == [["meta 13", "meta 12"], ["meta 11", "ga4 22"], ["ga4 21"]])
        #expect(try pages(all, .ascending, limit: 3) == [["meta 11", "meta 12", "meta 13"], ["ga4 21", "ga4 22"]])
        #expect(try pages(all, .ascending, limit: 9).count == 1)
    }

    @Test func everyPartOfASelectionHolds() throws {
        for milliseconds in Int64(11)...13 { try die("meta", at: milliseconds) }
        try die("meta", at: 14, .exhausted)
        try die("ga4", at: 12)
        var selection = DeadLetterSelection()
        selection.from = time(12)
        #expect(try pages(selection, .ascending, limit: 9) == [["meta 12", "meta 13", "meta 14", "ga4 12"]])
        selection.until = time(14)
        #expect(try pages(selection, .descending, limit: 9) == [["meta 13", "meta 12", "ga4 12"]])
        selection.destination = "meta"
        #expect(try pages(selection, .ascending, limit: 1) == [["meta 12"], ["meta 13"], []])
        selection = DeadLetterSelection()
        selection.reason = .exhausted
        #expect(try pages(selection, .ascending, limit: 9) == [["meta 14"]])
        selection.destination = "ga4"
        #expect(try pages(selection, .ascending, limit: 9) == [[]])
        selection.from = time(20)
        selection.until = time(10)
        #expect(try pages(selection, .ascending, limit: 9) == [[]], "an empty time has nothing")
    }

    @Test func aPageLooksAtNoMoreThanItMay() throws {
        for milliseconds in Int64(1)...200 { try die("meta", at: milliseconds) }
        let found = try pages(all, .ascending, limit: 9, lookLimit: 90) { $0.sequence.value == 150 }
        #expect(found == [[], ["meta 150"], []])
        #expect(try pages(all, .descending, limit: 150).map(\.count) == [150, 50])
    }

    @Test("a cursor is read back, and nothing else is one", arguments: ["", "zz", "00.", "00ff.5", "0001.x.y"])
    func cursors(_ text: String) throws {
        #expect(DeadLetterCursor(text) == nil)
        let key = DeliveryKey(account, EventSequence(7), DestinationNumber(3))
        for until in [nil, time(-5), time(99)] {
            let cursor = DeadLetterCursor(DestinationListKey(key, at: time(-1)), until: until)
            #expect(DeadLetterCursor(cursor.text) == cursor)
        }
    }

    @Test func aCursorKeepsTheBoundInTime() throws {
        for milliseconds in Int64(11)...12 { try die("meta", at: milliseconds) }
        var selection = DeadLetterSelection()
        selection.until = time(13)
        let first = try deliveries.deadLetters(selection, .ascending, after: nil, limit: 1)
        // Given up while somebody goes through the pages, who says nothing of a bound any more.
        try die("meta", at: 13)
        let second = try deliveries.deadLetters(DeadLetterSelection(), .ascending, after: first.next, limit: 9)
        #expect(second.letters.map(\.sequence.value) == [12])
    }

    @Test func aReplayMovesAllRecordsOrNone() throws {
        let letters = try [die("meta", at: 11), die("meta", at: 12, .renderFailed), die("ga4", at: 13, .exhausted)]
        let before = try [Family.dead, .due, .deliveries].map { try store.pairs($0) }
        store.failCommit(store.commitCount + 1, with: StoreError(.full, "told to"))
        #expect(throws: StoreError.self) { try deliveries.requeue(letters, at: time(50)) }
        #expect(
            try [Family.dead, .due, .deliveries].map { try store.pairs($0).map(\.key) } == before.map { $0.map(\.key) })
        let commits = store.commitCount
        try deliveries.requeue(letters, at: time(50))
        #expect(store.commitCount == commits + 1)
        #expect(try store.pairs(.dead).isEmpty)
        #expect(try store.pairs(.due).count == 3)
        let due = try deliveries.due(destination: "meta", at: time(50), after: nil, limit: 9)
        #expect(due.map(\.delivery.sequence.value) == [11, 12])
        #expect(due.allSatisfy { $0.delivery.status == .queued && $0.delivery.attemptCount == 0 })
        #expect(due.allSatisfy { $0.delivery.dropReason == nil && $0.delivery.queuedAt == time(50) })
    }

    @Test func whatIsDiscardedStaysDroppedByTheOperator() throws {
        let letters = try [die("meta", at: 11), die("ga4", at: 12)]
        store.failCommit(store.commitCount + 1, with: StoreError(.full, "told to"))
        #expect(throws: StoreError.self) { try deliveries.discard(letters) }
        #expect(try store.pairs(.dead).count == 2)
        try deliveries.discard(letters)
        #expect(try store.pairs(.dead).isEmpty)
        #expect(try store.pairs(.due).isEmpty)
        let delivery = try #require(try deliveries.delivery(account, EventSequence(11), destination: "meta"))
        #expect(delivery.status == .dropped)
        #expect(delivery.dropReason == .operatorDropped)
        #expect(delivery.attemptCount == 1, "its history is kept")
    }

    @Test func whatWaitsAndWhatIsDeadIsCounted() throws {
        for sequence in UInt64(1)...5 {
            let delivery = Delivery(
                account: account, sequence: EventSequence(sequence), destination: "meta", queuedAt: time(1))
            var batch = WriteBatch()
            batch.putDelivery(delivery, try registry.destination("meta"))
            try store.commit(batch, .synced)
        }
        for milliseconds in Int64(11)...13 { try die("meta", at: milliseconds) }
        #expect(try deliveries.waitingCount(destination: "meta", limit: 100) == 5)
        #expect(try deliveries.waitingCount(destination: "meta", limit: 3) == 3)
        #expect(try deliveries.deadCount(destination: "meta", limit: 100) == 3)
        #expect(try deliveries.waitingCount(destination: "ga4", limit: 100) == 0)
        #expect(try deliveries.deadCount(destination: "tiktok", limit: 100) == 0)
    }

    @Test func whatWaitsForItsTurnIsCountedOnce() throws {
        let number = try registry.destination("meta")
        let profiles = [UInt64(1), 2].map { ProfileID(NodeID(high: 0, low: $0)) }
        var batch = WriteBatch()
        for sequence in UInt64(1)...3 {
            var delivery = Delivery(
                account: account, sequence: EventSequence(sequence), destination: "meta", queuedAt: time(1))
            // The first is due, the others wait for it.
            if sequence > 1 { delivery.nextAttemptAt = nil }
            batch.putDelivery(delivery, number)
            batch.putOrder(delivery, of: profiles, number)
        }
        try store.commit(batch, .synced)
        #expect(try deliveries.waitingCount(destination: "meta", limit: 100) == 3)
    }

    @Test func theLastAttemptsComeInTheOrderInWhichTheyWereMade() throws {
        let delivery = try die("meta", at: 11)
        let key = DeliveryKey(account, delivery.sequence, try registry.destination("meta"))
        var batch = WriteBatch()
        for number in 1...5 {
            let attempt = DeliveryAttempt(number: number, startedAt: time(Int64(number)), request: "POST")
            batch.put(AttemptKey(key, startedAt: attempt.startedAt, number: UInt32(number)), attempt.append)
        }
        try store.commit(batch, .synced)
        #expect(try deliveries.lastAttempts(of: delivery, limit: 2).map(\.number) == [4, 5])
        #expect(try deliveries.lastAttempts(of: delivery, limit: 9).count == 5)
    }
}
