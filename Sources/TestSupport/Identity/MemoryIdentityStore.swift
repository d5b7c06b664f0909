public import EventModel

/// An identity store in memory: one account's nodes and edges, as a store on disk would have them after each commit.
///
/// Counts what is read and can be told to fail. Belongs to one thread.
public final class MemoryIdentityStore: IdentityEdgeReader {
    private struct Pair: Hashable {
        let first: NodeID
        let second: NodeID

        init(_ one: NodeID, _ other: NodeID) {
            first = min(one, other)
            second = max(one, other)
        }
    }

    private var nodes: [NodeID: IdentityNode] = [:]
    private var edges: [Pair: IdentityEdge] = [:]
    private var neighbors: [NodeID: [NodeID]] = [:]
    /// Nodes whose neighbors are not in order.
    private var unordered: Set<NodeID> = []

    /// Look-ups of nodes so far, unknown ones too.
    public private(set) var nodeReadCount = 0
    /// Look-ups of single edges so far.
    public private(set) var edgeReadCount = 0
    /// Look-ups of either kind that still work; nil for ever.
    public var readsUntilFailure: Int?

    /// An empty store.
    public init() {}

    /// Applies what a batch changed.
    public func apply(_ changes: IdentityChanges) {
        for node in changes.nodes { nodes[node.id] = node }
        for edge in changes.edges where edges.updateValue(edge, forKey: Pair(edge.first, edge.second)) == nil {
            for (node, other) in [(edge.first, edge.second), (edge.second, edge.first)] {
                neighbors[node, default: []].append(other)
                unordered.insert(node)
            }
        }
    }

    /// All nodes, in order of trust.
    public var allNodes: [IdentityNode] { nodes.values.sorted { $0.id < $1.id } }

    /// All edges, ordered by their nodes.
    public var allEdges: [IdentityEdge] { edges.values.sorted { ($0.first, $0.second) < ($1.first, $1.second) } }

    /// A node by its id, or nil.
    public func node(_ id: NodeID) throws(StoreError) -> IdentityNode? {
        nodeReadCount += 1
        try countRead()
        return nodes[id]
    }

    /// The edge between two nodes in either direction, or nil.
    public func edge(_ first: NodeID, _ second: NodeID) throws(StoreError) -> IdentityEdge? {
        edgeReadCount += 1
        try countRead()
        return edges[Pair(first, second)]
    }

    /// A page of a node's edges, ordered by the node at their other end.
    public func edges(of node: NodeID, after last: NodeID?, limit: Int) throws(StoreError) -> [IdentityEdge] {
        try countRead()
        if unordered.remove(node) != nil { neighbors[node]?.sort() }
        let others = neighbors[node] ?? []
        var start = 0
        if let last {
            var end = others.count
            while start < end {
                let middle = (start + end) / 2
                if others[middle] > last { end = middle } else { start = middle + 1 }
            }
        }
        return others[start...].prefix(limit).compactMap { edges[Pair(node, $0)] }
    }

    private func countRead() throws(StoreError) {
        guard let reads = readsUntilFailure else { return }
        guard reads > 0 else { throw StoreError(.io, "the test asked this read to fail") }
        readsUntilFailure = reads - 1
    }
}
