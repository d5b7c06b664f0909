import EventModel

/// The edges of a batch that wait to be written, and a bounded memory of edges that join.
///
/// The memory is a table with two places for each pair's hash, where a newer pair replaces the older of two: losing one
/// costs a look-up in the store, no more. With one place, two pairs of people who come again and again would take it
/// from each other for ever.
struct EdgeMemory {
    /// What is known of an edge before an event.
    enum Knowledge {
        case none
        case joins
        case refused(IdentityEdge)
    }

    private struct Pair: Equatable {
        var first: NodeID
        var second: NodeID

        /// Both are parts of SHA-256, and so is any mixture of their bits.
        var tag: UInt64 { first.low ^ (second.low >> 7 | second.low << 57) }

        /// The pair that no edge has: classes begin at one.
        static let empty = Pair(first: NodeID(high: 0, low: 0), second: NodeID(high: 0, low: 0))
    }

    private var changed: [IdentityEdge] = []
    /// Where edges are in `changed`.
    private var places = PlaceTable()
    private var joining: ContiguousArray<Pair>

    /// A memory of so many joining edges, rounded up to a power of two of at least two.
    init(limit: Int) {
        var count = 2
        while count < limit { count *= 2 }
        joining = ContiguousArray(repeating: .empty, count: count)
    }

    /// What is known of the edge between two nodes, the smaller first.
    mutating func knowledge(
        of first: NodeID, _ second: NodeID, reader: some IdentityReader
    ) throws(StoreError) -> Knowledge {
        let pair = Pair(first: first, second: second)
        if isJoining(pair) { return .joins }
        if let place = place(of: pair) { return changed[place].joins ? .joins : .refused(changed[place]) }
        guard let edge = try reader.edge(first, second) else { return .none }
        guard edge.joins else { return .refused(edge) }
        remember(pair)
        return .joins
    }

    /// Notes an edge as it now is, to be written.
    mutating func record(_ edge: IdentityEdge) {
        let pair = Pair(first: edge.first, second: edge.second)
        if let place = place(of: pair) {
            changed[place] = edge
        } else {
            places.insert(changed.count, under: pair.tag)
            changed.append(edge)
        }
        if edge.joins { remember(pair) }
    }

    /// The edges changed since the last call, in the order of their first change.
    mutating func takeChanges() -> [IdentityEdge] {
        let taken = changed
        changed = []
        changed.reserveCapacity(taken.count)
        places.removeAll()
        return taken
    }

    /// Forgets the edge between two nodes, the smaller first.
    mutating func forget(_ first: NodeID, _ second: NodeID) {
        let pair = Pair(first: first, second: second)
        let slot = slot(of: pair)
        for place in slot...slot + 1 where joining[place] == pair { joining[place] = .empty }
    }

    /// Forgets everything.
    mutating func discardChanges() { self = EdgeMemory(limit: joining.count) }

    private func place(of pair: Pair) -> Int? {
        places.place(of: pair.tag) { changed[$0].first == pair.first && changed[$0].second == pair.second }
    }

    private func isJoining(_ pair: Pair) -> Bool {
        let slot = slot(of: pair)
        return joining[slot] == pair || joining[slot + 1] == pair
    }

    /// Keeps a pair at the first of its places; the one that was there moves to the second.
    private mutating func remember(_ pair: Pair) {
        let slot = slot(of: pair)
        guard joining[slot] != pair else { return }
        joining[slot + 1] = joining[slot]
        joining[slot] = pair
    }

    /// The first of a pair's two places.
    private func slot(of pair: Pair) -> Int { Int(truncatingIfNeeded: pair.tag) & (joining.count - 2) }
}
