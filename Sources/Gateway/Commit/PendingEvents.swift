import EventModel
import Storage

/// The events of the batch in hand, in the order of their sequences, for those that are repeated within it.
struct PendingEvents {
    private var events: [(sequence: EventSequence, record: EventRecord)] = []

    /// Takes an event behind all others.
    mutating func append(_ record: EventRecord, _ sequence: EventSequence) { events.append((sequence, record)) }

    /// Forgets them all.
    mutating func removeAll() { events.removeAll(keepingCapacity: true) }

    /// The event with a sequence, if it is of the batch; setting replaces one that is.
    subscript(sequence: EventSequence) -> EventRecord? {
        get { index(of: sequence).map { events[$0].record } }
        set {
            guard let index = index(of: sequence), let newValue else { return }
            events[index].record = newValue
        }
    }

    private func index(of sequence: EventSequence) -> Int? {
        guard let first = events.first, first.sequence <= sequence else { return nil }
        var (low, high) = (0, events.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return events[low].sequence == sequence ? low : nil
    }
}
