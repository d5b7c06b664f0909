import EventModel
import JSON
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// A rare filter costs a bounded look at the store for each page, and still finds everything.
@Suite struct AdminBudgetTests {
    private let store = MemoryStore()
    private let registry: NumberRegistry
    private let tenant: Tenant

    init() throws {
        registry = try NumberRegistry(store)
        tenant = try registry.tenant(account: "acct", environment: "production")
        let hook = try registry.destination("hook")
        var batch = WriteBatch()
        for sequence in 1...30 as ClosedRange<UInt64> {
            let name = sequence == 4 ? "refund" : "purchase"
            let canonical = #"{"event_name":"\#(name)","event_id":"o-\#(sequence)","account":"acct"}"#
            batch.putEvent(
                EventRecord(canonical: Array(canonical.utf8), decisions: Array("{}".utf8)), tenant.accountNumber,
                EventSequence(sequence))
            var delivery = Delivery(
                account: tenant.accountNumber, sequence: EventSequence(sequence), destination: "hook",
                queuedAt: Timestamp(milliseconds: 1))
            if sequence == 4 { delivery.status = .delivered }
            batch.putDelivery(delivery, hook)
        }
        try store.commit(batch, .synced)
    }

    /// The ids on each page that a route answers with.
    private func pages(_ resource: some AdminResource, _ name: String, _ query: String) throws -> [[String]] {
        let route = try #require(resource.routes.first { $0.name == name })
        let document = JSONDocument()
        var pages: [[String]] = []
        var cursor = ""
        repeat {
            let call = AdminRequest(
                caller: AdminCaller(tokenName: "t", role: .read, remoteAddress: "::1"), body: [],
                values: try AdminValues(path: [], query: query + cursor, known: route.parameters))
            let page = try document.parse(try route.perform(call).body)
            let entries = page.members.first { _ in true }.map { Array($0.value.elements) } ?? []
            pages.append(entries.compactMap { $0[name: "event_id"]?.string })
            cursor = page[name: "next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty && pages.count < 40
        return pages
    }

    @Test func aRareEventIsFoundPageByPage() throws {
        let events = EventResource(store: store, registry: registry, places: { [] }, lookLimit: 10)
        #expect(try pages(events, "list_events", "event_name=refund") == [[], [], ["o-4"], []])
        #expect(try pages(events, "list_events", "event_name=nothing") == [[], [], [], []])
        #expect(try pages(events, "list_events", "limit=7").map(\.count) == [7, 7, 7, 7, 2])
        // No index knows the id any more, so all events are looked through.
        #expect(try pages(events, "list_events", "event_id=o-9").flatMap { $0 } == ["o-9"])
    }

    @Test func aRareDeliveryIsFoundPageByPage() throws {
        let deliveries = DeliveryResource(store: store, registry: registry, places: { [] }, lookLimit: 10)
        #expect(try pages(deliveries, "list_deliveries", "status=delivered") == [[], [], ["o-4"], []])
        #expect(try pages(deliveries, "list_deliveries", "event_name=refund").flatMap { $0 } == ["o-4"])
        #expect(try pages(deliveries, "list_deliveries", "limit=20").map(\.count) == [10, 10, 10, 0])
    }
}
