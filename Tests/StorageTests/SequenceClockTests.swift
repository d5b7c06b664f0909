import EventModel
import Platform
import Storage
import TestSupport
import Testing

@Suite struct SequenceClockTests {
    @Test func sequencesRiseWhateverTheClockDoes() {
        var clock = SequenceClock(after: nil)
        var last: EventSequence?
        for milliseconds: Int64 in [1000, 1000, 1001, 900, 0, -5, .min, 1001, 1002, 5000] {
            let next = clock.next(at: Timestamp(milliseconds: milliseconds))
            if let last { #expect(next > last) }
            last = next
        }
        #expect(clock.last == last)
        #expect(last.map(SequenceClock.time) == Timestamp(milliseconds: 5000))
    }

    @Test func sequenceBeginsWithTheTime() {
        var clock = SequenceClock(after: nil)
        let first = clock.next(at: Timestamp(milliseconds: 1_700_000_000_123))
        #expect(first.value == 1_700_000_000_123 << 20)
        #expect(clock.next(at: Timestamp(milliseconds: 1_700_000_000_123)).value == first.value + 1)
    }

    @Test func counterRunsOverIntoTheNextMillisecond() {
        var clock = SequenceClock(after: EventSequence(7 << 20 | 0xfffff))
        let next = clock.next(at: Timestamp(milliseconds: 7))
        #expect(next.value == 8 << 20)
        #expect(clock.next(at: Timestamp(milliseconds: 8)).value == 8 << 20 | 1)
    }

    @Test func clockGoesOnBehindTheNewestEventOfAllAccounts() throws {
        let store = MemoryStore()
        let reader = EventReader(store)
        #expect(try reader.lastSequence() == nil)
        var batch = WriteBatch()
        for (account, sequence) in [(UInt32(1), UInt64(50)), (1, 99), (2, 1000), (7, 3), (UInt32.max, 4)] {
            batch.putEvent(
                EventRecord(canonical: [1], decisions: [2]), AccountNumber(account), EventSequence(sequence))
        }
        try store.commit(batch, .synced)
        #expect(try reader.lastSequence() == EventSequence(1000))
        var clock = SequenceClock(after: try reader.lastSequence())
        #expect(clock.next(at: Timestamp(milliseconds: 0)) == EventSequence(1001))
    }

    @Test func timesBeyondTheLastMillisecondThatFitsAreCut() {
        var clock = SequenceClock(after: nil)
        #expect(clock.next(at: Timestamp(milliseconds: .max)).value == (UInt64.max >> 20) << 20)
    }
}
