import Canonicalizer
import EventModel
import Identity
import Inbound
import JSON
import Outbound
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// A store in memory whose commits and syncs fail when they are told to.
final class FaultyStore: CommitStore {
    let memory = MemoryStore()
    private let syncs = Guarded((count: 0, failures: Set<Int>()))

    /// What a broken disk says.
    static let failure = StoreError(.io, "the disk is broken")

    /// Syncs so far, failed ones included.
    var syncCount: Int { syncs.withLock { $0.count } }

    /// Makes a sync fail; the first has the number 1.
    func failSync(_ number: Int) { syncs.withLock { _ = $0.failures.insert(number) } }

    /// Makes the next commit fail.
    func failNextCommit() { memory.failCommit(memory.commitCount + 1, with: Self.failure) }

    func syncLog() throws(StoreError) {
        let isBroken = syncs.withLock { syncs in
            syncs.count += 1
            return syncs.failures.contains(syncs.count)
        }
        if isBroken { throw Self.failure }
    }

    func value(_ family: Family, _ key: [UInt8]) throws(StoreError) -> [UInt8]? { try memory.value(family, key) }

    func commit(_ batch: WriteBatch, _ durability: Durability) throws(StoreError) {
        try memory.commit(batch, durability)
    }

    func scan(
        _ family: Family, from lower: [UInt8], to upper: [UInt8]?, _ order: ScanOrder,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        try memory.scan(family, from: lower, to: upper, order, body)
    }

    /// Everything in the store but the names of accounts and destinations.
    func content() throws -> [Family: [[[UInt8]]]] {
        var content: [Family: [[[UInt8]]]] = [:]
        for family in Family.allCases where family != .meta {
            try scan(family, from: [], to: nil, .ascending) { key, value in
                content[family, default: []].append([Array(key), Array(value)])
                return true
            }
        }
        return content
    }

    /// How many records a family has.
    func count(_ family: Family) throws -> Int { try content()[family]?.count ?? 0 }
}

/// Makes events ready for the committer, and states and committers that take them.
final class CommitBench {
    let store = FaultyStore()
    let clock = DeliveryTestClock(CommitBench.start)
    let registry: NumberRegistry
    let profile: SourceProfile
    private let canonicalizer: Canonicalizer
    private var settings: CommitSettings

    /// 14:12:33 UTC on 2026-04-23.
    static let start = Timestamp(milliseconds: 1_776_953_553_000)

    init() throws {
        registry = try NumberRegistry(store)
        let tenant = try registry.tenant(account: "acct_1", environment: "production")
        profile = SourceProfile(name: "rudderstack", kind: .rudderstack, tenant: tenant)
        canonicalizer = Canonicalizer(source: profile)
        var settings = CommitSettings()
        settings.router = Router([RouteRule(destination: "hook")])
        self.settings = settings
    }

    /// Routes to other destinations from the next state on.
    func route(to rules: [RouteRule]) {
        settings.router = Router(rules, catalog: EventRegistry.catalog)
    }

    /// Lets a destination's new events wait from the next state on.
    func settle(_ destination: String, _ delay: Duration) { settings.settleDelays[destination] = delay }

    /// Joins identities by other limits from the next state on.
    func limit(_ change: (inout IdentityLimits) -> Void) { change(&settings.identity) }

    /// The event of one envelope, received `after` the start.
    func event(_ json: String, after: Duration = .zero) throws -> PreparedEvent {
        let document = JSONDocument()
        let body = try EnvelopeDecoder.decode(
            try document.parse(Array(json.utf8)), route: EventRoute(.rudderstack), authentication: .offline)
        let envelope = try #require(body.items.first).get()
        let transport = TransportFacts(receivedAt: Self.start + after)
        let event = try canonicalizer.canonicalize(envelope, transport).get()
        return PreparedEvent(event, canonical: event.json, rawEnvelope: nil)
    }

    /// A state that goes on where the store ends.
    func makeState() throws -> CommitState<FaultyStore> {
        let settings = settings
        return try CommitState(
            store: store, registry: registry, clock: clock, settings: { settings }, identityAlerts: { _ in })
    }

    /// A committer, not yet started, over such a state.
    func makeCommitter(queueLimit: Int = 1000) throws -> Committer<FaultyStore> {
        let metrics = CommitMetrics()
        let syncer = CommitSyncer(store: store, metrics: metrics, onCommitted: { _ in }, onAnswered: {})
        let settings = settings
        return Committer(
            store: store, syncer: syncer, queueLimit: queueLimit, metrics: metrics,
            state: try CommitState(
                store: store, registry: registry, clock: clock, settings: { settings }, identityAlerts: { _ in }))
    }
}

/// Keeps the replies to requests in the order in which they were asked for.
final class Replies: Sendable {
    private let replies = Watched<[Int: CommitReply]>([:])

    /// A request whose reply is kept under a number.
    func request(_ number: Int, _ events: [PreparedEvent]) -> CommitRequest {
        CommitRequest(events: events) { [replies] reply in replies.withLock { $0[number] = reply } }
    }

    /// The first replies, once they are all there.
    func first(_ count: Int) throws -> [CommitReply] {
        try #require(replies.wait { $0.count >= count })
        return replies.withLock { replies in (0..<count).compactMap { replies[$0] } }
    }
}

extension CommitReply {
    /// The verdicts in words; `failed` with the store's code.
    var summary: [String] {
        switch self {
        case .committed(let verdicts): verdicts.map(\.summary)
        case .failed(let error): ["failed:\(error.code.rawValue)"]
        }
    }
}

extension CommitVerdict {
    /// `accepted:new`, `duplicate:message_id` or `conflict:event_id`.
    var summary: String {
        switch self {
        case .accepted(let identity, _): "accepted:\(identity.rawValue)"
        case .erased: "erased"
        case .duplicate(let duplicate):
            "\(duplicate.isConflict ? "conflict" : "duplicate"):\(duplicate.matchedKey.rawValue)"
        }
    }
}
