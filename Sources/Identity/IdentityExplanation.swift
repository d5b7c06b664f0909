public import EventModel

/// Why two identifiers are one person, or are not (reference identity, rule 8).
public enum IdentityExplanation: Sendable, Equatable {
    /// One person: the shortest chain of joining edges from the one to the other; empty when they are the same.
    case connected([IdentityEdge])
    /// Two people; with the edge between the two, if somebody said that they are one and was refused.
    case separate(refused: IdentityEdge?)
    /// The graph has never seen this identifier.
    case unknown(NodeID)
    /// One person, but the chain was not found among so many edges.
    case unfinished(edgesRead: Int)

    /// Explains how two identifiers of one account hang together; pure reading, for any thread with its own reader.
    ///
    /// - Parameters:
    ///   - start: One identifier.
    ///   - end: The other identifier.
    ///   - edgeReadLimit: Edges to read at most; a profile has few that join, but refused ones are read too.
    ///   - reader: The account's store.
    /// - Returns: The explanation, with the chain in the order from `start` to `end`.
    /// - Throws: What the reader threw, or ``StoreError/Code/corrupt``.
    public static func between(
        _ start: NodeID, _ end: NodeID, edgeReadLimit: Int = 1_000_000, reader: some IdentityEdgeReader
    ) throws(StoreError) -> IdentityExplanation {
        guard let startProfile = try ProfileMembers.profile(of: start, reader: reader) else { return .unknown(start) }
        guard let endProfile = try ProfileMembers.profile(of: end, reader: reader) else { return .unknown(end) }
        if start == end { return .connected([]) }
        guard startProfile == endProfile else { return .separate(refused: try reader.edge(start, end)) }
        var walk = EdgeWalk(from: start, readLimit: edgeReadLimit)
        while walk.arrivals[end] == nil, try walk.step(reader: reader, until: { $0 == end }) {}
        var chain: [IdentityEdge] = []
        var node = end
        while let edge = walk.arrivals[node] {
            chain.append(edge)
            node = edge.first == node ? edge.second : edge.first
        }
        return node == start ? .connected(chain.reversed()) : .unfinished(edgesRead: walk.readCount)
    }
}
