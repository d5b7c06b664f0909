import EventModel
import Storage
import TestSupport
import Testing

/// Row 105: privacy deletions that a CDP passes on.
@Suite(.timeLimit(.minutes(10))) struct ErasureRequestTests {
    private static let delete =
        #"{"type":"delete","messageId":"d-1","userId":"97980","context":[],"integrations":[]}"#

    @Test("105: a delete call is answered 200, reaches no destination, and erases the person")
    func delete() throws {
        let gateway = try GatewayHarness()
        #expect(try gateway.postSegment(Samples.purchase(order: "o-1", user: "97980")).item.status == "accepted")
        #expect(try gateway.postSegment(Samples.purchase(order: "o-2", user: "97981")).item.status == "accepted")
        #expect(gateway.receiver.waitForRequests(2))
        let reply = try gateway.postSegment(Self.delete)
        #expect(reply.status == 200)
        #expect(try reply.item.status == "accepted" && reply.item.downstreamReady == false)
        #expect(eventually { try gateway.admin("GET", "/api/erasures").text.contains(#""state":"finished""#) })
        // The sender's retry is about somebody who is gone.
        let again = try gateway.postSegment(Self.delete)
        #expect(try again.status == 200 && again.item.status == "ignored" && again.item.code == "erased")
        try gateway.restart()
        #expect(try gateway.postSegment(Samples.purchase(order: "o-3", user: "97980")).item.status == "ignored")
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(gateway.receiver.requests.count == 2)
        #expect(try inspection.entries().map(\.event.eventId) == ["o-2"])
        #expect(try !inspection.contains("97980"))
        let account = try #require(inspection.registry.accounts.first)
        let record = try #require(try EventReader(inspection.store).erasures(account, .ascending, limit: 10).first)
        #expect(record.phase == .finished && record.request.subjects.isEmpty && record.nodes.isEmpty)
        #expect(record.request.source == "segment" && record.request.environment == "production")
        #expect(record.counts.events == 2, "the purchase and the request itself")
    }

    @Test("who has a public write key can have nobody erased")
    func deleteByWriteKey() throws {
        let gateway = try GatewayHarness()
        #expect(try gateway.postSegment(Samples.purchase(order: "o-1", user: "97980")).item.status == "accepted")
        let reply = try gateway.postNative("/v1/batch", #"{"batch":[\#(Self.delete)]}"#)
        #expect(try reply.item.status != "accepted", "\(reply.text)")
        #expect(try gateway.admin("GET", "/api/erasures").text.contains(#""erasures":[]"#))
        #expect(try gateway.postSegment(Samples.purchase(order: "o-2", user: "97980")).item.status == "accepted")
    }

    @Test("who shares a device with somebody who is erased stays")
    func sharedDevice() throws {
        let gateway = try GatewayHarness()
        func purchase(_ order: String, _ user: String) throws -> AnswerBody.Item {
            try gateway.postSegment(Samples.purchase(order: order, user: user, anonymous: "shared")).item
        }
        #expect(try purchase("o-1", "1").status == "accepted")
        #expect(try purchase("o-2", "2").status == "accepted")
        let delete = #"{"type":"delete","messageId":"d-1","userId":"2","anonymousId":"shared"}"#
        #expect(try gateway.postSegment(delete).item.status == "accepted")
        #expect(eventually { try gateway.admin("GET", "/api/erasures").text.contains(#""state":"finished""#) })
        #expect(try purchase("o-3", "1").status == "accepted")
        #expect(try purchase("o-4", "2").status == "ignored")
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(try inspection.entries().map(\.event.eventId) == ["o-1", "o-3"])
    }

    @Test("a delete call that came before a stop is carried out by the next start")
    func restart() throws {
        let gateway = try GatewayHarness()
        #expect(try gateway.postSegment(Samples.purchase(order: "o-1", user: "97980")).item.status == "accepted")
        #expect(try gateway.postSegment(Self.delete).item.status == "accepted")
        try gateway.restart()
        #expect(eventually { try gateway.admin("GET", "/api/erasures").text.contains(#""state":"finished""#) })
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(try inspection.entries().isEmpty)
    }
}
