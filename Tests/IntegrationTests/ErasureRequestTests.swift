import EventModel
import Storage
import TestSupport
import Testing

/// Row 105: privacy deletions that a CDP passes on.
@Suite struct ErasureRequestTests {
    @Test("105: a delete call is answered 200, recorded, and reaches no destination")
    func delete() throws {
        let gateway = try GatewayHarness()
        let body = #"{"type":"delete","messageId":"d-1","userId":"97980","context":[],"integrations":[]}"#
        let reply = try gateway.postSegment(body)
        #expect(reply.status == 200)
        #expect(try reply.item.status == "accepted" && reply.item.downstreamReady == false)
        #expect(try gateway.postSegment(body).item.status == "duplicate")
        #expect(try gateway.postSegment(Samples.purchase(order: "o-1")).item.status == "accepted")
        #expect(gateway.receiver.waitForRequests(1))
        try gateway.restart()
        let inspection = try gateway.inspect()
        #expect(gateway.receiver.requests.count == 1)
        let entry = try #require(try inspection.entries().first { $0.event.messageId == "d-1" })
        #expect(entry.deliveries.isEmpty)
        #expect(entry.decisions.contains(#""verdict":"skipped","reason":"privacy_request""#))
        let account = try #require(inspection.registry.accounts.first)
        let requests = try EventReader(inspection.store).erasureRequests(account, limit: 10)
        #expect(requests.map(\.subjects) == [[ErasureRequest.Subject(type: "user_id", value: "97980")]])
        #expect(requests.map(\.sequence) == [entry.sequence])
    }
}
