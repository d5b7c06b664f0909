import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct AuditStoreTests {
    private let store = MemoryStore()

    private func entry(_ number: UInt64) -> AuditEntry {
        AuditEntry(
            number: AuditNumber(number), time: Timestamp(milliseconds: Int64(number)), actor: "ada", remoteAddress: nil,
            action: "hold_destination", subject: "name=hook")
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func anEntryIsReadAsItWasWritten(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            var entry = AuditEntry(
                number: AuditNumber(random.next()), time: random.time(), actor: random.text(),
                remoteAddress: random.maybe { $0.text() }, action: random.text(), subject: random.text())
            entry.outcome = random.pick(AuditEntry.Outcome.allCases)
            entry.detail = random.text()
            let bytes = [UInt8](building: entry.append)
            #expect(try AuditEntry(reading: bytes, number: entry.number) == entry)
            for count in 0..<bytes.count {
                #expect(throws: MalformedRecord.self) {
                    _ = try AuditEntry(reading: Array(bytes.prefix(count)), number: entry.number)
                }
            }
        }
    }

    @Test func entriesComeNewestFirstInPages() throws {
        let audit = AuditStore(store)
        for number in 1...5 as ClosedRange<UInt64> { try audit.put(entry(number)) }
        #expect(try audit.entries(before: nil, limit: 2).map(\.number.value) == [5, 4])
        #expect(try audit.entries(before: AuditNumber(4), limit: 9).map(\.number.value) == [3, 2, 1])
        #expect(try audit.oldest(limit: 2).map(\.value) == [1, 2])
        #expect(try audit.count() == 5)
        try audit.put(entry(6), removing: [AuditNumber(1), AuditNumber(2)])
        #expect(try audit.entries(before: nil, limit: 9).map(\.number.value) == [6, 5, 4, 3])
    }

    @Test func recentDeliveriesComeNewestFirst() throws {
        let registry = try NumberRegistry(store)
        let deliveries = DeliveryRecordStore(store, registry)
        var batch = WriteBatch()
        for sequence in 1...3 as ClosedRange<UInt64> {
            for name in ["meta", "ga4"] {
                let delivery = Delivery(
                    account: AccountNumber(1), sequence: EventSequence(sequence), destination: name,
                    queuedAt: Timestamp(milliseconds: 1))
                batch.putDelivery(delivery, try registry.destination(name))
            }
        }
        try store.commit(batch, .synced)
        let first = try deliveries.recentDeliveries(AccountNumber(1), before: nil, limit: 3)
        #expect(
            first.map { "\($0.delivery.sequence.value) \($0.delivery.destination)" } == ["3 ga4", "3 meta", "2 ga4"])
        let rest = try deliveries.recentDeliveries(AccountNumber(1), before: first.last?.place, limit: 9)
        #expect(
            rest.map { "\($0.delivery.sequence.value) \($0.delivery.destination)" } == ["2 meta", "1 ga4", "1 meta"])
        #expect(try deliveries.recentDeliveries(AccountNumber(2), before: nil, limit: 9).isEmpty)
    }
}
