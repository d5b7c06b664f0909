import EventModel
import Outbound
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// What people say about consent, through the committer: kept for the profile, in the same batch, never lost in a merge.
@Suite struct ConsentLedgerTests {
    /// A committer's state with one destination that demands consent and one that does not.
    private final class Bench {
        let commit: CommitBench
        let state: CommitState<FaultyStore>
        private var number = 0

        init() throws {
            commit = try CommitBench()
            var ads = RouteRule(destination: "ads")
            ads.policy.consent = .adPlatform
            ads.policy.consent.onUnknown = .allow
            commit.route(to: [ads, RouteRule(destination: "hook")])
            state = try commit.makeState()
        }

        /// Commits one event; `minute` is when it happened.
        @discardableResult
        func send(
            _ ids: String, _ consent: String = "", at minute: Int = 0, more: String = "", isCommitted: Bool = true
        ) throws -> String {
            number += 1
            let context = consent.isEmpty ? "" : #""context":{"consent":{\#(consent)}},"#
            let time = "2026-04-23T13:\(minute < 10 ? "0" : "")\(minute):00.000Z"
            let event = try commit.event(
                #"{"type":"track","event":"Product Viewed","messageId":"m\#(number)",\#(ids),\#(context)\#(more)"#
                    + #""timestamp":"\#(time)","originalTimestamp":"\#(time)"}"#)
            _ = try state.decide(event)
            if isCommitted { try commit.store.commit(state.takeBatch(), .buffered) }
            return try lastRoutes(isCommitted: isCommitted)
        }

        /// The reason why the last event did not go to `ads`, or `sent`.
        private func lastRoutes(isCommitted: Bool) throws -> String {
            guard isCommitted else { return "" }
            let account = commit.profile.tenant.accountNumber
            let event = try EventReader(commit.store).recentEvents(account, limit: 1).first
            let text = String(decoding: event?.decisions ?? [], as: UTF8.self)
            guard let reason = text.firstRange(of: #""reason":""#) else { return "sent" }
            return String(text[reason.upperBound...].prefix { $0 != "\"" })
        }
    }

    private static let denied = #""ad_storage":"denied""#
    private static let granted = #""ad_storage":"granted""#
    private static let ada = #""userId":"ada""#

    @Test func aDenialCountsForEventsThatSayNothing() throws {
        let bench = try Bench()
        #expect(try bench.send(Self.ada) == "sent")
        #expect(try bench.send(Self.ada, Self.denied) == "consent_denied:ads")
        #expect(try bench.send(Self.ada) == "consent_denied:ads")
        #expect(try bench.send(#""userId":"grace""#) == "sent")
    }

    @Test func aLaterGrantTakesItBackAndAnEarlierOneDoesNot() throws {
        let bench = try Bench()
        #expect(try bench.send(Self.ada, Self.denied, at: 5) == "consent_denied:ads")
        #expect(try bench.send(Self.ada, Self.granted, at: 4) == "consent_denied:ads")
        #expect(try bench.send(Self.ada, at: 6) == "consent_denied:ads")
        #expect(try bench.send(Self.ada, Self.granted, at: 7) == "sent")
        #expect(try bench.send(Self.ada, at: 8) == "sent")
    }

    @Test func aGrantSaidAgainWritesNothing() throws {
        let bench = try Bench()
        try bench.send(Self.ada, Self.granted, at: 1)
        let before = try bench.commit.store.content()[.consents]
        #expect(before?.count == 1)
        try bench.send(Self.ada, Self.granted, at: 2)
        #expect(try bench.commit.store.content()[.consents] == before)
    }

    @Test func eventsWithoutASignalWriteNothing() throws {
        let bench = try Bench()
        for _ in 0..<3 { try bench.send(Self.ada) }
        #expect(try bench.commit.store.count(.consents) == 0)
    }

    @Test func aDenialInTheSameBatchCounts() throws {
        let bench = try Bench()
        try bench.send(Self.ada, Self.denied, isCommitted: false)
        #expect(try bench.send(Self.ada) == "consent_denied:ads")
    }

    @Test func whatWasNotWrittenIsForgotten() throws {
        let bench = try Bench()
        try bench.send(Self.ada, Self.denied, isCommitted: false)
        bench.state.discard()
        #expect(try bench.send(Self.ada) == "sent")
    }

    @Test func aRestartKeepsIt() throws {
        let bench = try Bench()
        try bench.send(Self.ada, Self.denied)
        let next = try bench.commit.makeState()
        let event = try bench.commit.event(
            #"{"type":"track","event":"Product Viewed","messageId":"later",\#(Self.ada)}"#)
        guard case .accepted(_, let count) = try next.decide(event) else {
            Issue.record("not accepted")
            return
        }
        #expect(count == 1, "only the hook gets it")
    }

    // MARK: - Profiles that become one

    @Test(arguments: [#""anonymousId":"anon-1""#, #""userId":"ada""#])
    func denialsSurviveAMergeFromEitherSide(_ denier: String) throws {
        let bench = try Bench()
        let both = #""anonymousId":"anon-1","userId":"ada""#
        try bench.send(#""anonymousId":"anon-1""#)
        try bench.send(Self.ada)
        // The other side grants later: denied wins all the same.
        let other = denier == Self.ada ? #""anonymousId":"anon-1""# : Self.ada
        #expect(try bench.send(denier, Self.denied, at: 1) == "consent_denied:ads")
        #expect(try bench.send(other, Self.granted, at: 2) == "sent")
        #expect(try bench.send(both, at: 3) == "consent_denied:ads")
        #expect(try bench.send(Self.ada, at: 4) == "consent_denied:ads")
        #expect(try bench.send(#""anonymousId":"anon-1""#, at: 5) == "consent_denied:ads")
        #expect(try bench.send(both, Self.granted, at: 6) == "sent")
        #expect(try bench.send(#""anonymousId":"anon-1""#, at: 7) == "sent")
    }

    @Test func aDenialSurvivesAStrongerName() throws {
        let bench = try Bench()
        try bench.send(#""anonymousId":"anon-1""#, Self.denied, at: 1)
        // The profile is now named after the user: what it said goes with it.
        #expect(try bench.send(#""anonymousId":"anon-1","userId":"ada""#, at: 2) == "consent_denied:ads")
        #expect(try bench.send(Self.ada, at: 3) == "consent_denied:ads")
    }

    @Test func aChainOfMergesKeepsADenial() throws {
        let bench = try Bench()
        for number in 1...4 { try bench.send(#""anonymousId":"anon-\#(number)""#) }
        try bench.send(#""anonymousId":"anon-4""#, Self.denied, at: 1)
        for number in [3, 1, 4, 2] { try bench.send(#""anonymousId":"anon-\#(number)","userId":"ada""#, at: 2) }
        for number in 1...4 {
            #expect(try bench.send(#""anonymousId":"anon-\#(number)""#, at: 3) == "consent_denied:ads")
        }
    }

    @Test func aMergeByAnEventThatIsACopyKeepsADenial() throws {
        let bench = try Bench()
        let order = #""properties":{"order_id":"o-1"},"#
        func purchase(_ ids: String, _ message: String) throws -> PreparedEvent {
            try bench.commit.event(
                #"{"type":"track","event":"Order Completed","messageId":"\#(message)",\#(ids),\#(order)"#
                    + #""timestamp":"2026-04-23T13:02:00.000Z"}"#)
        }
        try bench.send(#""anonymousId":"anon-1""#, Self.denied, at: 1)
        try bench.send(Self.ada, at: 1)
        _ = try bench.state.decide(purchase(Self.ada, "a"))
        let verdict = try bench.state.decide(purchase(#""anonymousId":"anon-1","userId":"ada""#, "b"))
        #expect(verdict.summary == "conflict:event_id" || verdict.summary == "duplicate:event_id")
        try bench.commit.store.commit(bench.state.takeBatch(), .buffered)
        #expect(try bench.send(Self.ada, at: 3) == "consent_denied:ads")
    }

    // MARK: - At dispatch

    @Test func dispatchReadsTheProfileOfToday() throws {
        let bench = try Bench()
        let account = bench.commit.profile.tenant.accountNumber
        try bench.send(#""anonymousId":"anon-1""#, at: 1)
        let event = try bench.commit.event(#"{"type":"page","messageId":"p","anonymousId":"anon-1"}"#)
        let node = try #require(event.identifiers.first?.node)
        let reader = StoredProfileReader(bench.commit.store)
        #expect(try reader.consent(of: ProfileID(node), account) == nil)
        try bench.send(#""anonymousId":"anon-1","userId":"ada""#, at: 2)
        try bench.send(Self.ada, Self.denied, at: 3)
        #expect(try reader.consent(of: ProfileID(node), account)?[.ads]?.isDenied == true)
    }
}
