public import EventModel

/// Makes the trees again from what was decided (reference identity, rule 10).
public enum IdentityRebuild {
    /// The nodes that the decisions of `edges` give, in order of trust.
    ///
    /// Nodes give their identifier and when it came, edges everything else; the result equals the stored nodes if they
    /// were made by the same limits.
    ///
    /// - Parameters:
    ///   - nodes: All identifiers of an account, in any order.
    ///   - edges: All edges of the account, in any order.
    ///   - limits: The account's limits; nothing is decided anew, but they say when values block themselves.
    /// - Returns: The nodes as the store should have them, ordered by id.
    /// - Throws: ``StoreError/Code/corrupt`` if an edge's node is missing.
    public static func nodes(
        _ nodes: [IdentityNode], joinedBy edges: [IdentityEdge], limits: IdentityLimits
    ) throws(StoreError) -> [IdentityNode] {
        var forest = IdentityForest(periodCount: JoinPolicy(limits).periodCount, cacheNodeLimit: .max)
        var places: [NodeID: Int] = [:]
        for node in nodes {
            let identifier = Identifier(type: node.type, value: node.value, node: node.id)
            places[node.id] = forest.add(
                IdentityNode(identifier, firstSeen: node.firstSeen, firstEvent: node.firstEvent))
        }
        for step in steps(of: edges) {
            guard let first = places[step.first], let second = places[step.second] else {
                throw StoreError(.corrupt, "an identity edge has a node that is not in the store; restore a backup")
            }
            switch step.decision.refusal {
            case nil:
                forest.join(first, second, isMerge: step.decision.merge != nil)
            case .uniqueConflict:
                forest.noteUniqueConflict(first, second, limit: limits.uniqueLinksBeforeBlock)
            case .typeLimit, .sizeLimit, .mergeLimit, .blockedValue, .businessIDConflict:
                break
            }
        }
        return forest.takeChanges().sorted { $0.id < $1.id }
    }

    private struct Step {
        var first: NodeID
        var second: NodeID
        var decision: EdgeDecision
    }

    /// All decisions in the order in which they were made: an event settles explicit joins first, each part by nodes.
    private static func steps(of edges: [IdentityEdge]) -> [Step] {
        let steps = edges.flatMap { edge in
            (edge.earlier + [edge.decision]).map { Step(first: edge.first, second: edge.second, decision: $0) }
        }
        return steps.sorted { left, right in
            let isObserved = (left.decision.authority == .observed, right.decision.authority == .observed)
            if left.decision.event != right.decision.event { return left.decision.event < right.decision.event }
            if isObserved.0 != isObserved.1 { return isObserved.1 }
            return (left.first, left.second) < (right.first, right.second)
        }
    }
}
