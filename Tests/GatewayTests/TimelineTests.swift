import EventModel
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// Lists of several accounts read as one.
@Suite struct TimelineTests {
    private let store = MemoryStore()
    private let accounts = (1...3).map { AccountNumber($0) }

    private func put(_ sequence: UInt64, _ account: UInt32) throws {
        var batch = WriteBatch()
        batch.putEvent(
            EventRecord(canonical: [], decisions: []), AccountNumber(account), EventSequence(sequence))
        try store.commit(batch, .synced)
    }

    private func timeline(before start: UInt64? = nil) -> Timeline<StoredEvent> {
        let reader = EventReader(store)
        return Timeline(
            accounts, before: start.map { DeliveryPlace(EventSequence($0), DestinationNumber(0)) },
            place: { DeliveryPlace($0.sequence, DestinationNumber(0)) },
            read: { account, place, limit throws(StoreError) in
                try reader.recentEvents(account, before: place?.sequence, limit: limit)
            })
    }

    private func all(_ timeline: Timeline<StoredEvent>) throws -> [UInt64] {
        var timeline = timeline
        var found: [UInt64] = []
        while let event = try timeline.next() { found.append(event.sequence.value) }
        return found
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func allAccountsAreOneListTheNewestFirst(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for sequence in 1...600 as ClosedRange<UInt64> {
            try put(sequence, UInt32.random(in: 1...3, using: &random))
        }
        #expect(try all(timeline()) == (1...600).reversed())
        let start = UInt64.random(in: 1...600, using: &random)
        #expect(try all(timeline(before: start)) == (1..<start).reversed())
    }

    @Test func nothingIsNothing() throws {
        #expect(try all(timeline()).isEmpty)
        #expect(try all(timeline(before: 1)).isEmpty)
    }

    @Test func aPlaceComesBackFromItsBytes() throws {
        let place = DeliveryPlace(EventSequence(0x0102_0304_0506_0708), DestinationNumber(0x090A))
        #expect(place.bytes == Array(1...10))
        #expect(try DeliveryPlace(place.bytes) == place)
        #expect(throws: AdminFailure.self) { _ = try DeliveryPlace([1, 2, 3]) }
        #expect(DeliveryPlace(before: Timestamp(milliseconds: 1)).sequence.value == 1 << 20)
    }

    @Test func aBudgetEnds() {
        var budget = ScanBudget(records: 2, bytes: 100)
        #expect(!budget.isSpent)
        budget.spend(bytes: 100)
        #expect(budget.isSpent, "the bytes are spent")
        var other = ScanBudget(records: 2)
        other.spend(bytes: 1)
        other.spend(bytes: 1)
        #expect(other.isSpent, "the records are spent")
    }
}
