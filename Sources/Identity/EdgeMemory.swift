import EventModel

/// The edges of a batch that wait to be written, and a bounded memory of edges that join.
///
/// The memory is a table with one place for each pair's hash where the newer pair replaces the older: losing one costs
/// a look-up in the store, no more.
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

    /// A memory of so many joining edges, rounded up to a power of two.
    init(limit: Int) {
        var count = 1
        while count < limit { count *= 2 }
        joining = ContiguousArray(repeating: .empty, count: count)
    }

    /// What is known of the edge between two nodes, the smaller first.
    mutating func knowledge(
        of first: NodeID, _ second: NodeID, reader: some IdentityReader
    ) throws(StoreError) -> Knowledge {
        let pair = Pair(first: first, second: second)
        if joining[slot(of: pair)] == pair { return .joins }
        if let place = place(of: pair) { return changed[place].joins ? .joins : .refused(changed[place]) }
        guard let edge = try reader.edge(first, second) else { return .none }
        guard edge.joins else { return .refused(edge) }
        joining[slot(of: pair)] = pair
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
        if edge.joins { joining[slot(of: pair)] = pair }
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
        if joining[slot(of: pair)] == pair { joining[slot(of: pair)] = .empty }
    }

    /// Forgets everything.
    mutating func discardChanges() { self = EdgeMemory(limit: joining.count) }

    private func place(of pair: Pair) -> Int? {
        places.place(of: pair.tag) { changed[$0].first == pair.first && changed[$0].second == pair.second }
    }

    private func slot(of pair: Pair) -> Int { Int(truncatingIfNeeded: pair.tag) & (joining.count - 1) }
}
