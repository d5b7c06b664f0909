import EventModel
import Identity
import Storage

/// The edges of a profile's members: those that hold it together, and those that were refused.
struct ProfileEdges {
    /// How many edges are read for one profile at most, so that an answer never takes long.
    static let readLimit = 20_000
    /// How many of either kind are kept.
    private static let keepLimit = 2000
    private static let pageSize = 256

    /// The edges that join two members, each once.
    private(set) var joining: [IdentityEdge] = []
    /// The edges that were refused, each once.
    private(set) var refused: [IdentityEdge] = []
    /// Whether these are all.
    private(set) var isComplete = true

    /// Reads them, a page at a time.
    init(of members: [NodeID], _ reader: some IdentityEdgeReader) throws(StoreError) {
        var leftToRead = Self.readLimit
        let known = Set(members)
        for member in members {
            var last: NodeID?
            while leftToRead > 0 {
                let limit = min(Self.pageSize, leftToRead)
                let page = try reader.edges(of: member, after: last, limit: limit)
                leftToRead -= page.count
                for edge in page { keep(edge, of: member, known) }
                guard page.count == limit, let end = page.last else { break }
                last = end.first == member ? end.second : end.first
            }
        }
        if leftToRead == 0 { isComplete = false }
    }

    /// Keeps an edge, unless the member at its other end has brought it already.
    private mutating func keep(_ edge: IdentityEdge, of member: NodeID, _ members: Set<NodeID>) {
        let other = edge.first == member ? edge.second : edge.first
        guard !members.contains(other) || edge.first == member else { return }
        guard (edge.joins ? joining : refused).count < Self.keepLimit else {
            isComplete = false
            return
        }
        if edge.joins { joining.append(edge) } else { refused.append(edge) }
    }
}
