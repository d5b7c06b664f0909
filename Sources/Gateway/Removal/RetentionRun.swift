import EventModel
import Identity
import Platform
import Storage

/// What one run of retention over one account did.
struct RetentionFigures: Sendable, Equatable {
    /// Events that went.
    var events = 0
    /// Their deliveries that went with them.
    var deliveries = 0
    /// Old events that stay because something of them is still to be delivered.
    var kept = 0
    /// Profiles that went.
    var profiles = 0
    /// Identifiers of those profiles.
    var identifiers = 0
    /// Records of clicks that went.
    var clicks = 0
    /// Writes that it took.
    var steps = 0
}

/// Removes what of one account is older than its retention, in small steps (docs/retention.md).
///
/// Has no state that must survive: what is old is found by looking. Belongs to the removal thread.
struct RetentionRun<Store: CommitStore> {
    let store: Store
    let registry: NumberRegistry
    let account: AccountNumber
    let cutoff: Timestamp
    let desk: RemovalDesk<Store>
    private(set) var figures = RetentionFigures()

    /// Events, records of clicks or identifiers looked at in one step.
    private static var stepLimit: Int { 128 }

    init(
        store: Store, registry: NumberRegistry, account: AccountNumber, cutoff: Timestamp, desk: RemovalDesk<Store>
    ) {
        self.store = store
        self.registry = registry
        self.account = account
        self.cutoff = cutoff
        self.desk = desk
    }

    /// The first sequence that stays.
    var end: EventSequence { SequenceClock.first(at: cutoff) }

    // MARK: - Events

    /// Removes old events with their deliveries, attempts, dead letters, sightings and entries in histories.
    ///
    /// `between` is run after each step, for what cannot wait for the end.
    mutating func removeEvents(_ between: () throws(StoreError) -> Void) throws(StoreError) {
        let old = OldEvents(store, account)
        let reader = EventTraceReader(registry)
        var position = EventSequence(0)
        while true {
            let started = MonotonicTime.now
            let reopenings = registry.fence.reopeningCount
            let page = try old.page(from: position, before: end, limit: Self.stepLimit)
            let entries = try old.profileEntries(
                of: page.events.map {
                    ($0.sequence, reader.traces($0.sequence, canonical: $0.canonical, decisions: nil).nodes)
                })
            if !page.isEmpty {
                // A dead letter that an operator has put back since: look again.
                guard try remove(page, entries, unlessReopenedSince: reopenings) else { continue }
                figures.events += page.events.count
                figures.deliveries += page.deliveryCount
                figures.steps += 1
            }
            figures.kept += page.keptCount
            try desk.rest(after: MonotonicTime.now - started, .slow)
            try between()
            guard let next = page.next else { return }
            position = next
        }
    }

    private func remove(
        _ page: OldEventPage, _ entries: [ProfileEventKey], unlessReopenedSince reopenings: UInt64
    ) throws(StoreError) -> Bool {
        let (store, fence) = (store, registry.fence)
        return try desk.carryOut { _ throws(StoreError) in
            try fence.exclusively { () throws(StoreError) in
                guard fence.reopeningCount == reopenings else { return false }
                var batch = WriteBatch()
                batch.remove(page, entries)
                try store.commit(batch, .buffered)
                return true
            }
        }
    }

    // MARK: - Clicks

    /// Removes what is remembered of clicks that are older.
    mutating func removeClicks(_ between: () throws(StoreError) -> Void) throws(StoreError) {
        let old = OldClicks(store, account)
        let (store, cutoff) = (store, cutoff)
        var cursor: ClickKey?
        while true {
            let started = MonotonicTime.now
            let page = try old.page(after: cursor, before: cutoff, limit: Self.stepLimit)
            if !page.old.isEmpty {
                figures.clicks += try desk.carryOut { context throws(StoreError) in
                    let keys = try old.stillOld(page.old, before: cutoff)
                    var batch = WriteBatch()
                    for key in keys { batch.deleteClicks(key) }
                    try store.commit(batch, .buffered)
                    context.forget(clicks: keys)
                    return keys.count
                }
                figures.steps += 1
            }
            try desk.rest(after: MonotonicTime.now - started, .slow)
            try between()
            guard let last = page.last else { return }
            cursor = last
        }
    }

    // MARK: - Identity

    /// Removes profiles that nobody was seen by for so long.
    mutating func removeProfiles(_ between: () throws(StoreError) -> Void) throws(StoreError) {
        let search = OldProfiles(store, account, cutoff: cutoff)
        let (store, account) = (store, account)
        var cursor: NodeID?
        while true {
            let started = MonotonicTime.now
            let page = try search.page(after: cursor, limit: Self.stepLimit)
            for group in page.groups {
                let removed = try desk.carryOut { context throws(StoreError) in
                    var batch = WriteBatch()
                    let removed = try search.remove(group, in: &batch)
                    guard !batch.isEmpty else { return removed }
                    try store.commit(batch, .buffered)
                    context.forget(removed.nodes + removed.changed, removed.edges, of: account)
                    return removed
                }
                figures.profiles += removed.profileCount
                figures.identifiers += removed.nodes.count
                figures.steps += 1
                try desk.rest(after: MonotonicTime.now - started, .slow)
            }
            try desk.rest(after: MonotonicTime.now - started, .slow)
            try between()
            guard let last = page.last else { return }
            cursor = last
        }
    }
}
