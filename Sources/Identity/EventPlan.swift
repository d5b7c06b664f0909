import EventModel

/// What one event asks of the graph, with everything from the store that answering it needs.
///
/// One value is used for event after event, so that making a plan allocates nothing.
struct EventPlan {
    /// One identifier of the event.
    struct Member {
        let node: NodeID
        /// Where the identifier stands: in the event's list, or behind it in the explicit joins, two a join.
        let source: Int
        /// Its place in the forest; set for known ones at once, for new ones when they are added.
        var place = 0
        var isNew = false
        /// The smallest node of its profile before the event, when there is something to settle.
        var profileBefore: NodeID?
    }

    /// Two members whose edge doesn't join them yet.
    struct Pair {
        /// The index of the smaller node.
        let first: Int
        let second: Int
        let authority: EdgeAuthority
        /// The index of the edge as it is, if it was refused before.
        fileprivate let edge: Int?
        /// Whether the event counts as refused when this pair is: the strongest join, and every explicit one.
        let isDecisive: Bool
    }

    /// Ordered by trust, each node once.
    private(set) var members: [Member] = []
    /// Explicit joins first, then the star around the strongest usable member; each part ordered by nodes.
    private(set) var pairs: [Pair] = []
    /// Edges of pairs that were refused before.
    private var refusedEdges: [IdentityEdge] = []
    /// The index of the strongest member that did not block itself; nil if none is.
    private(set) var center: Int?
    /// Whether a usable member was known.
    private(set) var hasKnown = false
    /// Places of the roots of profiles that were known before the event or have joined such a one.
    private var knownRoots: [Int] = []

    /// Reads what the event needs; a failure leaves the forest's trees as they were.
    mutating func make(
        for identifiers: [Identifier], _ joins: [ExplicitJoin], forest: inout IdentityForest, edges: inout EdgeMemory,
        reader: some IdentityReader
    ) throws(StoreError) {
        gather(identifiers, joins)
        center = nil
        hasKnown = false
        for index in members.indices {
            let place = try forest.load(members[index].node, reader: reader)
            members[index].isNew = place == nil
            members[index].place = place ?? 0
            if let place, forest[place].isBlocked { continue }
            if center == nil { center = index }
            if place != nil { hasKnown = true }
        }
        pairs.removeAll(keepingCapacity: true)
        refusedEdges.removeAll(keepingCapacity: true)
        try addExplicitPairs(joins, edges: &edges, reader: reader)
        try addStar(edges: &edges, reader: reader)
        try loadPaths(&forest, reader: reader)
    }

    /// The identifier of a member, from the lists that the plan was made for.
    func identifier(of member: Int, _ identifiers: [Identifier], _ joins: [ExplicitJoin]) -> Identifier {
        let source = members[member].source
        if source < identifiers.count { return identifiers[source] }
        let (join, end) = (source - identifiers.count).quotientAndRemainder(dividingBy: 2)
        return end == 0 ? joins[join].first : joins[join].second
    }

    /// The edge of a pair as it is, if it was refused before.
    func edge(of pair: Pair) -> IdentityEdge? { pair.edge.map { refusedEdges[$0] } }

    /// Says where a new member was put.
    mutating func place(_ member: Int, at place: Int) { members[member].place = place }

    /// Whether the profile of a root holds an identifier that was known before the event.
    func isKnown(_ root: Int) -> Bool { knownRoots.contains(root) }

    /// Notes that a profile with a known identifier has this root now.
    mutating func noteKnown(_ root: Int) { knownRoots.append(root) }

    private mutating func gather(_ identifiers: [Identifier], _ joins: [ExplicitJoin]) {
        members.removeAll(keepingCapacity: true)
        var isOrdered = true
        func add(_ node: NodeID, _ source: Int, to members: inout [Member]) {
            if let last = members.last, last.node >= node { isOrdered = false }
            members.append(Member(node: node, source: source))
        }
        for index in identifiers.indices { add(identifiers[index].node, index, to: &members) }
        for index in joins.indices {
            add(joins[index].first.node, identifiers.count + 2 * index, to: &members)
            add(joins[index].second.node, identifiers.count + 2 * index + 1, to: &members)
        }
        guard !isOrdered else { return }
        members.sort { $0.node < $1.node }
        var kept = 0
        for index in members.indices.dropFirst() where members[index].node != members[kept].node {
            kept += 1
            members[kept] = members[index]
        }
        members.removeLast(members.count - kept - 1)
    }

    private mutating func addExplicitPairs(
        _ joins: [ExplicitJoin], edges: inout EdgeMemory, reader: some IdentityReader
    ) throws(StoreError) {
        guard !joins.isEmpty else { return }
        var ordered: [(first: Int, second: Int, origin: ExplicitJoin.Origin)] = []
        for join in joins where join.first.node != join.second.node {
            let (first, second) = (index(of: join.first.node), index(of: join.second.node))
            ordered.append((min(first, second), max(first, second), join.origin))
        }
        // Of a pair named twice, the operator's word comes first and is the one that counts.
        ordered.sort { left, right in
            (left.first, left.second, left.origin == .operatorAction ? 0 : 1)
                < (right.first, right.second, right.origin == .operatorAction ? 0 : 1)
        }
        for pair in ordered where !plans(pair.first, pair.second) {
            try add(pair.first, pair.second, pair.origin.authority, isDecisive: true, edges: &edges, reader: reader)
        }
    }

    private mutating func addStar(edges: inout EdgeMemory, reader: some IdentityReader) throws(StoreError) {
        guard members.count > 1 else { return }
        let center = center ?? 0
        let explicitCount = pairs.count
        let strongestOther = center == 0 ? 1 : 0
        for other in members.indices where other != center {
            let (first, second) = (min(center, other), max(center, other))
            if explicitCount > 0, plans(first, second) { continue }
            try add(
                first, second, .observed, isDecisive: other == strongestOther, edges: &edges, reader: reader)
        }
    }

    private mutating func add(
        _ first: Int, _ second: Int, _ authority: EdgeAuthority, isDecisive: Bool, edges: inout EdgeMemory,
        reader: some IdentityReader
    ) throws(StoreError) {
        var refused: Int?
        // An edge cannot be older than its nodes.
        if !members[first].isNew, !members[second].isNew {
            switch try edges.knowledge(of: members[first].node, members[second].node, reader: reader) {
            case .joins: return
            case .refused(let edge):
                refused = refusedEdges.count
                refusedEdges.append(edge)
            case .none: break
            }
        }
        pairs.append(
            Pair(first: first, second: second, authority: authority, edge: refused, isDecisive: isDecisive))
    }

    private mutating func loadPaths(_ forest: inout IdentityForest, reader: some IdentityReader) throws(StoreError) {
        knownRoots.removeAll(keepingCapacity: true)
        if pairs.isEmpty {
            // Joining edges say that all members have the root of the strongest.
            guard let center, !members[center].isNew else { return }
            _ = try forest.loadRoot(of: members[center].place, reader: reader)
            return
        }
        for index in members.indices where !members[index].isNew {
            let root = try forest.loadRoot(of: members[index].place, reader: reader)
            members[index].profileBefore = forest[root].smallest
            knownRoots.append(root)
        }
    }

    private func plans(_ first: Int, _ second: Int) -> Bool {
        pairs.contains { $0.first == first && $0.second == second }
    }

    /// The index of a node among the members.
    private func index(of node: NodeID) -> Int {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if members[middle].node < node { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
