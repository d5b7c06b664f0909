// swift-format-ignore-file: NeverForceUnwrap
// A test's own mistakes may stop the test.

import EventModel
import Identity
import Platform

/// The rules written down as plainly as can be, with sets instead of trees: what ``IdentityGraph`` is compared with.
final class NaiveGraph {
    struct Profile {
        var members: Set<NodeID>
        var mergeCount = 0
    }

    private let limits: IdentityLimits
    private var types: [NodeID: IdentifierType] = [:]
    private var firstSeen: [NodeID: Timestamp] = [:]
    private var linkedUniques: [NodeID: Set<NodeID>] = [:]
    private var blocked: Set<NodeID> = []
    private(set) var profiles: [Profile] = []
    /// Reasons an edge was refused for, and whether it joins.
    private var decisions: [[NodeID]: (refusals: Set<EdgeRefusal>, joins: Bool)] = [:]

    init(limits: IdentityLimits) { self.limits = limits }

    func profile(of node: NodeID) -> NodeID? { profiles.first { $0.members.contains(node) }?.members.min() }

    func resolve(_ event: IdentityEvent, at time: Timestamp) -> IdentityOutcome {
        let explicit = event.joins.flatMap { [$0.first, $0.second] }
        let identifiers = Set(event.identifiers + explicit).sorted { $0.node < $1.node }
        let known = identifiers.filter { types[$0.node] != nil && !blocked.contains($0.node) }
        let center = identifiers.first { !blocked.contains($0.node) }
        let before = identifiers.compactMap { profile(of: $0.node) }
        let knownBefore = Set(types.keys)
        for identifier in identifiers where types[identifier.node] == nil {
            types[identifier.node] = identifier.type
            firstSeen[identifier.node] = time
            profiles.append(Profile(members: [identifier.node]))
        }

        var pairs: [(first: Identifier, second: Identifier, authority: EdgeAuthority)] = []
        for join in event.joins where join.first != join.second {
            let ends = [join.first, join.second].sorted { $0.node < $1.node }
            pairs.append((ends[0], ends[1], join.origin == .linkCall ? .linkCall : .operatorAction))
        }
        pairs.sort { ($0.first.node, $0.second.node) < ($1.first.node, $1.second.node) }
        let hub = center ?? identifiers.first
        if let hub {
            for other in identifiers where other != hub {
                let ends = [hub, other].sorted { $0.node < $1.node }
                if pairs.contains(where: { $0.first == ends[0] && $0.second == ends[1] }) { continue }
                pairs.append((ends[0], ends[1], .observed))
            }
        }

        // The strongest usable identifier and the strongest of the others.
        let strongest = Set([hub, identifiers.first { $0 != hub }])
        var outcome = IdentityOutcome(state: known.isEmpty ? .new : .existing)
        var isRefused = false
        for pair in pairs {
            let (first, second) = (pair.first.node, pair.second.node)
            if decisions[[first, second]]?.joins == true { continue }
            let (reason, merges) = decide(first, second, pair.authority, event.mayJoin, time, knownBefore)
            if let reason {
                outcome.refusals.append(IdentityRefusal(type: pair.second.type, reason: reason))
                if pair.authority != .observed || strongest == [pair.first, pair.second] {
                    isRefused = true
                }
                let isFirst = decisions[[first, second], default: ([], false)].refusals.insert(reason).inserted
                if isFirst, reason == .uniqueConflict { countUniques(first, second) }
            } else {
                decisions[[first, second], default: ([], false)].joins = true
                if merges { outcome.state = .merged }
            }
        }
        if isRefused { outcome.state = .refused }
        for old in before where profile(of: old) != old && !outcome.previousProfiles.contains(ProfileID(old)) {
            outcome.previousProfiles.append(ProfileID(old))
        }
        outcome.primaryNode = center?.node
        outcome.profile = center.flatMap { profile(of: $0.node) }.map { ProfileID($0) }
        if center == nil { outcome.state = .none }
        return outcome
    }

    private func decide(
        _ first: NodeID, _ second: NodeID, _ authority: EdgeAuthority, _ mayJoin: Bool, _ time: Timestamp,
        _ knownBefore: Set<NodeID>
    ) -> (EdgeRefusal?, merges: Bool) {
        if blocked.contains(first) || blocked.contains(second) { return (.blockedValue, false) }
        if !mayJoin { return (.businessIDConflict, false) }
        let left = profiles.firstIndex { $0.members.contains(first) }!
        let right = profiles.firstIndex { $0.members.contains(second) }!
        if left == right { return (nil, false) }
        let (one, other) = (profiles[left], profiles[right])
        let lifts = authority == .operatorAction || authority == .linkCall && isUnique(first) && isUnique(second)
        if !lifts, one.members.contains(where: isUnique), other.members.contains(where: isUnique) {
            return (.uniqueConflict, false)
        }
        if exceedsTypeLimit(one, other, time) { return (.typeLimit, false) }
        if one.members.count + other.members.count > limits.profileSize { return (.sizeLimit, false) }
        let merges = !one.members.isDisjoint(with: knownBefore) && !other.members.isDisjoint(with: knownBefore)
        if merges, one.mergeCount + other.mergeCount + 1 > limits.mergeCount { return (.mergeLimit, false) }
        profiles[left] = Profile(
            members: one.members.union(other.members), mergeCount: one.mergeCount + other.mergeCount + (merges ? 1 : 0))
        profiles.remove(at: right)
        return (nil, merges)
    }

    private func exceedsTypeLimit(_ one: Profile, _ other: Profile, _ time: Timestamp) -> Bool {
        let all = Set((one.members.union(other.members)).map { types[$0]! })
        if all.count > limits.typesPerProfile { return true }
        return all.contains { type in
            let counts = [one, other].map { profile in
                profile.members.count { types[$0] == type && (type.trust != .weak || isRecent($0, time)) }
            }
            let limit =
                switch type.trust {
                case .unique: limits.uniqueLinksBeforeBlock
                case .strong: limits.strongPerType
                case .weak: limits.weakPerType
                }
            return counts.min()! > 0 && counts[0] + counts[1] > limit
        }
    }

    /// Whether a weak identifier was first seen in one of the ten periods of nine days that end with this one.
    private func isRecent(_ node: NodeID, _ time: Timestamp) -> Bool {
        func period(_ time: Timestamp) -> Int { Int((Double(time.milliseconds) / 777_600_000).rounded(.down)) }
        return period(time) - period(firstSeen[node]!) < 10
    }

    private func countUniques(_ first: NodeID, _ second: NodeID) {
        for (node, other) in [(first, second), (second, first)] where !isUnique(node) && !blocked.contains(node) {
            linkedUniques[node, default: []].insert(profile(of: other)!)
            if linkedUniques[node]!.count + 1 > limits.uniqueLinksBeforeBlock { blocked.insert(node) }
        }
    }

    private func isUnique(_ node: NodeID) -> Bool { types[node] == .userID }
}
