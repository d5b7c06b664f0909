import EventModel
import Identity
import Platform
import Storage

/// Finds profiles none of whose identifiers was seen since a time, and removes them whole.
///
/// An identifier was seen when it came, and with every event that is listed under one of its profile: events go before
/// profiles do, so that a profile with an event is one that was seen. Union-find cannot give up a part of a tree, which is
/// why a profile goes as a whole or not at all.
struct OldProfiles<Store: KeyValueStore>: Sendable {
    /// A profile that may go.
    struct Profile: Sendable {
        let root: NodeID
        let size: UInt32
        let nodes: [NodeID]
    }

    /// What was removed.
    struct Removed: Sendable {
        var profileCount = 0
        var nodes: [NodeID] = []
        var edges: [IdentityEdge] = []
        /// Identifiers of others that have changed.
        var changed: [NodeID] = []
    }

    private let store: Store
    private let account: AccountNumber
    private let cutoff: Timestamp
    private let identity: StoredIdentityReader<Store>

    /// Identifiers removed in one step.
    private static var nodeLimit: Int { 128 }
    /// Edges of one profile; one with more stays, which takes a thousand refused joins.
    private static var edgeLimit: Int { 4096 }

    init(_ store: Store, _ account: AccountNumber, cutoff: Timestamp) {
        self.store = store
        self.account = account
        self.cutoff = cutoff
        identity = StoredIdentityReader(store, account)
    }

    /// Looks at `limit` identifiers behind `cursor`; gives profiles that may go, in groups for a step each.
    func page(
        after cursor: NodeID?, limit: Int
    ) throws(StoreError) -> (groups: [[Profile]], last: NodeID?) {
        let nodes = try identity.nodes(after: cursor, limit: limit)
        var groups: [[Profile]] = []
        var size = Self.nodeLimit
        for node in nodes where node.isRoot && node.firstSeen < cutoff && !node.isBlocked {
            guard try !identity.hasEvents(node.id), let profile = try profile(of: node), try isOld(profile) else {
                continue
            }
            if size + profile.nodes.count > Self.nodeLimit {
                groups.append([])
                size = 0
            }
            groups[groups.count - 1].append(profile)
            size += profile.nodes.count
        }
        return (groups, nodes.count == limit ? nodes.last?.id : nil)
    }

    /// Adds to a batch what removes those of the profiles that are still old and whole; on the committer's thread.
    func remove(_ profiles: [Profile], in batch: inout WriteBatch) throws(StoreError) -> Removed {
        var removed = Removed()
        for profile in profiles {
            // An event that came in since has made the profile larger, or is listed under it.
            guard let root = try identity.node(profile.root), root.isRoot, root.size == profile.size,
                try isOld(profile),
                let edges = try edges(of: profile)
            else { continue }
            let own = Set(profile.nodes)
            for node in profile.nodes { batch.deleteIdentifier(node, account) }
            for edge in edges {
                batch.deleteEdge(edge, account)
                guard !edge.joins else { continue }
                let other = own.contains(edge.first) ? edge.second : edge.first
                // A list that two profiles of one group change would be written from its old state twice; the entry of
                // the first stays then, and does no harm.
                guard !own.contains(other), !removed.changed.contains(other) else { continue }
                if try identity.forgetRefused(own, at: other, account, in: &batch) { removed.changed.append(other) }
            }
            removed.profileCount += 1
            removed.nodes += profile.nodes
            removed.edges += edges
        }
        return removed
    }

    private func profile(of root: IdentityNode) throws(StoreError) -> Profile? {
        if root.size == 1 { return Profile(root: root.id, size: 1, nodes: [root.id]) }
        let members = try ProfileMembers.around(
            root.id, limit: Int(root.size), edgeReadLimit: Self.edgeLimit, reader: identity)
        guard let members, members.isComplete, members.nodes.count == Int(root.size),
            members.nodes.allSatisfy({ $0.firstSeen < cutoff && !$0.isBlocked })
        else { return nil }
        return Profile(root: root.id, size: root.size, nodes: members.nodes.map(\.id))
    }

    private func isOld(_ profile: Profile) throws(StoreError) -> Bool {
        for node in profile.nodes where try identity.hasEvents(node) { return false }
        return true
    }

    /// All edges of a profile; nil if there are too many for a step.
    private func edges(of profile: Profile) throws(StoreError) -> [IdentityEdge]? {
        var edges: [IdentityEdge] = []
        let own = Set(profile.nodes)
        for node in profile.nodes {
            let page = try identity.edges(of: node, after: nil, limit: Self.edgeLimit - edges.count + 1)
            // An edge within the profile is met from both of its ends.
            edges += page.filter { $0.first == node || !own.contains($0.first) }
            guard edges.count <= Self.edgeLimit else { return nil }
        }
        return edges
    }
}
