import EventModel
import Platform

/// Writes outcomes for the engine's thread, on a thread that does not give way to others.
///
/// The store writes for one thread at a time. If the engine's thread, which gives way to everybody, were put aside in the
/// middle of its write, the committer and all requests would wait for it (docs/adr/0020-deliveries-give-way.md).
final class OutcomeClerk: Sendable {
    private struct Order: Sendable {
        let outcomes: [DeliveryOutcome]
        let store: any DeliveryStore
    }

    private let orders = BoundedQueue<Order>(weightLimit: .max)
    private let results = BoundedQueue<Result<[DueDelivery], StoreError>>(weightLimit: .max)
    /// Nil where the engine's own thread gives way to nobody.
    private let thread: DedicatedThread?

    /// A clerk for an engine whose thread has this priority; to be made by a thread of normal priority.
    init(priority: DedicatedThread.Priority) {
        guard priority == .background else {
            thread = nil
            return
        }
        thread = DedicatedThread(name: "outcomes") { [orders, results] in
            var waiting: [Order] = []
            while orders.takeAll(into: &waiting) {
                for order in waiting {
                    let result = Result { () throws(StoreError) in try order.store.record(order.outcomes) }
                    _ = results.put(result, weight: 1)
                }
                waiting.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Records outcomes as ``EventModel/DeliveryStore/record(_:)`` does, and returns when that is done.
    ///
    /// From the engine's thread only.
    func record(_ outcomes: [DeliveryOutcome], in store: any DeliveryStore) throws(StoreError) -> [DueDelivery] {
        guard thread != nil else { return try store.record(outcomes) }
        _ = orders.put(Order(outcomes: outcomes, store: store), weight: 1)
        var done: [Result<[DueDelivery], StoreError>] = []
        guard results.takeAll(into: &done), let result = done.first else {
            throw StoreError(.closed, "outcomes came after their writer had stopped")
        }
        return try result.get()
    }

    /// Ends the thread.
    func stop() {
        orders.close()
        thread?.join()
    }
}
