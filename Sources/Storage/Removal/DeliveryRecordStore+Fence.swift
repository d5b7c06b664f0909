import EventModel

/// What is written of deliveries only if they are still what they were; called inside the fence.
extension DeliveryRecordStore {
    /// Rises when events were erased together with what was still to be delivered of them.
    public var removalCount: UInt64 { registry.fence.removalCount }

    /// The outcomes of deliveries that have yet to end as the store has them.
    ///
    /// Costs nothing until somebody is erased: only the engine ends deliveries otherwise.
    func living(_ outcomes: [DeliveryOutcome]) throws(StoreError) -> [DeliveryOutcome] {
        guard removalCount > 0, !outcomes.isEmpty else { return outcomes }
        let stored = try stored(outcomes.map { $0.delivery })
        return zip(outcomes, stored).filter { $1.map { !$0.hasEnded } ?? false }.map { $0.0 }
    }

    /// Those of the deliveries that the store has just as they are given.
    func unchanged(_ deliveries: [Delivery]) throws(StoreError) -> [Delivery] {
        let stored = try stored(deliveries)
        return zip(deliveries, stored).filter { $0 == $1 }.map { $0.0 }
    }

    private func stored(_ deliveries: [Delivery]) throws(StoreError) -> [Delivery?] {
        var keys: [DeliveryKey] = []
        for delivery in deliveries {
            let number = try registry.destination(delivery.destination)
            keys.append(DeliveryKey(delivery.account, delivery.sequence, number))
        }
        let registry = registry
        return try store.records(keys) { key, bytes throws(MalformedRecord) in
            try Delivery(reading: bytes, key: key, destination: registry.name(of: key.destination) ?? "")
        }
    }
}
