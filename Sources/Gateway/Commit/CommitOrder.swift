import EventModel
import Identity
import Platform
import Storage

/// Work beside events that must have its place in the order of commits, such as a step of a removal.
///
/// Runs on the committer's thread when everything before it is written, and writes by itself; it is answered once that is
/// durable. Must be short: events wait behind it.
struct CommitOrder: Sendable {
    /// Does the work.
    let run: @Sendable (any CommitOrderContext) throws(StoreError) -> Void
}

/// What an order may do beyond reading and writing the store.
protocol CommitOrderContext: AnyObject {
    /// The next place in the order of commits, for what is no event.
    func nextSequence() -> EventSequence

    /// Forgets identifiers and edges that were removed from the store or changed there.
    func forget(_ nodes: [NodeID], _ edges: [IdentityEdge], of account: AccountNumber)

    /// Forgets clicks that were removed from the store.
    func forget(clicks: [ClickKey])

    /// Looks at suppressions from now on: there are some, or more.
    func noteSuppressions() throws(StoreError)
}

extension CommitState: CommitOrderContext {
    func nextSequence() -> EventSequence { sequences.next(at: clock.now) }

    func forget(_ nodes: [NodeID], _ edges: [IdentityEdge], of account: AccountNumber) {
        graphs[account]?.forget(nodes, edges)
        forget(nodes.map { ProfileID($0) }, of: account)
        clicks.forget(nodes.map { ClickKey(account, $0) })
    }

    func forget(clicks keys: [ClickKey]) { clicks.forget(keys) }

    func noteSuppressions() throws(StoreError) {
        if suppressions == nil { suppressions = try Suppressions.load(store) }
    }
}
