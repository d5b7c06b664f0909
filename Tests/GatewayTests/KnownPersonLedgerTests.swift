import Crypto
import EventModel
import Outbound
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// What is known of people, through the committer: kept for the profile, in the same batch, where a destination asks.
@Suite struct KnownPersonLedgerTests {
    private final class Bench {
        let commit: CommitBench
        let state: CommitState<FaultyStore>
        private var number = 0

        init(enriches: Bool = true, settle: Duration? = nil) throws {
            commit = try CommitBench()
            var ads = RouteRule(destination: "ads")
            ads.policy = RoutingPolicy(.adPlatform)
            ads.policy.consent = ConsentPolicy()
            ads.policy.enriches = enriches
            commit.route(to: [ads])
            if let settle { commit.settle("ads", settle) }
            state = try commit.makeState()
        }

        var account: AccountNumber { commit.profile.tenant.accountNumber }

        /// Commits one call; `minute` is when it happened.
        @discardableResult
        func send(
            _ ids: String, _ traits: String = "{}", type: String = "identify", at minute: Int = 0,
            isCommitted: Bool = true
        ) throws -> PreparedEvent {
            number += 1
            let time = "2026-04-23T13:\(minute < 10 ? "0" : "")\(minute):00.000Z"
            let event = try commit.event(
                #"{"type":"\#(type)","event":"Order Completed","messageId":"m\#(number)",\#(ids),"#
                    + #""context":{"traits":\#(traits)},"properties":{"order_id":"o\#(number)","value":1,"currency":"USD"},"#
                    + #""timestamp":"\#(time)","originalTimestamp":"\#(time)"}"#)
            _ = try state.decide(event)
            if isCommitted { try commit.store.commit(state.takeBatch(), .buffered) }
            return event
        }

        /// Why an order did not go to `ads`, or `sent`.
        func order(_ ids: String, _ traits: String = "{}", at minute: Int = 9) throws -> String {
            try send(ids, traits, type: "track", at: minute)
            let event = try EventReader(commit.store).recentEvents(account, limit: 1).first
            let text = String(decoding: event?.decisions ?? [], as: UTF8.self)
            guard let reason = text.firstRange(of: #""reason":""#) else { return "sent" }
            return String(text[reason.upperBound...].prefix { $0 != "\"" })
        }

        /// What is known of the person with these identifiers.
        func known(_ event: PreparedEvent) throws -> KnownPerson? {
            guard let node = event.identifiers.first?.node else { return nil }
            return try StoredProfileReader(commit.store).person(of: ProfileID(node), account)
        }
    }

    private static let anonymous = #""anonymousId":"a-1""#
    private static let user = #""userId":"u-1""#
    private static let both = #""anonymousId":"a-1","userId":"u-1""#
    /// The refusal of an event that says of nobody who it was.
    private static let refused = "quality:identity"
    private static let email = #"{"email":"jane@example.com"}"#

    @Test func whatAnEventBringsIsKeptForItsProfile() throws {
        let bench = try Bench()
        let event = try bench.send(Self.user, Self.email)
        #expect(try bench.known(event)?[.email]?.hashes.first?.digest == event.person?[.email]?.hashes.first?.digest)
        let before = try bench.commit.store.content()[.persons]
        #expect(before?.count == 1)
        try bench.send(Self.user, Self.email, at: 1)
        #expect(try bench.commit.store.content()[.persons] == before, "said again, it costs no write")
    }

    @Test func nothingIsKeptWhereNoDestinationAsks() throws {
        let bench = try Bench(enriches: false)
        try bench.send(Self.user, Self.email)
        #expect(try bench.commit.store.count(.persons) == 0)
    }

    @Test func anOrderWithoutASignalPassesIfItsPersonIsKnown() throws {
        let bench = try Bench()
        #expect(try bench.order(Self.anonymous) == Self.refused)
        try bench.send(Self.anonymous, Self.email)
        #expect(try bench.order(Self.anonymous) == "sent")
        #expect(try bench.order(#""anonymousId":"a-2""#) == Self.refused, "of others nothing is known")
        let other = try Bench(enriches: false)
        try other.send(Self.anonymous, Self.email)
        #expect(try other.order(Self.anonymous) == Self.refused, "it would get the event as it is")
    }

    @Test func aNameAloneFindsNobody() throws {
        let bench = try Bench()
        try bench.send(Self.anonymous, #"{"firstName":"Jane","lastName":"Doe"}"#)
        #expect(try bench.order(Self.anonymous) == Self.refused)
    }

    @Test func aRememberedClickIsASignal() throws {
        let bench = try Bench(enriches: false)
        #expect(try bench.order(Self.anonymous) == Self.refused)
        let page = try bench.commit.event(
            #"{"type":"page","messageId":"p",\#(Self.anonymous),"originalTimestamp":"2026-04-23T13:00:00.000Z","timestamp":"2026-04-23T13:00:00.000Z","context":{"page":{"url":"https://shop.example.com/?gclid=Cj0"}}}"#
        )
        _ = try bench.state.decide(page)
        try bench.commit.store.commit(bench.state.takeBatch(), .buffered)
        #expect(try bench.order(Self.anonymous) == "sent")
    }

    @Test("profiles that become one know what both knew, the newest first", arguments: [true, false])
    func merges(isAnonymousNewer: Bool) throws {
        let bench = try Bench()
        try bench.send(
            Self.anonymous, #"{"email":"old@example.com","phone":"+14155550134"}"#, at: isAnonymousNewer ? 2 : 1)
        let user = try bench.send(Self.user, #"{"email":"new@example.com"}"#, at: isAnonymousNewer ? 1 : 2)
        try bench.send(Self.both, at: 3)
        let known = try #require(try bench.known(user))
        let expected = isAnonymousNewer ? "old@example.com" : "new@example.com"
        #expect(known[.email]?.hashes.first?.digest.hex == SHA256.digest(of: expected).hex)
        #expect(known[.phone] != nil)
    }

    @Test func aSharedBrowserGivesNobodyAnotherOnesAddress() throws {
        let bench = try Bench()
        try bench.send(#""anonymousId":"shared","userId":"u-1""#, Self.email)
        let second = try bench.send(#""anonymousId":"shared","userId":"u-2""#, at: 1)
        #expect(try bench.known(second) == nil)
    }

    @Test func aRestartKeepsItAndWhatWasNotWrittenIsForgotten() throws {
        let bench = try Bench()
        try bench.send(Self.anonymous, Self.email, isCommitted: false)
        bench.state.discard()
        #expect(try bench.order(Self.anonymous) == Self.refused)
        try bench.send(Self.anonymous, Self.email)
        let next = try bench.commit.makeState()
        let order = try bench.commit.event(
            #"{"type":"track","event":"Order Completed","messageId":"later",\#(Self.anonymous),"properties":{"order_id":"o","value":1,"currency":"USD"}}"#
        )
        guard case .accepted(_, let count) = try next.decide(order) else {
            Issue.record("not accepted")
            return
        }
        #expect(count == 1)
    }

    @Test func aBatchThatFailsTeachesNothing() throws {
        let bench = try Bench()
        try bench.send(Self.user, Self.email, isCommitted: false)
        // Taken for the store, which then fails.
        _ = bench.state.takeBatch()
        bench.state.discard()
        let event = try bench.send(Self.user, Self.email, at: 1)
        #expect(try bench.known(event) != nil, "the next event writes it")
    }

    @Test func newEventsWaitForTheSettleDelayButNotTests() throws {
        let bench = try Bench(settle: .seconds(2))
        #expect(try bench.order(#""userId":"u-9""#) == "sent")
        let deliveries = DeliveryRecordStore(bench.commit.store, bench.commit.registry)
        let due = try deliveries.due(
            destination: "ads", at: CommitBench.start + .milliseconds(1999), after: nil, limit: 10)
        #expect(due.isEmpty)
        let later = try deliveries.due(destination: "ads", at: CommitBench.start + .seconds(2), after: nil, limit: 10)
        #expect(later.map(\.delivery.queuedAt) == [CommitBench.start], "its latency counts from its arrival")
    }
}
