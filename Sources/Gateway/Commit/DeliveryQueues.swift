import EventModel
import Storage

/// The queues that a batch adds to, by the names of their destinations.
///
/// Found by comparing short names: there are few, and hashing one for every event would cost more.
struct DeliveryQueues {
    private struct Queue {
        let name: String
        let number: DestinationNumber
        /// Whether the batch in hand adds to it.
        var isTouched = false
    }

    private var queues: [Queue] = []

    /// The number of a destination, whose queue the batch adds to.
    mutating func number(of name: String, _ registry: NumberRegistry) throws(StoreError) -> DestinationNumber {
        for index in queues.indices where queues[index].name == name {
            queues[index].isTouched = true
            return queues[index].number
        }
        let number = try registry.destination(name)
        queues.append(Queue(name: name, number: number, isTouched: true))
        return number
    }

    /// The destinations whose queues the batch adds to; forgets them.
    mutating func takeDestinations() -> Set<String> {
        var names: Set<String> = []
        for index in queues.indices where queues[index].isTouched {
            names.insert(queues[index].name)
            queues[index].isTouched = false
        }
        return names
    }
}
