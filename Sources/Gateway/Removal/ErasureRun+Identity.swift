import EventModel
import Storage

/// The second half of an erasure: identifiers, edges, and what hangs on them.
extension ErasureRun {
    /// Edges of one step.
    private static var edgeLimit: Int { 128 }
    /// Identifiers of one step.
    private static var nodeLimit: Int { 128 }

    /// Removes the person from the identity graph.
    ///
    /// Whole profiles go, so that no tree loses a part of itself. Nothing can grow meanwhile: events with one of these
    /// identifiers are not taken any more.
    mutating func eraseIdentity() throws(StoreError) {
        for node in record.nodes { try eraseEdges(of: node) }
        for node in record.sharedNodes { try detach(node) }
        let (nodes, account) = (record.nodes, account)
        for start in stride(from: 0, to: nodes.count, by: Self.nodeLimit) {
            let part = Array(nodes[start..<min(start + Self.nodeLimit, nodes.count)])
            try step { batch throws(StoreError) in
                for node in part { batch.deleteIdentifier(node, account) }
                return RemovalStep(nodes: part)
            }
        }
    }

    private mutating func eraseEdges(of node: NodeID) throws(StoreError) {
        let (identity, account, own) = (identity, account, Set(record.nodes))
        while try !identity.edges(of: node, after: nil, limit: 1).isEmpty {
            let limit = Self.edgeLimit
            try step { batch throws(StoreError) in
                var step = RemovalStep()
                step.edges = try identity.edges(of: node, after: nil, limit: limit)
                step.counts.edges = step.edges.count
                for edge in step.edges {
                    batch.deleteEdge(edge, account)
                    guard !edge.joins else { continue }
                    let other = edge.other(than: node)
                    if try identity.forgetRefused(own, at: other, account, in: &batch) { step.nodes.append(other) }
                }
                return step
            }
        }
    }

    /// Makes a value that many people share a profile of its own, blocked as it was.
    private mutating func detach(_ node: NodeID) throws(StoreError) {
        let (identity, account) = (identity, account)
        var last: NodeID?
        while true {
            let page = try identity.edges(of: node, after: last, limit: Self.edgeLimit)
            let joining = page.filter(\.joins)
            if !joining.isEmpty {
                try step { batch throws(StoreError) in
                    for edge in joining { batch.deleteEdge(edge, account) }
                    var step = RemovalStep(edges: joining)
                    step.counts.edges = joining.count
                    return step
                }
            }
            guard page.count == Self.edgeLimit, let end = page.last else { break }
            last = end.other(than: node)
        }
        try step { batch throws(StoreError) in
            guard let shared = try identity.node(node) else { return RemovalStep() }
            var alone = IdentityNode(
                Identifier(type: shared.type, value: shared.value, node: node), firstSeen: shared.firstSeen,
                firstEvent: shared.firstEvent)
            alone.isBlocked = shared.isBlocked
            alone.refusedUniques = shared.refusedUniques
            batch.putNode(account, alone)
            // What was known of the erased person may stand under the shared value's name.
            batch.deletePerson(ProfileID(node), account)
            return RemovalStep(nodes: [node])
        }
    }
}

extension StoredIdentityReader {
    /// Takes identifiers that go off the list of those that another one was refused for.
    ///
    /// - Returns: Whether the other one changes.
    func forgetRefused(
        _ nodes: Set<NodeID>, at other: NodeID, _ account: AccountNumber, in batch: inout WriteBatch
    ) throws(StoreError) -> Bool {
        guard var node = try node(other), !nodes.isDisjoint(with: node.refusedUniques) else { return false }
        node.refusedUniques.removeAll { nodes.contains($0) }
        batch.putNode(account, node)
        return true
    }
}
