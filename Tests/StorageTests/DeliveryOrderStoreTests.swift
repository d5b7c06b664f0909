import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

/// The index of a profile's deliveries, and what a batch of outcomes does to it.
@Suite struct DeliveryOrderStoreTests {
    private let store = MemoryStore()
    private let deliveries: DeliveryRecordStore<MemoryStore>
    private let number: DestinationNumber
    private let ada = ProfileID(NodeID(high: 1, low: 1))
    private let bob = ProfileID(NodeID(high: 1, low: 2))
    private let time = Timestamp(milliseconds: 1000)

    init() throws {
        let registry = try NumberRegistry(store)
        number = try registry.destination("hook")
        deliveries = DeliveryRecordStore(store, registry)
    }

    @discardableResult
    private func queue(_ sequence: UInt64, of profiles: [ProfileID]) throws -> DueDelivery {
        let delivery = Delivery(
            account: AccountNumber(1), sequence: EventSequence(sequence), destination: "hook", queuedAt: time)
        var batch = WriteBatch()
        batch.putDelivery(delivery, number)
        batch.putOrder(delivery, of: profiles, number)
        try store.commit(batch, .synced)
        return DueDelivery(dueAt: time, delivery: delivery)
    }

    private func parked(_ due: DueDelivery, _ profiles: [ProfileID]) -> DeliveryOutcome {
        var delivery = due.delivery
        delivery.nextAttemptAt = nil
        return DeliveryOutcome(due: due, delivery: delivery, attempt: nil, profiles: profiles)
    }

    private func ended(_ due: DueDelivery, _ profiles: [ProfileID]) -> DeliveryOutcome {
        var delivery = due.delivery
        delivery.status = .delivered
        delivery.nextAttemptAt = nil
        return DeliveryOutcome(due: due, delivery: delivery, attempt: nil, profiles: profiles)
    }

    private func due() throws -> [UInt64] {
        try deliveries.due(destination: "hook", at: time, after: nil, limit: 100).map(\.delivery.sequence.value)
    }

    private func isFirst(_ due: DueDelivery, _ profiles: [ProfileID]) throws -> Bool {
        try deliveries.isFirst(due.delivery, of: profiles)
    }

    @Test func theFirstCommittedIsFirst() throws {
        let first = try queue(1, of: [ada])
        let second = try queue(2, of: [ada])
        let other = try queue(3, of: [bob])
        #expect(try isFirst(first, [ada]))
        #expect(try !isFirst(second, [ada]))
        #expect(try isFirst(other, [bob]))
        #expect(try !isFirst(other, [bob, ada]))
    }

    @Test func whatEndsLetsTheNextOneIn() throws {
        let first = try queue(1, of: [ada])
        let second = try queue(2, of: [ada])
        let third = try queue(3, of: [ada])
        #expect(try deliveries.record([parked(second, [ada]), parked(third, [ada])]).isEmpty)
        #expect(try due() == [1])
        #expect(try deliveries.record([ended(first, [ada])]).map(\.delivery.sequence.value) == [2])
        #expect(try due() == [2])
        #expect(try isFirst(second, [ada]))
        #expect(try deliveries.record([ended(second, [ada])]).map(\.delivery.sequence.value) == [3])
        #expect(try deliveries.record([ended(third, [ada])]).isEmpty)
        #expect(try store.pairs(.ordered).isEmpty)
        #expect(try due().isEmpty)
    }

    @Test("one batch parks what the same batch lets in", arguments: [false, true])
    func sameBatch(_ parksFirst: Bool) throws {
        let first = try queue(1, of: [ada])
        let second = try queue(2, of: [ada])
        let outcomes = [ended(first, [ada]), parked(second, [ada])]
        let released = try deliveries.record(parksFirst ? outcomes.reversed() : outcomes)
        #expect(released == [second])
        #expect(try due() == [2])
    }

    @Test func aMergeComesWhenBothAreDone() throws {
        let first = try queue(1, of: [ada])
        let second = try queue(2, of: [bob])
        let merge = try queue(3, of: [ada, bob])
        try deliveries.record([parked(merge, [ada, bob])])
        #expect(try deliveries.record([ended(first, [ada])]).count == 1)
        #expect(try !isFirst(merge, [ada, bob]), "it is let in to look, and has to wait again")
        try deliveries.record([parked(merge, [ada, bob])])
        #expect(try due() == [2])
        #expect(try deliveries.record([ended(second, [bob])]).count == 1)
        #expect(try isFirst(merge, [ada, bob]))
        #expect(try due() == [3])
    }

    @Test func aRetryKeepsItsPlace() throws {
        let first = try queue(1, of: [])
        var delivery = first.delivery
        delivery.status = .failed
        delivery.nextAttemptAt = time + .seconds(5)
        try deliveries.record([DeliveryOutcome(due: first, delivery: delivery, attempt: nil, profiles: [ada])])
        let second = try queue(2, of: [ada])
        #expect(try !isFirst(second, [ada]), "also of a delivery that was queued without an order")
    }

    @Test func whatOthersRemovedHoldsNobodyUp() throws {
        let first = try queue(1, of: [ada])
        let second = try queue(2, of: [ada])
        let third = try queue(3, of: [bob])
        let fourth = try queue(4, of: [bob])
        try deliveries.record([parked(second, [ada]), parked(fourth, [bob])])
        var batch = WriteBatch()
        batch.delete(DeliveryKey(first.delivery.account, first.delivery.sequence, number))
        try store.commit(batch, .synced)
        #expect(try due() == [3])
        let last = try deliveries.repairOrder(destination: "hook", after: nil, limit: 1)
        #expect(last == ada)
        #expect(try due() == [2, 3])
        #expect(try deliveries.repairOrder(destination: "hook", after: last, limit: 10) == nil)
        #expect(try due() == [2, 3], "whose predecessor is there stays where it is")
        #expect(try isFirst(third, [bob]))
    }

    @Test func aDissolvedOrderLeavesNothingBehind() throws {
        for sequence in UInt64(1)...10 {
            let due = try queue(sequence, of: [ada, bob])
            if sequence > 1 { try deliveries.record([parked(due, [ada, bob])]) }
        }
        var counts: [Int] = []
        repeat { counts.append(try deliveries.dissolveOrder(destination: "hook", limit: 8)) } while counts.last == 8
        #expect(counts == [8, 8, 4])
        #expect(try due() == Array(1...10))
        #expect(try store.pairs(.ordered).isEmpty)
    }

    @Test(arguments: DestinationState.Stop.allCases)
    func statesOfDestinationsAreKept(_ stop: DestinationState.Stop) throws {
        #expect(try deliveries.state(ofDestination: "hook").isEmpty)
        var state = DestinationState()
        state.stop = stop
        state.stoppedAt = time
        state.breakerOpenUntil = time + .seconds(30)
        state.breakerCooldownMilliseconds = 60_000
        state.pausedUntil = time + .seconds(5)
        try deliveries.setState(state, ofDestination: "hook")
        #expect(try deliveries.state(ofDestination: "hook") == state)
        #expect(try deliveries.state(ofDestination: "other").isEmpty)
        try deliveries.setState(DestinationState(), ofDestination: "hook")
        #expect(try deliveries.state(ofDestination: "hook").isEmpty)
    }
}
