public import EventModel
public import Platform

/// The durable union-find graph of one account: which identifiers are one person (reference identity, rules 1 to 7).
///
/// Reads what it does not remember through an ``IdentityReader`` and writes back what changed once a batch. Everything
/// it decides is a function of the stored nodes and edges and of the order of events: memory and restarts only cost
/// look-ups. Environments are kept apart by the nodes themselves; accounts by having a graph each, with its own limits.
///
/// Confined to the committer's thread. Between ``takeChanges()`` and the end of the commit nothing may be resolved,
/// because the reader doesn't have the batch yet.
///
/// - Complexity: An event costs as much as it has identifiers, whatever the size of their profiles.
public final class IdentityGraph {
    private var resolver: EventResolver

    /// A graph that remembers nothing yet.
    ///
    /// - Parameters:
    ///   - limits: How far identifiers may join.
    ///   - cacheNodeLimit: Nodes in memory beyond those of the current batch, about 300 bytes each.
    ///   - cacheEdgeLimit: Joining edges in memory, 32 bytes each; rounded up to a power of two.
    public init(limits: IdentityLimits = IdentityLimits(), cacheNodeLimit: Int = 100_000, cacheEdgeLimit: Int = 65_536)
    {
        resolver = EventResolver(limits: limits, cacheNodeLimit: cacheNodeLimit, cacheEdgeLimit: cacheEdgeLimit)
    }

    /// Resolves one event's identifiers to a profile and notes what must be written.
    ///
    /// The strongest identifier is joined to each other one, strongest first, after the explicit joins. A join that
    /// breaks a limit is refused alone, so that what gives way is always the weakest identifier in conflict.
    ///
    /// - Parameters:
    ///   - identifiers: The event's identifiers in any order; doubles count once.
    ///   - joins: Pairs that somebody named as one person; their identifiers need not be repeated in `identifiers`.
    ///   - event: The event, later than all before.
    ///   - time: When the event was received.
    ///   - mayJoin: False for a business duplicate of somebody else's event, which joins nothing.
    ///   - reader: The store of this graph's account.
    /// - Returns: The event's profile, and what joining its identifiers came to.
    /// - Throws: What the reader threw, or ``StoreError/Code/corrupt``; then the event left no trace.
    public func resolve(
        _ identifiers: [Identifier], joins: [ExplicitJoin] = [], event: EventSequence, at time: Timestamp,
        mayJoin: Bool = true, reader: some IdentityReader
    ) throws(StoreError) -> IdentityOutcome {
        try resolver.resolve(identifiers, joins, event: event, at: time, mayJoin: mayJoin, reader: reader)
    }

    /// Whether an earlier event had an identifier.
    ///
    /// - Throws: What the reader threw; then nothing has changed.
    public func knows(_ node: NodeID, reader: some IdentityReader) throws(StoreError) -> Bool {
        try resolver.knows(node, reader: reader)
    }

    /// Reads at once the nodes that a batch of events will ask for and that are not in memory.
    ///
    /// Needs not be called, and decides nothing: it saves look-ups.
    ///
    /// - Throws: What the reader threw; then nothing has changed.
    public func prepare(_ nodes: [NodeID], reader: some IdentityReader) throws(StoreError) {
        try resolver.prepare(nodes, reader: reader)
    }

    /// What the events since the last call changed; called once a batch, before its commit.
    public func takeChanges() -> IdentityChanges { resolver.takeChanges() }

    /// Forgets nodes and edges that were removed from the store, or changed there by others, after that was written.
    ///
    /// To be called between the commit of one batch and the first event of the next. Whole profiles go, or identifiers that
    /// are a profile by themselves: a profile whose root is gone could not be worked on.
    public func forget(_ nodes: [NodeID], _ edges: [IdentityEdge]) { resolver.forget(nodes, edges) }

    /// Forgets everything that the store may not have, after a commit failed: as if its events had never been resolved.
    public func discardChanges() { resolver.discardChanges() }
}
