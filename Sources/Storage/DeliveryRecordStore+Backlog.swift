public import EventModel
import Platform

/// What waits for a destination, counted to the end.
extension DeliveryRecordStore {
    /// How many deliveries wait for a destination, and how many dead letters it has.
    ///
    /// Of a destination that keeps an order, what waits is counted to `orderedLimit` only, as its two lists overlap.
    ///
    /// - Parameters:
    ///   - destination: Its configured name.
    ///   - orderedLimit: How far a destination that keeps an order is counted.
    ///   - isCancelled: Asked now and then; once it says yes the counts are given up.
    /// - Returns: The counts; nil if they were given up.
    /// - Throws: ``StoreError`` if the store cannot be read.
    /// - Complexity: O(waiting + dead), a microsecond or so each, in the memory of one entry.
    public func backlog(
        ofDestination destination: String, orderedLimit: Int = 100_000, isCancelled: () -> Bool
    ) throws(StoreError) -> (waiting: Int, dead: Int)? {
        guard let number = registry.knownDestination(destination) else { return (0, 0) }
        let waiting: Int?
        if try orderedEntries(OrderedKey.all(of: number), limit: 1).isEmpty {
            waiting = try fullCount(.due, DestinationListKey.all(of: number), isCancelled)
        } else {
            waiting = try waitingCount(destination: destination, limit: orderedLimit)
        }
        guard let waiting, let dead = try fullCount(.dead, DestinationListKey.all(of: number), isCancelled) else {
            return nil
        }
        return (waiting, dead)
    }

    private func fullCount(
        _ list: Family, _ range: KeyRange, _ isCancelled: () -> Bool
    ) throws(StoreError) -> Int? {
        var count = 0
        var isGivenUp = false
        try store.scan(list, from: range.lower, to: range.upper, .ascending) { _, _ in
            count += 1
            if count % 4096 == 0 { isGivenUp = isCancelled() }
            return !isGivenUp
        }
        return isGivenUp ? nil : count
    }
}
