import EventModel

/// Walks through a profile along the edges that join, nearest nodes first and, at one distance, stronger ones first.
///
/// Reads pages of edges, so that a value with a million refused edges costs time but no memory.
struct EdgeWalk {
    private static let pageSize = 256

    /// Nodes reached, in the order of reaching.
    private(set) var reached: [NodeID]
    /// For each node but the start, the edge by which it was reached.
    private(set) var arrivals: [NodeID: IdentityEdge] = [:]
    private(set) var readCount = 0
    private let readLimit: Int
    private var position = 0

    init(from start: NodeID, readLimit: Int) {
        reached = [start]
        self.readLimit = readLimit
    }

    /// Whether the limit of edges ended the walk.
    var isCutShort: Bool { readCount >= readLimit }

    /// Reads the edges of the next node, until `isEnough` holds of a node just reached.
    ///
    /// - Returns: Whether there is more to walk.
    mutating func step(
        reader: some IdentityEdgeReader, until isEnough: (NodeID) -> Bool
    ) throws(StoreError) -> Bool {
        guard position < reached.count, !isCutShort else { return false }
        let node = reached[position]
        position += 1
        var last: NodeID?
        while !isCutShort {
            let limit = min(Self.pageSize, readLimit - readCount)
            let page = try reader.edges(of: node, after: last, limit: limit)
            readCount += page.count
            for edge in page where edge.joins {
                let other = edge.first == node ? edge.second : edge.first
                guard other != reached[0], arrivals[other] == nil else { continue }
                arrivals[other] = edge
                reached.append(other)
                if isEnough(other) { return false }
            }
            guard page.count == limit, let end = page.last else { break }
            last = end.first == node ? end.second : end.first
        }
        return true
    }
}
