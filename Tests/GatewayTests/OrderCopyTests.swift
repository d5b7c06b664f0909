import EventModel
import JSON
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// An order that comes from the server and from the browser: what only the second one says of clicks goes to the first
/// one, as long as nobody was sent it (reference inbound, 6.6 rule 2).
@Suite struct OrderCopyTests {
    private static let server = #""userId":"u-1""#
    private static let browser = #""userId":"u-1","anonymousId":"a-1""#
    private static let clicks = #","fbp":"fb.1.1776953553000.77","gclid":"Cj0-_K""#

    private func order(_ message: String, _ ids: String, _ properties: String = "") -> String {
        #"{"type":"track","event":"Order Completed","messageId":"\#(message)",\#(ids),"#
            + #""properties":{"order_id":"o-1","revenue":1,"currency":"EUR"\#(properties)}}"#
    }

    /// The click ids of the only event, as `kind value`, and the kinds that were remembered.
    private func stored(_ bench: CommitBench) throws -> (ids: [String], remembered: [String]) {
        let events = try EventReader(bench.store).recentEvents(bench.profile.tenant.accountNumber, limit: 9)
        let event = try #require(events.first)
        #expect(events.count == 1)
        let document = JSONDocument()
        let user = try #require(try document.parse(event.canonical)["user_data" as JSONKey])
        let ids = user.members.compactMap { member in
            ClickIDKind(rawValue: member.name).map { "\($0.rawValue) \(member.value.string ?? "")" }
        }
        let remembered = user["remembered_ids" as JSONKey]?.elements.compactMap(\.string) ?? []
        return withExtendedLifetime(document) { (ids, remembered) }
    }

    private func commit(_ bench: CommitBench, _ events: String..., atOnce: Bool = false) throws {
        let state = try bench.makeState()
        for event in events {
            _ = try state.decide(bench.event(event))
            if !atOnce { try bench.store.commit(state.takeBatch(), .buffered) }
        }
        if atOnce { try bench.store.commit(state.takeBatch(), .buffered) }
    }

    @Test("in one batch or in two", arguments: [true, false])
    func theFirstGetsTheClicksOfTheSecond(atOnce: Bool) throws {
        let bench = try CommitBench()
        try commit(bench, order("m-1", Self.server), order("m-2", Self.browser, Self.clicks), atOnce: atOnce)
        let (ids, remembered) = try stored(bench)
        #expect(ids == ["fbp fb.1.1776953553000.77", "gclid Cj0-_K"])
        #expect(remembered == ["fbp", "gclid"])
    }

    @Test func whatTheFirstSaysStays() throws {
        let bench = try CommitBench()
        try commit(
            bench, order("m-1", Self.browser, #","gclid":"own","fbclid":"IwAR0""#),
            order("m-2", Self.browser, Self.clicks + #","fbclid":"IwAR9","ttclid":"t""#))
        let (ids, remembered) = try stored(bench)
        #expect(ids.contains("gclid own") && ids.contains("fbclid IwAR0") && !ids.contains("fbclid IwAR9"))
        #expect(ids.contains("ttclid t") && ids.contains("fbp fb.1.1776953553000.77"))
        #expect(remembered == ["fbp", "ttclid"])
    }

    @Test func threeCopiesAddUp() throws {
        let bench = try CommitBench()
        try commit(
            bench, order("m-1", Self.server), order("m-2", Self.server, #","gclid":"g""#),
            order("m-3", Self.server, #","ttclid":"t""#))
        #expect(try stored(bench) == (["gclid g", "ttclid t"], ["gclid", "ttclid"]))
    }

    @Test func ofAnotherBrowserOnlyClicksAreTaken() throws {
        let bench = try CommitBench()
        try commit(
            bench, order("m-1", #""userId":"u-1","anonymousId":"a-9""#), order("m-2", Self.browser, Self.clicks))
        #expect(try stored(bench).ids == ["gclid Cj0-_K"])
    }

    @Test func ofSomebodyElseNothingIsTaken() throws {
        let bench = try CommitBench()
        try commit(bench, order("m-1", Self.server), order("m-2", #""userId":"u-2""#, Self.clicks))
        #expect(try stored(bench).ids == [])
    }

    @Test func anEventThatWasSentStaysAsItWas() throws {
        let bench = try CommitBench()
        try commit(bench, order("m-1", Self.server))
        let deliveries = DeliveryRecordStore(bench.store, bench.registry)
        let due = try #require(
            try deliveries.due(destination: "hook", at: CommitBench.start, after: nil, limit: 1).first)
        var failed = due.delivery
        failed.status = .failed
        failed.attemptCount = 1
        failed.lastAttemptAt = CommitBench.start
        failed.nextAttemptAt = CommitBench.start + .seconds(60)
        _ = try deliveries.record([DeliveryOutcome(due: due, delivery: failed, attempt: nil)])
        try commit(bench, order("m-2", Self.browser, Self.clicks))
        #expect(try stored(bench).ids == [])
    }

    @Test func theSameMessageAgainTeachesNothing() throws {
        let bench = try CommitBench()
        try commit(bench, order("m-1", Self.server), order("m-1", Self.browser, Self.clicks))
        #expect(try stored(bench).ids == [])
    }
}
