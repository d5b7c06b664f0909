import EventModel
import Platform

/// Decides whether two profiles may become one; pure (reference identity, rules 2, 4 and 5).
struct JoinPolicy {
    let limits: IdentityLimits
    /// Periods in which a weak identifier counts.
    let periodCount: Int

    init(_ limits: IdentityLimits) {
        self.limits = limits
        let period = IdentityNode.TypeCount.periodMilliseconds
        periodCount = Int(max(1, (limits.weakWindow.wholeMilliseconds + period - 1) / period))
    }

    /// Why the profiles of two roots stay apart, or nil when they may join.
    ///
    /// - Parameters:
    ///   - left: One root.
    ///   - right: The other root.
    ///   - liftsUniqueRule: Whether somebody who may said that two unique ids are one person.
    ///   - isMerge: Whether both profiles were known before the event.
    ///   - time: When the event came.
    /// - Returns: The first of the rules that forbids it, in the order in which ``EdgeRefusal`` lists them.
    func refusal(
        joining left: IdentityNode, _ right: IdentityNode, liftsUniqueRule: Bool, isMerge: Bool, at time: Timestamp
    ) -> EdgeRefusal? {
        if left.hasUnique, right.hasUnique, !liftsUniqueRule { return .uniqueConflict }
        if exceedsTypeLimit(left, right, at: time) { return .typeLimit }
        if Int(left.size) + Int(right.size) > limits.profileSize { return .sizeLimit }
        if isMerge, Int(left.mergeCount) + Int(right.mergeCount) + 1 > limits.mergeCount { return .mergeLimit }
        return nil
    }

    /// Whether one side brings identifiers of a type of which the other leaves no room.
    private func exceedsTypeLimit(_ left: IdentityNode, _ right: IdentityNode, at time: Timestamp) -> Bool {
        let oldest = IdentityNode.TypeCount.period(of: time) - Int64(periodCount) + 1
        var types = left.countCount + right.countCount
        for index in 0..<left.countCount {
            let count = left.count(at: index)
            for otherIndex in 0..<right.countCount {
                let other = right.count(at: otherIndex)
                guard other.type == count.type else { continue }
                types -= 1
                if count.counted(since: oldest) + other.counted(since: oldest) > limit(of: count.type) { return true }
            }
        }
        return types > limits.typesPerProfile
    }

    private func limit(of type: IdentifierType) -> Int {
        switch type.trust {
        // Two sides with a unique id come here only when somebody joined them explicitly.
        case .unique: limits.uniqueLinksBeforeBlock
        case .strong: limits.strongPerType
        case .weak: limits.weakPerType
        }
    }

    /// The alerts that a profile raises by growing out of two.
    func alerts(from left: ProfileExtent, _ right: ProfileExtent, to result: ProfileExtent) -> [IdentityAlert] {
        func crosses(_ left: UInt32, _ right: UInt32, _ new: UInt32, _ limit: Int) -> Bool {
            let level = limit * limits.alertPercent
            return Int(max(left, right)) * 100 < level && Int(new) * 100 >= level
        }
        var alerts: [IdentityAlert] = []
        if crosses(left.size, right.size, result.size, limits.profileSize) {
            alerts.append(
                .profileNearSizeLimit(result.profile, size: Int(result.size), limit: limits.profileSize))
        }
        if crosses(left.mergeCount, right.mergeCount, result.mergeCount, limits.mergeCount) {
            alerts.append(
                .profileNearMergeLimit(result.profile, merges: Int(result.mergeCount), limit: limits.mergeCount))
        }
        return alerts
    }
}

/// How far a profile reaches.
struct ProfileExtent {
    let profile: ProfileID
    let size: UInt32
    let mergeCount: UInt32
}

extension IdentityNode {
    /// Whether the profile of this root has a unique id: they are the smallest nodes.
    var hasUnique: Bool { smallest.trust == .unique }
}
