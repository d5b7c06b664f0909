public import Platform

/// What the graph keeps of one identifier.
public struct IdentityNode: Sendable, Equatable {
    /// How many identifiers of one type a profile has; kept at its root.
    public struct TypeCount: Sendable, Equatable {
        /// The length of a period in ``recent``: nine days, a tenth of the default window.
        ///
        /// Part of stored counts: never change.
        public static let periodMilliseconds: Int64 = 9 * 86_400_000

        /// The type that is counted.
        public var type: IdentifierType
        /// Identifiers of the type, however old.
        public var total: UInt32
        /// Weak types: identifiers first seen in each period, the newest first, without zeros at the end.
        public var recent: [UInt16]
        /// Weak types: the number of the period since 1970 that `recent` begins with.
        public var newestPeriod: Int64

        /// A count; `recent` and `newestPeriod` are for weak types.
        public init(type: IdentifierType, total: UInt32, recent: [UInt16] = [], newestPeriod: Int64 = 0) {
            self.type = type
            self.total = total
            self.recent = recent
            self.newestPeriod = newestPeriod
        }
    }

    /// The identifier's place in the graph.
    public var id: NodeID
    /// What kind of identifier it is.
    public var type: IdentifierType
    /// The normalized value; hashed if it is personal data.
    public var value: String
    /// The next node on the way to the root; itself at the root.
    public var parent: NodeID
    /// When the gateway received the event that brought the identifier.
    public var firstSeen: Timestamp
    /// The event that brought the identifier.
    public var firstEvent: EventSequence
    /// Distinct unique ids of others that an edge of this identifier would have joined to its own; emptied when the
    /// value blocks itself.
    public var refusedUniques: [NodeID]
    /// Whether the value blocked itself by linking too many unique ids.
    public var isBlocked: Bool

    // What follows is kept at the root of a profile; other nodes have what `init` sets.

    /// Identifiers of the profile.
    public var size: UInt32
    /// How often two profiles, both known before, became this one.
    public var mergeCount: UInt32
    /// The profile's smallest node: its id.
    public var smallest: NodeID
    /// Identifiers a type, ordered by type; empty for a profile of one identifier, whose count is plain.
    public var typeCounts: [TypeCount]

    /// A profile of one identifier.
    public init(_ identifier: Identifier, firstSeen: Timestamp, firstEvent: EventSequence) {
        id = identifier.node
        type = identifier.type
        value = identifier.value
        parent = identifier.node
        self.firstSeen = firstSeen
        self.firstEvent = firstEvent
        refusedUniques = []
        isBlocked = false
        size = 1
        mergeCount = 0
        smallest = identifier.node
        typeCounts = []
    }

    /// Whether the node stands for its profile.
    public var isRoot: Bool { parent == id }
}

/// Why the graph did not join two identifiers.
///
/// Raw values are contracts.
public enum EdgeRefusal: String, Sendable, CaseIterable {
    /// Both sides have a unique id, and they differ.
    case uniqueConflict = "unique_conflict"
    /// The profile would have too many identifiers of one type, or too many types.
    case typeLimit = "type_limit"
    /// The profile would have too many identifiers.
    case sizeLimit = "size_limit"
    /// The profile would have come from too many merges.
    case mergeLimit = "merge_limit"
    /// One side blocked itself by linking too many unique ids.
    case blockedValue = "blocked_value"
    /// The event is a business duplicate of somebody else's.
    case businessIDConflict = "business_id_conflict"
}

/// Who says that two identifiers are the same person.
///
/// Raw values are contracts.
public enum EdgeAuthority: String, Sendable, CaseIterable {
    /// An event carried both.
    case observed
    /// An `alias` or `merge` call named both: may join two unique ids.
    case linkCall = "link_call"
    /// An operator named both: may join profiles of different unique ids through any identifier.
    case operatorAction = "operator"
}

/// Two profiles that became one through an edge.
public struct EdgeMerge: Sendable, Equatable {
    /// The profile of the edge's first node before.
    public var first: ProfileID
    /// The profile of the edge's second node before.
    public var second: ProfileID
    /// Identifiers of the first profile before.
    public var firstSize: UInt32
    /// Identifiers of the second profile before.
    public var secondSize: UInt32

    /// A merge of two profiles by what they were before.
    public init(first: ProfileID, second: ProfileID, firstSize: UInt32, secondSize: UInt32) {
        self.first = first
        self.second = second
        self.firstSize = firstSize
        self.secondSize = secondSize
    }

    /// The profile after: the smaller of the two.
    public var result: ProfileID { min(first, second) }

    /// Identifiers after.
    public var size: UInt32 { firstSize + secondSize }
}

/// What the graph once decided about an edge, and why.
public struct EdgeDecision: Sendable, Equatable {
    /// The first event that got this decision.
    public var event: EventSequence
    /// When the gateway received that event.
    public var seenAt: Timestamp
    /// The version of the rules that decided.
    public var ruleVersion: UInt16
    /// Who asked for the edge.
    public var authority: EdgeAuthority
    /// Nil when the edge joins.
    public var refusal: EdgeRefusal?
    /// What the edge merged, when it joined two profiles that were both known before the event.
    public var merge: EdgeMerge?

    /// A decision to join, or with a reason to refuse.
    public init(
        event: EventSequence, seenAt: Timestamp, ruleVersion: UInt16, authority: EdgeAuthority = .observed,
        refusal: EdgeRefusal? = nil, merge: EdgeMerge? = nil
    ) {
        self.event = event
        self.seenAt = seenAt
        self.ruleVersion = ruleVersion
        self.authority = authority
        self.refusal = refusal
        self.merge = merge
    }
}

/// One edge: somebody said that two identifiers are the same person.
public struct IdentityEdge: Sendable, Equatable {
    /// The smaller node.
    public var first: NodeID
    /// The greater node.
    public var second: NodeID
    /// What holds now; a join is final.
    public var decision: EdgeDecision
    /// Refusals before that, oldest first, each reason once: at most one for each ``EdgeRefusal``.
    public var earlier: [EdgeDecision]

    /// An edge between two nodes, the smaller first.
    public init(first: NodeID, second: NodeID, decision: EdgeDecision, earlier: [EdgeDecision] = []) {
        self.first = first
        self.second = second
        self.decision = decision
        self.earlier = earlier
    }

    /// Whether the edge holds its two nodes in one profile.
    public var joins: Bool { decision.refusal == nil }
}

/// What a batch of events changed in an account's identity graph.
///
/// Everything is the final version, each node and edge once.
public struct IdentityChanges: Sendable, Equatable {
    /// Nodes to put.
    public var nodes: [IdentityNode]
    /// Edges to put, to be found from either end.
    public var edges: [IdentityEdge]

    /// Changes to these nodes and edges.
    public init(nodes: [IdentityNode] = [], edges: [IdentityEdge] = []) {
        self.nodes = nodes
        self.edges = edges
    }

    /// Whether nothing is to be written.
    public var isEmpty: Bool { nodes.isEmpty && edges.isEmpty }
}

/// What the identity graph reads of one account.
///
/// Writes go through the committer's batch.
public protocol IdentityReader {
    /// A node by its id, or nil.
    func node(_ id: NodeID) throws(StoreError) -> IdentityNode?
    /// Nodes by their ids, in the order of the ids; nil where there is none.
    func nodes(_ ids: [NodeID]) throws(StoreError) -> [IdentityNode?]
    /// The edge between two nodes in either direction, or nil.
    func edge(_ first: NodeID, _ second: NodeID) throws(StoreError) -> IdentityEdge?
}

extension IdentityReader {
    /// One node after the other, for readers that know no better.
    public func nodes(_ ids: [NodeID]) throws(StoreError) -> [IdentityNode?] {
        try ids.map { id throws(StoreError) in try node(id) }
    }
}

/// What walking through a profile reads of one account.
public protocol IdentityEdgeReader: IdentityReader {
    /// The edges of a node, refused ones too, ordered by the node at their other end.
    ///
    /// - Parameters:
    ///   - node: The end they have in common.
    ///   - last: The other end after which to begin; nil for the beginning.
    ///   - limit: How many at most; fewer come only at the end.
    /// - Returns: The edges that follow, each with `first` smaller than `second`, whichever of the two is `node`.
    /// - Throws: ``StoreError`` if the store cannot be read.
    func edges(of node: NodeID, after last: NodeID?, limit: Int) throws(StoreError) -> [IdentityEdge]
}

/// How an event's identifiers met the graph (reference identity, rule 12).
///
/// Raw values are contracts.
public enum IdentityState: String, Sendable, CaseIterable {
    /// No identifier was known.
    case new
    /// All known identifiers belong to one profile.
    case existing
    /// Two or more profiles became one.
    case merged
    /// The event's strongest join was refused.
    case refused
    /// The event has no usable identifier.
    case none
}
