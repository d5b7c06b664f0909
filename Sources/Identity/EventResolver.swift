import EventModel
import Platform

/// Resolves events one after the other: plans what an event needs, reads it, then decides and carries out in memory.
struct EventResolver {
    private let policy: JoinPolicy
    private var forest: IdentityForest
    private var edges: EdgeMemory
    private var plan = EventPlan()

    init(limits: IdentityLimits, cacheNodeLimit: Int, cacheEdgeLimit: Int) {
        policy = JoinPolicy(limits)
        forest = IdentityForest(periodCount: policy.periodCount, cacheNodeLimit: cacheNodeLimit)
        edges = EdgeMemory(limit: cacheEdgeLimit)
    }

    /// ``IdentityGraph/resolve(_:joins:event:at:mayJoin:reader:)``.
    mutating func resolve(
        _ identifiers: [Identifier], _ joins: [ExplicitJoin], event: EventSequence, at time: Timestamp, mayJoin: Bool,
        reader: some IdentityReader
    ) throws(StoreError) -> IdentityOutcome {
        try plan.make(for: identifiers, joins, forest: &forest, edges: &edges, reader: reader)
        // From here on everything is in memory and nothing can fail.
        for index in plan.members.indices where plan.members[index].isNew {
            let identifier = plan.identifier(of: index, identifiers, joins)
            plan.place(index, at: forest.add(IdentityNode(identifier, firstSeen: time, firstEvent: event)))
        }
        var settlement = EventSettlement(event: event, time: time, mayJoin: mayJoin)
        for index in plan.pairs.indices { settle(plan.pairs[index], &settlement) }
        return outcome(of: settlement)
    }

    /// ``IdentityGraph/knows(_:reader:)``.
    mutating func knows(_ node: NodeID, reader: some IdentityReader) throws(StoreError) -> Bool {
        try forest.load(node, reader: reader) != nil
    }

    /// ``IdentityGraph/prepare(_:reader:)``.
    mutating func prepare(_ nodes: [NodeID], reader: some IdentityReader) throws(StoreError) {
        try forest.prepare(nodes, reader: reader)
    }

    /// ``IdentityGraph/takeChanges()``.
    mutating func takeChanges() -> IdentityChanges {
        IdentityChanges(nodes: forest.takeChanges(), edges: edges.takeChanges())
    }

    /// ``IdentityGraph/forget(_:_:)``.
    mutating func forget(_ nodes: [NodeID], _ removed: [IdentityEdge]) {
        forest.forget(nodes)
        for edge in removed { edges.forget(edge.first, edge.second) }
    }

    /// ``IdentityGraph/discardChanges()``.
    mutating func discardChanges() {
        forest.discardChanges()
        edges.discardChanges()
    }

    /// Decides one pair, carries it out, and records it unless the edge has that decision already.
    private mutating func settle(_ pair: EventPlan.Pair, _ settlement: inout EventSettlement) {
        let (first, second) = (plan.members[pair.first].place, plan.members[pair.second].place)
        let roots = Roots(first: forest.root(of: first), second: forest.root(of: second))
        let isMerge = plan.isKnown(roots.first) && plan.isKnown(roots.second)
        var decision = EdgeDecision(
            event: settlement.event, seenAt: settlement.time, ruleVersion: policy.limits.ruleVersion,
            authority: pair.authority)
        decision.refusal = refusal(of: pair, first, second, roots, isMerge: isMerge, settlement)
        if let reason = decision.refusal {
            settlement.refusals.append(IdentityRefusal(type: forest[second].type, reason: reason))
            if pair.isDecisive { settlement.isRefused = true }
            if let edge = plan.edge(of: pair), edge.wasRefused(for: reason) { return }
            if reason == .uniqueConflict { noteUniqueConflict(first, second, &settlement) }
        } else {
            decision.merge = join(first, second, roots, isMerge: isMerge, &settlement)
        }
        edges.record(
            plan.edge(of: pair)?.changed(to: decision)
                ?? IdentityEdge(first: forest[first].id, second: forest[second].id, decision: decision))
    }

    private func refusal(
        of pair: EventPlan.Pair, _ first: Int, _ second: Int, _ roots: Roots, isMerge: Bool,
        _ settlement: EventSettlement
    ) -> EdgeRefusal? {
        if forest[first].isBlocked || forest[second].isBlocked { return .blockedValue }
        if !settlement.mayJoin { return .businessIDConflict }
        if roots.first == roots.second { return nil }
        let liftsUniqueRule =
            switch pair.authority {
            case .observed: false
            case .linkCall: forest[first].id.trust == .unique && forest[second].id.trust == .unique
            case .operatorAction: true
            }
        return policy.refusal(
            joining: forest[roots.first], forest[roots.second], liftsUniqueRule: liftsUniqueRule, isMerge: isMerge,
            at: settlement.time)
    }

    /// Joins two members' profiles, if they are not one already, and returns what that merged.
    private mutating func join(
        _ first: Int, _ second: Int, _ roots: Roots, isMerge: Bool, _ settlement: inout EventSettlement
    ) -> EdgeMerge? {
        let (left, right) = (forest.extent(of: roots.first), forest.extent(of: roots.second))
        let isKnown = plan.isKnown(roots.first) || plan.isKnown(roots.second)
        let root = forest.join(first, second, isMerge: isMerge && roots.first != roots.second)
        guard roots.first != roots.second else { return nil }
        if isKnown { plan.noteKnown(root) }
        settlement.alerts += policy.alerts(from: left, right, to: forest.extent(of: root))
        guard isMerge else { return nil }
        settlement.isMerged = true
        return EdgeMerge(
            first: left.profile, second: right.profile, firstSize: left.size,
            secondSize: right.size)
    }

    private mutating func noteUniqueConflict(_ first: Int, _ second: Int, _ settlement: inout EventSettlement) {
        for place in forest.noteUniqueConflict(first, second, limit: policy.limits.uniqueLinksBeforeBlock) {
            settlement.alerts.append(.valueBlocked(forest[place].id, forest[place].type))
        }
    }

    private func outcome(of settlement: EventSettlement) -> IdentityOutcome {
        var outcome = IdentityOutcome(state: .none)
        outcome.refusals = settlement.refusals
        outcome.alerts = settlement.alerts
        for member in plan.members {
            guard let before = member.profileBefore else { continue }
            let profile = forest[forest.root(of: member.place)].smallest
            if profile != before, !outcome.previousProfiles.contains(ProfileID(before)) {
                outcome.previousProfiles.append(ProfileID(before))
            }
        }
        guard let center = plan.center else { return outcome }
        outcome.primaryNode = plan.members[center].node
        outcome.profile = ProfileID(forest[forest.root(of: plan.members[center].place)].smallest)
        outcome.state =
            settlement.isRefused
            ? .refused : settlement.isMerged ? .merged : plan.hasKnown ? .existing : .new
        return outcome
    }
}

/// The places of the roots of a pair's two members.
private struct Roots {
    let first: Int
    let second: Int
}

/// What settling an event's pairs came to so far.
private struct EventSettlement {
    let event: EventSequence
    let time: Timestamp
    let mayJoin: Bool
    var isRefused = false
    var isMerged = false
    var refusals: [IdentityRefusal] = []
    var alerts: [IdentityAlert] = []
}

extension IdentityEdge {
    /// Whether the edge was refused for this reason at any time.
    fileprivate func wasRefused(for reason: EdgeRefusal) -> Bool {
        decision.refusal == reason || earlier.contains { $0.refusal == reason }
    }

    /// The edge with a new decision and the old one among the earlier.
    fileprivate func changed(to decision: EdgeDecision) -> IdentityEdge {
        IdentityEdge(first: first, second: second, decision: decision, earlier: earlier + [self.decision])
    }
}
