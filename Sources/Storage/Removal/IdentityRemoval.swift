package import EventModel
package import Platform

/// What removals read and write of the identity graph and of what hangs on its nodes.
extension WriteBatch {
    /// Removes an identifier with what is kept under it: the person's answers about consent, what is known of them, and
    /// the click ids.
    package mutating func deleteIdentifier(_ node: NodeID, _ account: AccountNumber) {
        delete(NodeKey(account, node))
        deleteProfile(ProfileID(node), account)
        delete(ClickKey(account, node))
    }

    /// Removes an edge under both of its ends.
    package mutating func deleteEdge(_ edge: IdentityEdge, _ account: AccountNumber) {
        delete(EdgeKey(account, edge.first, edge.second))
        delete(EdgeKey(account, edge.second, edge.first))
    }

    /// Removes what is remembered of an identifier's clicks.
    package mutating func deleteClicks(_ key: ClickKey) { delete(key) }
}

extension StoredIdentityReader {
    /// The identifier at the top of another one's profile, with the profile's size; nil if it is unknown.
    package func root(of id: NodeID) throws(StoreError) -> IdentityNode? {
        guard var node = try node(id) else { return nil }
        // Joins by size keep the way short; a damaged one must not go round for ever.
        for _ in 0..<64 where !node.isRoot {
            guard let parent = try self.node(node.parent) else {
                throw StoreError(.corrupt, "an identity node has a parent that is not in the store; restore a backup")
            }
            node = parent
        }
        return node
    }

    /// At most `limit` identifiers of the account behind `cursor`, in the order of their nodes.
    package func nodes(after cursor: NodeID?, limit: Int) throws(StoreError) -> [IdentityNode] {
        var range = KeyRange { $0.appendInteger(account.value) }
        if let cursor { range.lower = NodeKey(account, cursor).bytes + [0] }
        return try store.entries(.nodes, range, limit: limit) { key, value throws(MalformedRecord) in
            var reader = ByteReader(key)
            _ = try reader.account()
            return try IdentityNode(reading: value, id: try reader.node())
        }
    }

    /// Whether an event that is still there is listed under the node.
    package func hasEvents(_ node: NodeID) throws(StoreError) -> Bool {
        try !EventReader(store).events(ofProfileNode: node, account, limit: 1).isEmpty
    }
}

/// What is remembered of clicks that are older than an account's retention.
package struct OldClicks<Store: KeyValueStore>: Sendable {
    private let store: Store
    private let account: AccountNumber

    /// A reader of an account's old clicks.
    package init(_ store: Store, _ account: AccountNumber) {
        self.store = store
        self.account = account
    }

    /// Looks at `limit` records behind `cursor`; gives those whose newest click is before `cutoff`, and the last key.
    package func page(
        after cursor: ClickKey?, before cutoff: Timestamp, limit: Int
    ) throws(StoreError) -> (old: [ClickKey], last: ClickKey?) {
        var range = KeyRange { $0.appendInteger(account.value) }
        if let cursor { range.lower = cursor.bytes + [0] }
        let seen = try store.entries(.clicks, range, limit: limit) { key, value throws(MalformedRecord) in
            var reader = ByteReader(key)
            let key = ClickKey(try reader.account(), try reader.node())
            return (key: key, newest: value.withUnsafeBytes { ClickRecord.time(of: $0) })
        }
        let old = seen.filter { $0.newest.map { $0 < cutoff } ?? false }.map(\.key)
        return (old, seen.count == limit ? seen.last?.key : nil)
    }

    /// Those of the keys whose newest click still is before `cutoff`.
    package func stillOld(_ keys: [ClickKey], before cutoff: Timestamp) throws(StoreError) -> [ClickKey] {
        let values = try store.values(.clicks, keys.map(\.bytes))
        return zip(keys, values).filter { _, value in
            value.flatMap { $0.withUnsafeBytes { ClickRecord.time(of: $0) } }.map { $0 < cutoff } ?? false
        }.map(\.0)
    }
}
