import Crypto
import EventModel
import Identity
import Platform
import TestSupport
import Testing

/// A generator that gives the same numbers for the same seed (Steele, Lea, Flood: SplitMix).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// Identifiers of one test account.
struct Namespace {
    let tenant: Tenant
    private let hasher = SHA256()

    init(account: String = "acct_test", environment: String = "production") {
        tenant = Tenant(
            account: account, environment: environment, accountNumber: AccountNumber(1),
            environmentNumber: EnvironmentNumber(1))
    }

    func callAsFunction(_ type: IdentifierType, _ value: String) -> Identifier {
        Identifier(type, value, in: tenant, hasher: hasher)
    }

    func user(_ value: String) -> Identifier { self(.userID, value) }
    func email(_ value: String) -> Identifier { self(.email, value) }
    func anonymous(_ value: String) -> Identifier { self(.anonymousID, value) }
}

/// One event's part that the graph sees.
struct IdentityEvent {
    var identifiers: [Identifier]
    var joins: [ExplicitJoin] = []
    var mayJoin = true
}

/// A graph over a store in memory, and the numbers and times of events.
final class Simulation {
    let limits: IdentityLimits
    let cacheNodeLimit: Int
    let cacheEdgeLimit: Int
    let store = MemoryIdentityStore()
    private(set) var graph: IdentityGraph
    private var eventCount: UInt64 = 0
    /// The time of the next event.
    var time = Timestamp(seconds: 1_767_225_600)

    init(limits: IdentityLimits = IdentityLimits(), cacheNodeLimit: Int = 1000, cacheEdgeLimit: Int = 1024) {
        self.limits = limits
        self.cacheNodeLimit = cacheNodeLimit
        self.cacheEdgeLimit = cacheEdgeLimit
        graph = IdentityGraph(limits: limits, cacheNodeLimit: cacheNodeLimit, cacheEdgeLimit: cacheEdgeLimit)
    }

    /// The number of the event sent last.
    var lastEvent: EventSequence { EventSequence(eventCount) }

    @discardableResult
    func send(
        _ identifiers: Identifier..., joins: [ExplicitJoin] = [], mayJoin: Bool = true
    ) throws -> IdentityOutcome {
        try send(IdentityEvent(identifiers: identifiers, joins: joins, mayJoin: mayJoin))
    }

    @discardableResult
    func send(_ event: IdentityEvent) throws -> IdentityOutcome {
        let outcome = try graph.resolve(
            event.identifiers, joins: event.joins, event: EventSequence(eventCount + 1), at: time,
            mayJoin: event.mayJoin, reader: store)
        eventCount += 1
        return outcome
    }

    /// Sends an `alias` call for two identifiers.
    @discardableResult
    func link(
        _ first: Identifier, _ second: Identifier, by origin: ExplicitJoin.Origin = .linkCall
    ) throws -> IdentityOutcome {
        try send(first, second, joins: [ExplicitJoin(first, second, by: origin)])
    }

    func commit() { store.apply(graph.takeChanges()) }

    /// Drops what was resolved since the last commit, as after a commit that failed.
    func failCommit(of eventCount: Int) {
        graph.discardChanges()
        self.eventCount -= UInt64(eventCount)
    }

    /// A new process over the same store.
    func restart() {
        graph = IdentityGraph(limits: limits, cacheNodeLimit: cacheNodeLimit, cacheEdgeLimit: cacheEdgeLimit)
    }

    /// The profile of an identifier according to the store.
    func profile(of identifier: Identifier) throws -> ProfileID? {
        try ProfileMembers.profile(of: identifier.node, reader: store)
    }

    /// The edge between two identifiers according to the store.
    func edge(_ first: Identifier, _ second: Identifier) throws -> IdentityEdge? {
        try store.edge(first.node, second.node)
    }

    /// The root of an identifier's profile according to the store.
    func root(of identifier: Identifier) throws -> IdentityNode {
        var node = try #require(try store.node(identifier.node))
        while !node.isRoot { node = try #require(try store.node(node.parent)) }
        return node
    }
}

extension ProfileID {
    init(_ identifier: Identifier) { self.init(identifier.node) }
}
