import Crypto
import EventModel
import Identity
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// What erasures and retention do to the identity graph, and what comes in between their steps.
@Suite(.timeLimit(.minutes(10))) struct RemovalRunTests {
    /// A committer that runs, and the way of removals to it.
    private final class Bench {
        let commits: CommitBench
        let committer: Committer<FaultyStore>
        let desk: RemovalDesk<FaultyStore>
        private let replies = Replies()
        private var count = 0

        init(_ limit: (inout IdentityLimits) -> Void = { _ in }) throws {
            commits = try CommitBench()
            commits.limit(limit)
            committer = try commits.makeCommitter()
            desk = RemovalDesk(committer, queueLimit: 1000)
            committer.start()
        }

        deinit { committer.stop() }

        var store: FaultyStore { commits.store }
        var account: AccountNumber { commits.profile.tenant.accountNumber }
        var identity: StoredIdentityReader<FaultyStore> { StoredIdentityReader(store, account) }

        func id(_ type: IdentifierType, _ value: String) -> Identifier {
            Identifier(type, value, in: commits.profile.tenant, hasher: SHA256())
        }

        /// Commits a page view of some identifiers, and waits for it.
        @discardableResult
        func see(_ user: String? = nil, email: String? = nil, anonymous: String? = nil, after: Duration = .zero) throws
            -> String
        {
            count += 1
            var members = [#""messageId":"m-\#(count)""#]
            if let user { members.append(#""userId":"\#(user)""#) }
            if let anonymous { members.append(#""anonymousId":"\#(anonymous)""#) }
            if let email { members.append(#""context":{"traits":{"email":"\#(email)"}}"#) }
            let event = try commits.event(
                #"{"type":"page","name":"Home",\#(members.joined(separator: ","))}"#, after: after)
            try #require(committer.submit(replies.request(count - 1, [event])) == .accepted)
            return try #require(try replies.first(count)[count - 1].summary.first)
        }

        /// Asks for an erasure and carries it out.
        func erase(_ type: String, _ value: String) throws -> ErasureCounts {
            let request = ErasureRequest(
                sequence: EventSequence(UInt64.max >> 8), environment: "production", source: "test",
                requestedAt: commits.clock.now, subjects: [ErasureRequest.Subject(type: type, value: value)])
            var run = ErasureRun(
                ErasureRecord(request), of: account, store: store, registry: commits.registry, desk: desk,
                clock: commits.clock)
            return try run.finish().counts
        }

        /// Identifiers and the edges between them as the store has them.
        func graph() throws -> (nodes: [IdentityNode], edges: [IdentityEdge]) {
            let nodes = try identity.nodes(after: nil, limit: .max)
            let edges = try nodes.flatMap { try identity.edges(of: $0.id, after: nil, limit: .max) }
            return (nodes, edges.filter { edge in nodes.contains { $0.id == edge.first } })
        }
    }

    @Test func whatIsAskedForLastIsDoneAfterWhatCameBefore() throws {
        let bench = try Bench()
        #expect(try bench.see("u-1", anonymous: "a-1") == "accepted:new")
        let counts = try bench.erase("user_id", "u-1")
        #expect(counts.events == 1 && counts.identifiers == 2 && counts.edges == 1)
        #expect(try bench.see("u-1") == "erased")
        #expect(try bench.see(anonymous: "a-1") == "erased")
        #expect(try bench.see("u-2") == "accepted:new")
        #expect(try bench.graph().nodes.map(\.value) == ["u-2"])
    }

    @Test func nobodyIsErasedByAnIdentifierThatNobodyKnowsButStaysOut() throws {
        let bench = try Bench()
        #expect(try bench.erase("user_id", "later") == ErasureCounts(identifiers: 1))
        #expect(try bench.see("later") == "erased")
    }

    @Test func whatLinkedAnErasedPersonForgetsThem() throws {
        let bench = try Bench()
        try bench.see("u-1", anonymous: "a-1")
        #expect(try bench.see("u-2", anonymous: "a-1") == "accepted:refused")
        #expect(
            try bench.identity.node(bench.id(.anonymousID, "a-1").node)?.refusedUniques == [
                bench.id(.userID, "u-2").node
            ])
        _ = try bench.erase("user_id", "u-2")
        let shared = try #require(try bench.identity.node(bench.id(.anonymousID, "a-1").node))
        #expect(shared.refusedUniques.isEmpty)
        #expect(try bench.identity.edges(of: shared.id, after: nil, limit: 9).count == 1)
        // The committer knows it, too.
        #expect(try bench.see("u-1", anonymous: "a-1") == "accepted:existing")
        #expect(try bench.see("u-3", anonymous: "a-1") == "accepted:refused")
        #expect(try bench.identity.node(shared.id)?.refusedUniques == [bench.id(.userID, "u-3").node])
    }

    @Test func anEventOfSomebodyElseThatNamesThemGoes() throws {
        let bench = try Bench()
        try bench.see("u-1", email: "one@example.com")
        #expect(try bench.see("u-2", email: "one@example.com") == "accepted:refused")
        try bench.see("u-2")
        #expect(try bench.erase("user_id", "u-1").events == 2)
        #expect(try bench.store.count(.events) == 1 && bench.store.count(.profileEvents) == 1)
        #expect(try bench.graph().nodes.map(\.value) == ["u-2"])
    }

    @Test func aValueThatManyShareStaysBlockedAndLeavesTheProfile() throws {
        let bench = try Bench { $0.uniqueLinksBeforeBlock = 2 }
        for user in ["u-1", "u-2", "u-3"] { try bench.see(user, email: "info@example.com") }
        let digest = SHA256.digest(of: "info@example.com").hex
        let shared = bench.id(.email, digest).node
        #expect(try bench.identity.node(shared)?.isBlocked == true)
        let counts = try bench.erase("user_id", "u-1")
        #expect(counts.identifiers == 1 && counts.sharedValues == 1 && counts.events == 1)
        let alone = try #require(try bench.identity.node(shared))
        #expect(alone.isBlocked && alone.isRoot && alone.size == 1 && alone.smallest == shared)
        #expect(try bench.identity.edges(of: shared, after: nil, limit: 9).allSatisfy { !$0.joins })
        // It still joins nobody, and is nobody's to be erased by.
        #expect(try bench.see("u-4", email: "info@example.com") == "accepted:refused")
        let person = try PersonSearch(bench.store, bench.commits.registry, bench.account).find(
            ErasureRequest(
                sequence: EventSequence(1), environment: "", source: "", requestedAt: CommitBench.start,
                subjects: [ErasureRequest.Subject(type: "email", value: digest)]))
        #expect(person.sharedSubjectCount == 1 && person.nodes.isEmpty)
    }

    @Test func aPersonWhoGrewMeanwhileIsLookedForAgain() throws {
        let bench = try Bench()
        try bench.see("u-1")
        let search = PersonSearch(bench.store, bench.commits.registry, bench.account)
        let request = ErasureRequest(
            sequence: EventSequence(1), environment: "", source: "", requestedAt: CommitBench.start,
            subjects: [
                ErasureRequest.Subject(type: "user_id", value: "u-1"),
                ErasureRequest.Subject(type: "user_id", value: "u-9"),
            ])
        let person = try search.find(request)
        #expect(try search.isCurrent(person))
        try bench.see("u-1", anonymous: "a-1")
        #expect(try !search.isCurrent(person))
        let grown = try search.find(request)
        #expect(grown.nodes.count == 3)
        try bench.see("u-9")
        #expect(try !search.isCurrent(grown), "one that nobody knew has come")
    }

    // MARK: - Retention

    private func page(_ bench: Bench, after: Duration) throws -> (
        OldProfiles<FaultyStore>, [[OldProfiles<FaultyStore>.Profile]]
    ) {
        let search = OldProfiles(bench.store, bench.account, cutoff: CommitBench.start + after)
        return (search, try search.page(after: nil, limit: 100).groups)
    }

    private func retain(_ bench: Bench, before: Duration) throws -> RetentionFigures {
        var run = RetentionRun(
            store: bench.store, registry: bench.commits.registry, account: bench.account,
            cutoff: CommitBench.start + before, desk: bench.desk)
        let nothing: () throws(StoreError) -> Void = {}
        try run.removeEvents(nothing)
        try run.removeClicks(nothing)
        try run.removeProfiles(nothing)
        return run.figures
    }

    /// Lets the deliveries of all events be done.
    private func deliver(_ bench: Bench) throws {
        let deliveries = DeliveryRecordStore(bench.store, bench.commits.registry)
        let due = try deliveries.due(
            destination: "hook", at: Timestamp(milliseconds: .max), after: nil, limit: .max)
        try deliveries.record(
            due.map {
                var delivery = $0.delivery
                delivery.status = .delivered
                delivery.nextAttemptAt = nil
                return DeliveryOutcome(due: $0, delivery: delivery, attempt: nil)
            })
    }

    @Test func wholeProfilesGoWhoseEveryIdentifierIsOld() throws {
        let bench = try Bench()
        try bench.see("u-1", email: "one@example.com", anonymous: "a-1")
        try bench.see("u-2", anonymous: "a-2")
        try deliver(bench)
        bench.commits.clock.advance(by: .seconds(86_400))
        // A new identifier and an event keep the whole of the second profile.
        try bench.see("u-2", anonymous: "a-3", after: .seconds(86_400))
        try deliver(bench)
        let figures = try retain(bench, before: .seconds(3600))
        #expect(figures.events == 2 && figures.profiles == 1 && figures.identifiers == 3)
        let graph = try bench.graph()
        #expect(Set(graph.nodes.map(\.value)) == ["u-2", "a-2", "a-3"])
        #expect(graph.nodes.filter(\.isRoot).map(\.size) == [3])
        #expect(
            try IdentityRebuild.nodes(
                graph.nodes,
                joinedBy: Array(Set(graph.edges.map(\.pair))).compactMap { pair in
                    graph.edges.first { $0.pair == pair }
                }, limits: IdentityLimits()) == graph.nodes.sorted { $0.id < $1.id })
        // Both are known as they should be, though nothing was restarted.
        #expect(try bench.see("u-1", after: .seconds(86_400)) == "accepted:new")
        #expect(try bench.see(anonymous: "a-2", after: .seconds(86_400)) == "accepted:existing")
    }

    @Test func whoComesBackBetweenTheLookAndTheStepStays() throws {
        let bench = try Bench()
        for user in ["u-1", "u-2", "u-3"] { try bench.see(user, anonymous: "a-\(user)") }
        try deliver(bench)
        bench.commits.clock.advance(by: .seconds(86_400))
        var run = RetentionRun(
            store: bench.store, registry: bench.commits.registry, account: bench.account,
            cutoff: CommitBench.start + .seconds(3600), desk: bench.desk)
        try run.removeEvents {}
        let (search, groups) = try page(bench, after: .seconds(3600))
        #expect(groups.flatMap { $0 }.count == 3)
        try bench.see("u-2", after: .seconds(86_400))
        var batch = WriteBatch()
        var removed = OldProfiles<FaultyStore>.Removed()
        for group in groups { removed = try search.remove(group, in: &batch) }
        #expect(removed.profileCount == 2 && removed.nodes.count == 4)
        #expect(!removed.nodes.contains(bench.id(.userID, "u-2").node))
    }

    @Test func whatIsStillToBeDeliveredKeepsItsEventAndItsPerson() throws {
        let bench = try Bench()
        try bench.see("u-1", anonymous: "a-1")
        let figures = try retain(bench, before: .seconds(86_400))
        #expect(figures == RetentionFigures(kept: 1))
        #expect(try bench.store.count(.events) == 1 && bench.graph().nodes.count == 2)
        try deliver(bench)
        #expect(try retain(bench, before: .seconds(86_400)).events == 1)
        #expect(try bench.store.content().keys.filter { $0 != .messages && $0 != .eventIDs }.isEmpty)
    }
}

extension IdentityEdge {
    fileprivate var pair: [NodeID] { [first, second] }
}

extension ErasureCounts {
    fileprivate init(identifiers: Int) {
        self.init()
        self.identifiers = identifiers
    }
}
