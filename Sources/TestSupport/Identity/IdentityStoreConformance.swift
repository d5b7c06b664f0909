public import EventModel
import Platform
import Testing

/// Checks that an identity store gives back what was applied to it, every field, and pages through edges in order.
///
/// - Parameters:
///   - store: An empty store of one account.
///   - apply: Makes changes visible to `store`, as a commit does.
/// - Throws: What the store or `apply` threw.
public func checkIdentityStore(
    _ store: some IdentityEdgeReader, apply: (IdentityChanges) throws -> Void
) throws {
    let nodes = IdentityRecordSamples.nodes
    let edges = IdentityRecordSamples.edges
    #expect(try store.node(nodes[0].id) == nil)
    #expect(try store.edge(edges[0].first, edges[0].second) == nil)
    #expect(try store.edges(of: nodes[0].id, after: nil, limit: 10).isEmpty)

    try apply(IdentityChanges(nodes: nodes, edges: edges))
    for node in nodes { #expect(try store.node(node.id) == node) }
    for edge in edges {
        #expect(try store.edge(edge.first, edge.second) == edge)
        #expect(try store.edge(edge.second, edge.first) == edge)
        #expect(try store.edges(of: edge.second, after: nil, limit: 100).contains(edge))
    }
    try checkPages(store, edges)

    // A later version replaces the earlier one.
    var node = nodes[1]
    node.parent = nodes[0].id
    var edge = edges[0]
    edge.earlier.append(edge.decision)
    edge.decision.refusal = nil
    try apply(IdentityChanges(nodes: [node], edges: [edge]))
    #expect(try store.node(node.id) == node)
    #expect(try store.edge(edge.second, edge.first) == edge)
    try checkPages(store, [edge] + edges.dropFirst())
}

private func checkPages(_ store: some IdentityEdgeReader, _ edges: [IdentityEdge]) throws {
    let center = edges[0].first
    let all = edges.filter { $0.first == center }.sorted { $0.second < $1.second }
    #expect(all.count > 3)
    for limit in [1, 2, 3, all.count, all.count + 1] {
        var pages: [IdentityEdge] = []
        while true {
            let page = try store.edges(of: center, after: pages.last?.second, limit: limit)
            #expect(page.count <= limit)
            if page.isEmpty { break }
            pages += page
        }
        #expect(pages == all)
    }
}

/// Records of every shape that the identity graph writes.
public enum IdentityRecordSamples {
    /// One node of each type; the first is a root with everything that a root can have.
    public static let nodes: [IdentityNode] = {
        let types = IdentifierType.fixed + [.external("shopify_id"), .external("ключ")]
        var nodes = types.enumerated().map { index, type in
            let node = NodeID(
                high: UInt64(type.trust.rawValue) << 56 | UInt64(type.trustRank) << 48 | UInt64(index),
                low: .max - UInt64(index))
            let identifier = Identifier(type: type, value: index == 2 ? "" : "value-\(index)", node: node)
            return IdentityNode(
                identifier, firstSeen: Timestamp(milliseconds: 1_700_000_000_123 + Int64(index)),
                firstEvent: EventSequence(1_700_000_000_123 << 20 + UInt64(index)))
        }
        nodes[0].size = 1000
        nodes[0].mergeCount = 99
        nodes[0].smallest = nodes[1].id
        nodes[0].typeCounts = [
            IdentityNode.TypeCount(type: .userID, total: 1),
            IdentityNode.TypeCount(type: .external("shopify_id"), total: 5),
            IdentityNode.TypeCount(type: .fbp, total: .max, recent: [1, 0, .max], newestPeriod: 2186),
            IdentityNode.TypeCount(type: .deviceID, total: 3, recent: [2], newestPeriod: -1),
        ]
        nodes[3].parent = nodes[0].id
        nodes[4].parent = nodes[3].id
        nodes[4].refusedUniques = [nodes[0].id, nodes[1].id]
        nodes[5].isBlocked = true
        nodes[6].firstSeen = Timestamp(milliseconds: -1)
        return nodes
    }()

    /// Edges from the first node to each other, with every refusal, every authority, a merge and earlier decisions.
    public static let edges: [IdentityEdge] = {
        let refusals: [EdgeRefusal?] = EdgeRefusal.allCases + [nil]
        let ordered = nodes.map(\.id).sorted()
        return ordered.dropFirst().enumerated().map { index, other in
            var decision = EdgeDecision(
                event: EventSequence(.max - UInt64(index)), seenAt: Timestamp(milliseconds: Int64(index) - 3),
                ruleVersion: .max, authority: EdgeAuthority.allCases[index % EdgeAuthority.allCases.count],
                refusal: refusals[index % refusals.count])
            var edge = IdentityEdge(first: ordered[0], second: other, decision: decision)
            if decision.refusal == nil {
                edge.decision.merge = EdgeMerge(
                    first: ProfileID(ordered[0]), second: ProfileID(other), firstSize: 1, secondSize: .max)
                decision.refusal = .typeLimit
                edge.earlier = [decision, decision]
            }
            return edge
        }
    }()
}
