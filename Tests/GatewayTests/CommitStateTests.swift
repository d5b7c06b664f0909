import EventModel
import Outbound
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// The state machine by itself: windows, restarts, and what batches do not change.
@Suite struct CommitStateTests {
    /// Decides events one after the other, with a commit after each.
    private func decide(
        _ state: CommitState<FaultyStore>, _ bench: CommitBench, _ events: PreparedEvent...
    ) throws -> [String] {
        try events.map { event in
            let verdict = try state.decide(event)
            try bench.store.commit(state.takeBatch(), .buffered)
            return verdict.summary
        }
    }

    private func purchase(_ order: String, message: String, user: String = "u", revenue: String = "5") -> String {
        #"{"type":"track","event":"Order Completed","messageId":"\#(message)","userId":"\#(user)","#
            + #""properties":{"order_id":"\#(order)","revenue":\#(revenue),"currency":"USD"}}"#
    }

    private static let day = Duration.seconds(86_400)

    @Test(arguments: [(-5, true), (0, false), (5, false)])
    func theRouterKnowsOfAValueBelowNothing(_ value: Int, isNegative: Bool) throws {
        let lead =
            #"{"type":"track","event":"Lead Submitted","messageId":"l","userId":"u","#
            + #""properties":{"value":\#(value),"currency":"EUR"}}"#
        #expect(try CommitBench().event(lead).routeSubject.hasNegativeValue == isNegative)
    }

    private func alias(_ previous: String, _ user: String, message: String) -> String {
        #"{"type":"alias","messageId":"\#(message)","userId":"\#(user)","previousId":"\#(previous)"}"#
    }

    @Test(arguments: [true, false])
    func anAliasOfASharedDeviceJoinsNoTwoUsers(_ isSeenBefore: Bool) throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        if isSeenBefore {
            let page = try bench.event(#"{"type":"page","messageId":"p","anonymousId":"device"}"#)
            #expect(try decide(state, bench, page) == ["accepted:new"])
        }
        let first = try decide(state, bench, bench.event(alias("device", "1", message: "a")))
        #expect(first == [isSeenBefore ? "accepted:existing" : "accepted:new"])
        #expect(try decide(state, bench, bench.event(alias("device", "2", message: "b"))) == ["accepted:refused"])
        #expect(try decide(state, bench, bench.event(alias("device", "2", message: "c"))) == ["accepted:refused"])
    }

    @Test func anAliasOfAUserWhoIsKnownJoins() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        for user in ["1", "2"] {
            let page = try bench.event(#"{"type":"page","messageId":"p\#(user)","userId":"\#(user)"}"#)
            #expect(try decide(state, bench, page) == ["accepted:new"])
        }
        #expect(try decide(state, bench, bench.event(alias("1", "2", message: "a"))) == ["accepted:merged"])
    }

    @Test func keysCountForThirtyDays() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        let page = #"{"type":"page","messageId":"p","userId":"u"}"#
        #expect(try decide(state, bench, bench.event(page)) == ["accepted:new"])
        #expect(try decide(state, bench, bench.event(page, after: Self.day * 30)) == ["duplicate:message_id"])
        let late = try bench.event(page, after: Self.day * 30 + .milliseconds(1))
        #expect(try decide(state, bench, late) == ["accepted:existing"])

        #expect(try decide(state, bench, bench.event(purchase("o", message: "1"))) == ["accepted:existing"])
        let copy = try bench.event(purchase("o", message: "2"), after: Self.day * 30)
        #expect(try decide(state, bench, copy) == ["duplicate:event_id"])
        let lateCopy = try bench.event(purchase("o", message: "3"), after: Self.day * 30 + .milliseconds(1))
        #expect(try decide(state, bench, lateCopy) == ["accepted:existing"])
    }

    @Test func generatedMessageIDsCountForFiveMinutes() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        let bare = #"{"type":"page","userId":"u"}"#
        #expect(try decide(state, bench, bench.event(bare)) == ["accepted:new"])
        #expect(try decide(state, bench, bench.event(bare, after: .seconds(300))) == ["duplicate:message_id"])
        #expect(try decide(state, bench, bench.event(bare, after: .seconds(301))) == ["accepted:existing"])
    }

    @Test func aConflictNamesWhatDiffers() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        _ = try decide(state, bench, bench.event(purchase("o", message: "1")))
        let verdict = try state.decide(bench.event(purchase("o", message: "1", revenue: "6")))
        guard case .duplicate(let duplicate) = verdict else {
            Issue.record("accepted: \(verdict)")
            return
        }
        #expect(duplicate.isConflict)
        #expect(duplicate.differingFields == ["custom_data.value", "properties.revenue"])
        #expect(duplicate.notes == [.messageIDReused])
        #expect(duplicate.eventID == "o")
    }

    @Test("a conflict of properties that came as a string, as deep as they may be, does not stop the batch")
    func deepConflict() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        func page(_ leaf: String) -> String {
            let deep = String(repeating: #"{\"a\":"#, count: 64) + leaf + String(repeating: "}", count: 64)
            return #"{"type":"page","messageId":"p","userId":"u","properties":"\#(deep)"}"#
        }
        #expect(try decide(state, bench, bench.event(page("1"))) == ["accepted:new"])
        #expect(try decide(state, bench, bench.event(page("2"))) == ["conflict:message_id"])
    }

    @Test func anExplicitEventIDMatchesAcrossMessages() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        func view(_ message: String, _ id: String) throws -> PreparedEvent {
            try bench.event(
                #"{"type":"track","event":"Product Viewed","messageId":"\#(message)","userId":"u","#
                    + #""properties":{"event_id":"\#(id)"}}"#)
        }
        #expect(try decide(state, bench, view("1", "e-1")) == ["accepted:new"])
        #expect(try decide(state, bench, view("2", "e-1")) == ["duplicate:event_id"])
        #expect(try decide(state, bench, view("3", "e-2")) == ["accepted:existing"])
    }

    @Test func aNewStateOnTheSameStoreDecidesAlike() throws {
        let bench = try CommitBench()
        _ = try decide(bench.makeState(), bench, bench.event(purchase("o", message: "1")))
        #expect(
            try decide(bench.makeState(), bench, bench.event(purchase("o", message: "1"))) == ["duplicate:message_id"])
        #expect(
            try decide(bench.makeState(), bench, bench.event(purchase("o", message: "2"))) == ["duplicate:event_id"])
        #expect(
            try decide(bench.makeState(), bench, bench.event(purchase("p", message: "3"))) == ["accepted:existing"])
    }

    @Test func sequencesRiseThoughTheClockGoesBack() throws {
        let bench = try CommitBench()
        for (number, minutes) in [0, -10, 15, -60].enumerated() {
            bench.clock.advance(by: .seconds(minutes * 60))
            _ = try decide(bench.makeState(), bench, bench.event(purchase("o-\(number)", message: "\(number)")))
        }
        let account = bench.profile.tenant.accountNumber
        let stored = try EventReader(bench.store).recentEvents(account, limit: 10)
        let orders = try stored.reversed().map { event in
            try #require(String(decoding: event.canonical, as: UTF8.self).firstMatch(of: /"event_id":"([^"]*)"/)).1
        }
        #expect(orders == ["o-0", "o-1", "o-2", "o-3"])
    }

    /// The law behind group commit: how events fall into batches, and whether the store was asked for all of a batch at
    /// once, changes nothing.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func howEventsFallIntoBatchesChangesNothing(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let events = (0..<120).map { _ in
            purchase(
                "o-\(random.next() % 30)", message: "m-\(random.next() % 60)", user: "u-\(random.next() % 5)",
                revenue: "\(random.next() % 2)")
        }
        var outcomes: [([String], [Family: [[[UInt8]]]])] = []
        for (batchSize, isPrepared) in [(1, false), (1, true), (7, false), (7, true), (120, false), (120, true)] {
            let bench = try CommitBench()
            let state = try bench.makeState()
            var verdicts: [String] = []
            for start in stride(from: 0, to: events.count, by: batchSize) {
                let group = try events[start..<min(start + batchSize, events.count)].map { try bench.event($0) }
                if isPrepared { try state.prepare(group) }
                for (position, event) in group.enumerated() {
                    verdicts.append(try state.decide(event, at: isPrepared ? position : nil).summary)
                }
                var batch = state.takeBatch()
                try bench.store.commit(batch, .buffered)
                state.recycle(&batch)
            }
            outcomes.append((verdicts, try bench.store.content()))
        }
        #expect(Set(outcomes[0].0).count >= 4, "the stream is too tame: \(Set(outcomes[0].0))")
        for outcome in outcomes.dropFirst() {
            #expect(outcome.0 == outcomes[0].0)
            #expect(outcome.1 == outcomes[0].1)
        }
    }
}
