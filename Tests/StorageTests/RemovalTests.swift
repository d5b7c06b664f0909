import Crypto
import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

/// What removals find, take and leave.
@Suite struct RemovalTests {
    let store = MemoryStore()
    let registry: NumberRegistry
    let deliveries: DeliveryRecordStore<MemoryStore>
    let account: AccountNumber
    let hook: DestinationNumber

    init() throws {
        registry = try NumberRegistry(store)
        deliveries = DeliveryRecordStore(store, registry)
        account = try registry.tenant(account: "acct", environment: "production").accountNumber
        hook = try registry.destination("hook")
    }

    /// Stores an event and its delivery; its place in the order of commits is `number`.
    @discardableResult
    private func commit(_ number: UInt64, _ status: DeliveryStatus = .delivered, _ reason: DropReason? = nil) throws
        -> Delivery
    {
        var delivery = Delivery(
            account: account, sequence: EventSequence(number), destination: "hook",
            queuedAt: Timestamp(milliseconds: Int64(number)))
        delivery.status = status
        delivery.dropReason = reason
        if delivery.hasEnded { delivery.nextAttemptAt = nil }
        var batch = WriteBatch()
        batch.putEvent(EventRecord(canonical: Array("{}".utf8), decisions: []), account, EventSequence(number))
        batch.putDelivery(delivery, hook)
        let key = DeliveryKey(account, EventSequence(number), hook)
        let attempt = DeliveryAttempt(number: 1, startedAt: Timestamp(milliseconds: 1), request: "POST /")
        batch.put(AttemptKey(key, startedAt: attempt.startedAt, number: 1), attempt.append)
        try store.commit(batch, .buffered)
        return delivery
    }

    private func count(_ family: Family) throws -> Int {
        var count = 0
        try store.scan(family, from: [], to: nil, .ascending) { _, _ in
            count += 1
            return true
        }
        return count
    }

    private func events() throws -> [UInt64] {
        try EventReader(store).recentEvents(account, limit: .max).map(\.sequence.value).reversed()
    }

    // MARK: - Old events

    @Test func oldEventsGoWithWhatBelongsToThemAndThoseToBeDeliveredStay() throws {
        for number in UInt64(1)...20 {
            switch number {
            case 4: try commit(number, .queued)
            case 7: try commit(number, .failed)
            case 9: try commit(number, .dropped, .exhausted)
            default: try commit(number)
            }
        }
        let old = OldEvents(store, account)
        var position: EventSequence? = EventSequence(0)
        var pages: [OldEventPage] = []
        while let from = position {
            let page = try old.page(from: from, before: EventSequence(15), limit: 5)
            var batch = WriteBatch()
            batch.remove(page, [])
            try store.commit(batch, .buffered)
            pages.append(page)
            position = page.next
        }
        #expect(try events() == [4, 7] + Array(15...20))
        #expect(pages.map(\.events.count).reduce(0, +) == 12 && pages.map(\.keptCount).reduce(0, +) == 2)
        #expect(try count(.deliveries) == 8 && count(.attempts) == 8)
        #expect(try count(.due) == 2 && count(.dead) == 0)
        #expect(
            try old.page(from: EventSequence(0), before: EventSequence(15), limit: 50).isEmpty, "nothing is left to do")
    }

    @Test func aPageHoldsManyThatStay() throws {
        for number in UInt64(1)...200 { try commit(number, number % 2 == 0 ? .queued : .delivered) }
        let old = OldEvents(store, account)
        let page = try old.page(from: EventSequence(0), before: EventSequence(300), limit: 100)
        #expect(page.keptCount == 50 && page.events.count == 50 && page.deliveryCount == 50)
        #expect(page.next == EventSequence(101))
        var batch = WriteBatch()
        batch.remove(page, [])
        #expect(batch.operations.count == 150, "an event, its delivery and its attempt")
    }

    @Test func repetitionsOfWhatIsGoneGoToo() throws {
        var batch = WriteBatch()
        let key = SightingKey(account, EventSequence(5), source: "s", messageID: "m")
        batch.putSighting(
            key,
            Sighting(source: "s", messageID: "m", matchedKey: "message_id", firstSeenAt: Timestamp(milliseconds: 1)))
        try store.commit(batch, .buffered)
        let page = try OldEvents(store, account).page(from: EventSequence(0), before: EventSequence(9), limit: 5)
        var removal = WriteBatch()
        removal.remove(page, [])
        try store.commit(removal, .buffered)
        #expect(try count(.sightings) == 0)
    }

    // MARK: - The fence

    /// Erases an event as an erasure does.
    private func erase(_ number: UInt64) throws -> ErasureCounts {
        try registry.fence.exclusively { () throws(StoreError) in
            var batch = WriteBatch()
            let counts = try EventEraser(store, registry, account).erase(
                EventTraces(EventSequence(number)), listedUnder: NodeID(high: 1, low: 1), in: &batch)
            try store.commit(batch, .buffered)
            registry.fence.noteRemoval()
            return counts
        }
    }

    @Test func anOutcomeThatComesLateIsNotWritten() throws {
        let erased = try commit(1, .queued)
        let other = try commit(2, .queued)
        let due = try deliveries.due(
            destination: "hook", at: Timestamp(milliseconds: 9), after: nil, limit: 9)
        #expect(due.count == 2)
        let counts = try erase(1)
        #expect(counts.events == 1 && counts.droppedDeliveries == 1 && counts.attempts == 1)
        let outcomes = due.map { due in
            var delivery = due.delivery
            delivery.status = .failed
            delivery.attemptCount = 1
            delivery.nextAttemptAt = Timestamp(milliseconds: 50)
            let attempt = DeliveryAttempt(number: 1, startedAt: Timestamp(milliseconds: 9), request: "POST /")
            return DeliveryOutcome(due: due, delivery: delivery, attempt: attempt)
        }
        try deliveries.record(outcomes)
        let kept = try #require(try deliveries.delivery(account, erased.sequence, destination: "hook"))
        #expect(kept.status == .dropped && kept.dropReason == .erased && kept.nextAttemptAt == nil)
        #expect(try deliveries.delivery(account, other.sequence, destination: "hook")?.status == .failed)
        #expect(try deliveries.attempts(of: kept).isEmpty && count(.due) == 1)
        #expect(try erase(1) == ErasureCounts(), "once more changes nothing")
    }

    @Test func whatIsGoneIsNeitherPutBackNorDropped() throws {
        let letters = try (1...3).map { try commit($0, .dropped, .rejected) }
        _ = try erase(1)
        #expect(
            try deliveries.requeue(Array(letters[...1]), at: Timestamp(milliseconds: 99)).map(\.sequence.value) == [2])
        // It waits by now, and is no dead letter.
        #expect(try deliveries.discard(letters).map(\.sequence.value) == [3])
        #expect(try deliveries.delivery(account, EventSequence(1), destination: "hook") == nil)
        #expect(try deliveries.delivery(account, EventSequence(2), destination: "hook")?.status == .queued)
        #expect(registry.fence.reopeningCount == 1)
        #expect(try count(.due) == 1 && count(.dead) == 0)
    }

    @Test func keysThatPassedToALaterEventStay() throws {
        try commit(1)
        let environment = EnvironmentNumber(1)
        var traces = EventTraces(EventSequence(1))
        traces.environment = environment
        traces.source = "web"
        traces.messageID = "m-1"
        traces.eventIDs = ["order_id:1", "order_id:2"].map {
            EventIDKey(account, environment, eventID: $0, eventName: EventName("purchase"))
        }
        func record(_ number: UInt64) -> DedupRecord {
            DedupRecord(
                sequence: EventSequence(number), time: Timestamp(milliseconds: 1),
                fingerprint: Digest(words: (1, 2, 3, 4)))
        }
        var batch = WriteBatch()
        batch.putMessage(MessageKey(account, environment, source: "web", messageID: "m-1"), record(1))
        batch.putEventID(traces.eventIDs[0], record(1))
        batch.putEventID(traces.eventIDs[1], record(7))
        try store.commit(batch, .buffered)
        var removal = WriteBatch()
        _ = try EventEraser(store, registry, account).erase(traces, listedUnder: NodeID(high: 1, low: 1), in: &removal)
        try store.commit(removal, .buffered)
        #expect(try count(.messages) == 0 && count(.eventIDs) == 1)
        #expect(try EventReader(store).eventID(traces.eventIDs[1])?.sequence == EventSequence(7))
    }

    // MARK: - Records

    @Test func suppressionsHoldAndSayNothing() throws {
        #expect(try Suppressions.load(store) == nil)
        let tenant = try registry.tenant(account: "acct", environment: "production")
        let ids = ["one", "two"].map { Identifier(.userID, $0, in: tenant, hasher: SHA256()) }
        var batch = WriteBatch()
        Suppressions.make(store, in: &batch).add(ids[0].node, account, erasure: EventSequence(5), to: &batch)
        try store.commit(batch, .buffered)
        let list = try #require(try Suppressions.load(store))
        #expect(try list.cover(ids, account) && !list.cover([ids[1]], account) && !list.cover([], account))
        #expect(try !list.cover(ids, AccountNumber(9)), "accounts are apart")
        try store.scan(.suppressions, from: [], to: nil, .ascending) { key, value in
            for word in [ids[0].node.high, ids[0].node.low] {
                let bytes = withUnsafeBytes(of: word.bigEndian) { Array($0) }
                #expect(key.firstRange(of: bytes) == nil && value.firstRange(of: bytes) == nil)
            }
            return true
        }
    }

    @Test func erasuresAreReadBackAndOldRequestsAreErasures() throws {
        var random = SplitMix64(seed: 16)
        let request = ErasureRequest(
            sequence: EventSequence(7), environment: "production", source: "segment",
            requestedAt: Timestamp(milliseconds: 5), subjects: [ErasureRequest.Subject(type: "user_id", value: "u")])
        var batch = WriteBatch()
        batch.putErasure(request, account)
        try store.commit(batch, .buffered)
        let reader = EventReader(store)
        #expect(try reader.erasure(account, EventSequence(7)) == ErasureRecord(request))
        var record = ErasureRecord(request)
        record.phase = .events
        record.nodes = [random.node(), random.node()]
        record.sharedNodes = [random.node()]
        record.counts.events = 300
        record.counts.sharedValues = 1
        var update = WriteBatch()
        update.putErasure(record, account)
        try store.commit(update, .buffered)
        #expect(try reader.erasures(account, .ascending, limit: 5) == [record])
        #expect(try reader.erasures(account, .ascending, from: EventSequence(7), limit: 5).isEmpty)
        record.finish(at: Timestamp(milliseconds: 9))
        #expect(record.request.subjects.isEmpty && record.nodes.isEmpty && record.sharedNodes.isEmpty)
        #expect(record.counts.events == 300)
        // The next process must not give this place again, though no event is left.
        #expect(try reader.lastSequence() == EventSequence(7))
        let bytes = [UInt8](building: record.append)
        for count in bytes.indices {
            #expect(throws: MalformedRecord.self) {
                try ErasureRecord(reading: Array(bytes.prefix(count)), sequence: EventSequence(7))
            }
        }
    }
}
