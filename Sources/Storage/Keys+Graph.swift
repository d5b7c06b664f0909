package import EventModel

/// The key of a node: account · node.
package struct NodeKey: StoreKey {
    package static let family = Family.nodes
    package let account: AccountNumber
    package let node: NodeID

    package init(_ account: AccountNumber, _ node: NodeID) {
        self.account = account
        self.node = node
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendNode(node)
    }
}

/// The key of an edge: account · node · neighbour; every edge is kept under both of its ends.
package struct EdgeKey: StoreKey {
    package static let family = Family.edges
    package let account: AccountNumber
    package let node: NodeID
    package let neighbour: NodeID

    package init(_ account: AccountNumber, _ node: NodeID, _ neighbour: NodeID) {
        self.account = account
        self.node = node
        self.neighbour = neighbour
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        account = try reader.account()
        node = try reader.node()
        neighbour = try reader.node()
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendNode(node)
        bytes.appendNode(neighbour)
    }

    /// All edges of a node.
    package static func all(of node: NodeID, _ account: AccountNumber) -> KeyRange {
        KeyRange(prefix: NodeKey(account, node).bytes)
    }
}

/// The key of an entry in a profile's history: account · node · sequence, the newest first.
///
/// The sequence is stored as its complement: the only order that anybody asks for is from the newest, and RocksDB's
/// cheapest memtable for this family can be read forwards only.
package struct ProfileEventKey: StoreKey {
    package static let family = Family.profileEvents
    package let account: AccountNumber
    package let node: NodeID
    package let sequence: EventSequence

    package init(_ account: AccountNumber, _ node: NodeID, _ sequence: EventSequence) {
        self.account = account
        self.node = node
        self.sequence = sequence
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        account = try reader.account()
        node = try reader.node()
        sequence = EventSequence(~(try reader.integer(UInt64.self)))
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendNode(node)
        bytes.appendInteger(~sequence.value)
    }

    /// All events of a node.
    package static func all(of node: NodeID, _ account: AccountNumber) -> KeyRange {
        KeyRange(prefix: NodeKey(account, node).bytes)
    }
}
