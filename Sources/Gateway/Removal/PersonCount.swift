import EventModel
import Storage

/// Counts what an erasure of a person would remove; pure reading, from any thread.
///
/// Without the events of others that name the person, which only the erasure itself looks for.
struct PersonCount<Store: KeyValueStore> {
    private let store: Store
    private let registry: NumberRegistry
    private let account: AccountNumber

    /// Events that are counted, so that an answer never takes long.
    static var eventLimit: Int { 10_000 }

    init(_ store: Store, _ registry: NumberRegistry, _ account: AccountNumber) {
        self.store = store
        self.registry = registry
        self.account = account
    }

    /// The counts, up to ``eventLimit`` events.
    func count(_ person: FoundPerson) throws(StoreError) -> ErasureCounts {
        var counts = ErasureCounts()
        counts.identifiers = person.nodes.count
        counts.sharedValues = person.sharedNodes.count + person.sharedSubjectCount
        let events = EventReader(store)
        let deliveries = DeliveryRecordStore(store, registry)
        let identity = StoredIdentityReader(store, account)
        var edges: Set<[NodeID]> = []
        for node in person.nodes {
            for edge in try identity.edges(of: node, after: nil, limit: Self.eventLimit) {
                edges.insert([edge.first, edge.second])
            }
            let left = Self.eventLimit - counts.events
            for sequence in try events.events(ofProfileNode: node, account, limit: left) {
                counts.events += 1
                for delivery in try deliveries.deliveries(account, sequence) {
                    if delivery.hasEnded { counts.deliveries += 1 } else { counts.droppedDeliveries += 1 }
                    if delivery.isDeadLetter { counts.deadLetters += 1 }
                    counts.attempts += try deliveries.attempts(of: delivery).count
                }
            }
        }
        counts.edges = edges.count
        return counts
    }
}
