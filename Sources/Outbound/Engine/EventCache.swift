import EventModel
import JSON

/// Reads events and keeps the last few, parsed: destinations mostly work on the same ones at the same time.
///
/// Belongs to the engine's thread.
final class EventCache {
    private struct Slot {
        var event: StoredEvent?
        var view: EventView?
        let reader = EventViewReader()
    }

    private let store: any DeliveryStore
    private var slots: [Slot]

    /// Larger events are not kept: their parsed form takes many times their size.
    static let keptByteLimit = 64 << 10

    /// A cache of so many events; one for a single destination, which never asks twice.
    init(_ store: any DeliveryStore, slotCount: Int) {
        self.store = store
        slots = (0..<max(1, slotCount)).map { _ in Slot() }
    }

    /// The event of a delivery, or nil if retention has removed it.
    func event(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> StoredEvent? {
        let index = index(sequence)
        if let event = slots[index].event, event.sequence == sequence, event.account == account { return event }
        let event = try store.event(account, sequence)
        slots[index].event = event
        slots[index].view = nil
        return event
    }

    /// Forgets everything, as events were removed from the store.
    func removeAll() {
        for index in slots.indices { slots[index] = Slot() }
    }

    /// A look at an event, valid until an event is read.
    ///
    /// - Throws: ``JSONError`` if one of its records is not JSON, which a sound store never has.
    func view(of event: StoredEvent) throws(JSONError) -> EventView {
        let index = index(event.sequence)
        let isKept = slots[index].event.map { $0.sequence == event.sequence && $0.account == event.account } ?? false
        if isKept, let view = slots[index].view { return view }
        guard event.canonical.count <= Self.keptByteLimit else {
            slots[index] = Slot()
            return try slots[index].reader.view(of: event)
        }
        let view = try slots[index].reader.view(of: event)
        if isKept { slots[index].view = view }
        return view
    }

    private func index(_ sequence: EventSequence) -> Int {
        Int(truncatingIfNeeded: sequence.value % UInt64(slots.count))
    }
}
