public import EventModel

/// The identity graph of one account as the store has it.
public struct StoredIdentityReader<Store: KeyValueStore>: IdentityEdgeReader, Sendable {
    let store: Store
    let account: AccountNumber

    /// A reader of the graph of `account`.
    public init(_ store: Store, _ account: AccountNumber) {
        self.store = store
        self.account = account
    }

    /// A node by its id, or nil.
    public func node(_ id: NodeID) throws(StoreError) -> IdentityNode? {
        try store.record(NodeKey(account, id)) { bytes throws(MalformedRecord) in
            try IdentityNode(reading: bytes, id: id)
        }
    }

    /// Nodes by their ids, in the order of the ids; nil where there is none.
    ///
    /// Cheaper than one ``node(_:)`` after the other.
    public func nodes(_ ids: [NodeID]) throws(StoreError) -> [IdentityNode?] {
        try store.records(ids.map { NodeKey(account, $0) }) { key, bytes throws(MalformedRecord) in
            try IdentityNode(reading: bytes, id: key.node)
        }
    }

    /// The edge between two nodes in either direction, or nil.
    public func edge(_ first: NodeID, _ second: NodeID) throws(StoreError) -> IdentityEdge? {
        try store.record(EdgeKey(account, first, second)) { bytes throws(MalformedRecord) in
            try IdentityEdge(reading: bytes, between: first, and: second)
        }
    }

    /// At most `limit` edges of a node, refused ones too, ordered by the node at their other end and behind `last`.
    public func edges(of node: NodeID, after last: NodeID?, limit: Int) throws(StoreError) -> [IdentityEdge] {
        var range = EdgeKey.all(of: node, account)
        // A zero behind a key makes the smallest key that follows it.
        if let last { range.lower = EdgeKey(account, node, last).bytes + [0] }
        return try store.entries(.edges, range, limit: limit) { key, value throws(MalformedRecord) in
            let key = try EdgeKey(reading: key)
            return try IdentityEdge(reading: value, between: key.node, and: key.neighbour)
        }
    }
}
