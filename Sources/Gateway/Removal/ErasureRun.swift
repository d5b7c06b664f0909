import EventModel
import Platform
import Storage

/// Carries one erasure out, in steps that each are one write on the committer's thread (docs/adr/0016-removal.md).
///
/// First nothing of the person gets in any more, so that everything after that has all the time it needs; then the events
/// go, then the identifiers. How far it has got is part of every write, so that it goes on after a crash where it was, and
/// a step that is done twice changes nothing. Belongs to the removal thread.
struct ErasureRun<Store: CommitStore> {
    let store: Store
    let registry: NumberRegistry
    let account: AccountNumber
    let desk: RemovalDesk<Store>
    let clock: any WallClock
    private(set) var record: ErasureRecord
    private let events: EventReader<Store>
    let identity: StoredIdentityReader<Store>
    private let traceReader: EventTraceReader

    /// Events of one step.
    private static var stepLimit: Int { 32 }

    init(
        _ record: ErasureRecord, of account: AccountNumber, store: Store, registry: NumberRegistry,
        desk: RemovalDesk<Store>, clock: any WallClock
    ) {
        self.record = record
        self.account = account
        self.store = store
        self.registry = registry
        self.desk = desk
        self.clock = clock
        events = EventReader(store)
        identity = StoredIdentityReader(store, account)
        traceReader = EventTraceReader(registry)
    }

    /// Does what is left to do.
    ///
    /// - Returns: The record of the finished erasure.
    /// - Throws: ``StoreError``, `closed` among them when the gateway stops; the rest is done by the next run.
    mutating func finish() throws(StoreError) -> ErasureRecord {
        if record.phase == .requested { try suppress() }
        if record.phase == .events {
            try eraseEvents()
            try eraseEventsOfOthers()
            var next = record
            next.phase = .identity
            try save(next)
        }
        if record.phase == .identity {
            try eraseIdentity()
            var next = record
            next.finish(at: clock.now)
            try save(next)
        }
        return record
    }

    /// Writes the record by itself.
    private mutating func save(_ next: ErasureRecord) throws(StoreError) {
        let (store, account) = (store, account)
        try desk.carryOut { _ throws(StoreError) in
            var batch = WriteBatch()
            batch.putErasure(next, account)
            try store.commit(batch, .buffered)
        }
        record = next
    }

    /// Has one step written together with what the record then says.
    ///
    /// `body` adds to the batch, and returns what the step removes and what memory is to forget.
    mutating func step(
        _ body: @escaping @Sendable (inout WriteBatch) throws(StoreError) -> RemovalStep
    ) throws(StoreError) {
        let (store, account, before, fence) = (store, account, record, registry.fence)
        let started = MonotonicTime.now
        record = try desk.carryOut { context throws(StoreError) in
            try fence.exclusively { () throws(StoreError) in
                var batch = WriteBatch()
                var next = before
                let step = try body(&batch)
                next.counts += step.counts
                batch.putErasure(next, account)
                try store.commit(batch, .buffered)
                if step.counts.events > 0 || step.counts.droppedDeliveries > 0 { fence.noteRemoval() }
                context.forget(step.nodes, step.edges, of: account)
                return next
            }
        }
        try desk.rest(after: MonotonicTime.now - started, .brisk)
    }

    // MARK: - Nobody comes in

    /// Finds the person and keeps every later event with one of their identifiers out.
    private mutating func suppress() throws(StoreError) {
        let search = PersonSearch(store, registry, account)
        let (store, account, before) = (store, account, record)
        while true {
            let person = try search.find(before.request)
            let next = try desk.carryOut { context throws(StoreError) -> ErasureRecord? in
                // An event that came in meanwhile may have made the profile another one.
                guard try search.isCurrent(person) else { return nil }
                var batch = WriteBatch()
                let suppressions = try Suppressions.load(store).orElse { Suppressions.make(store, in: &batch) }
                guard let suppressions else { return nil }
                for node in person.nodes {
                    suppressions.add(node, account, erasure: before.request.sequence, to: &batch)
                }
                var next = before
                next.phase = .events
                next.nodes = person.nodes
                next.sharedNodes = person.sharedNodes
                next.counts.identifiers = person.nodes.count
                next.counts.sharedValues = person.sharedNodes.count + person.sharedSubjectCount
                batch.putErasure(next, account)
                try store.commit(batch, .buffered)
                try context.noteSuppressions()
                return next
            }
            if let next {
                record = next
                return
            }
            try desk.wait(.milliseconds(10))
        }
    }

    // MARK: - Events

    /// Removes all events that are listed under the person's identifiers.
    private mutating func eraseEvents() throws(StoreError) {
        for node in record.nodes {
            while true {
                let sequences = try events.events(ofProfileNode: node, account, limit: Self.stepLimit)
                guard !sequences.isEmpty else { break }
                try erase(try sequences.map { sequence throws(StoreError) in try traces(sequence) }, listedUnder: node)
            }
        }
    }

    /// Removes events of others that name one of the person's identifiers though the graph kept the two apart.
    ///
    /// The event that names both made an edge between its strongest identifier and the other one, which was refused.
    private mutating func eraseEventsOfOthers() throws(StoreError) {
        let own = Set(record.nodes)
        var seen = own.union(record.sharedNodes)
        for node in record.nodes {
            var last: NodeID?
            while true {
                let page = try identity.edges(of: node, after: last, limit: 256)
                for edge in page where seen.insert(edge.other(than: node)).inserted {
                    try eraseEvents(naming: own, listedUnder: edge.other(than: node))
                }
                guard page.count == 256, let end = page.last else { break }
                last = end.other(than: node)
            }
        }
    }

    private mutating func eraseEvents(naming own: Set<NodeID>, listedUnder node: NodeID) throws(StoreError) {
        var cursor: EventSequence?
        while true {
            let sequences = try events.events(ofProfileNode: node, account, before: cursor, limit: Self.stepLimit)
            guard let last = sequences.last else { return }
            cursor = last
            var found: [EventTraces] = []
            for sequence in sequences {
                let traces = try traces(sequence)
                if !own.isDisjoint(with: traces.nodes) { found.append(traces) }
            }
            if !found.isEmpty { try erase(found, listedUnder: node) }
            try desk.wait(.zero)
        }
    }

    private mutating func erase(_ traces: [EventTraces], listedUnder node: NodeID) throws(StoreError) {
        let (store, registry, account) = (store, registry, account)
        try step { batch throws(StoreError) in
            let eraser = EventEraser(store, registry, account)
            var step = RemovalStep()
            for event in traces { step.counts += try eraser.erase(event, listedUnder: node, in: &batch) }
            return step
        }
    }

    private func traces(_ sequence: EventSequence) throws(StoreError) -> EventTraces {
        guard let event = try events.event(account, sequence) else { return EventTraces(sequence) }
        return traceReader.traces(sequence, canonical: event.canonical, decisions: event.decisions)
    }
}

/// What one step of a removal did.
struct RemovalStep: Sendable {
    var counts = ErasureCounts()
    /// Identifiers that are gone or were changed in the store.
    var nodes: [NodeID] = []
    /// Edges that are gone.
    var edges: [IdentityEdge] = []
}

extension IdentityEdge {
    /// The end that is not `node`.
    func other(than node: NodeID) -> NodeID { first == node ? second : first }
}
