package import EventModel

extension RocksDBStore {
    /// Asks for the space of events that were removed, from the beginning of an account to before `sequence`.
    ///
    /// Returns at once: compaction takes them out in the background, as it has time.
    package func reclaimEvents(of account: AccountNumber, before sequence: EventSequence) throws(StoreError) {
        let (lower, upper) = (EventKey(account, EventSequence(0)).bytes, EventKey(account, sequence).bytes)
        for family in [Family.events, .deliveries, .attempts, .sightings] {
            try suggestCompaction(of: family, from: lower, to: upper)
        }
    }
}
