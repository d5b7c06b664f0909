import Foundation
import TestSupport
import Testing

/// Row 98: a store that takes no more.
@Suite struct StorageFaultTests {
    /// The rows that this suite tests.
    static let rows: Set<Int> = [98]

    @Test("98: a full store is answered 503 with Retry-After, and what is sent again is neither lost nor doubled")
    func fullStore() throws {
        let directory = TemporaryDirectory()
        let receiver = TestReceiver { _ in .status(200) }
        defer { receiver.stop() }
        let file = directory.file("gateway.yaml")
        try GatewayYAML(receiverPort: receiver.port).text.write(toFile: file, atomically: true, encoding: .utf8)
        func body(_ number: Int) -> String {
            Samples.track(
                "Order Completed", message: "m-\(number)",
                properties: #"{"order_id":"o-\#(number)","filling":"\#(String(repeating: "x", count: 60_000))"}"#)
        }
        let count = 150
        func post(_ port: UInt16) throws -> [Reply] {
            let client = try RawHTTPClient(port: port)
            return try (0..<count).map { number in
                try client.send(
                    "POST", "/rudderstack/events",
                    headers: [("X-TrackLayer-Secret", GatewayYAML.secret), ("Content-Type", "application/json")],
                    body: Array(body(number).utf8))
                return Reply(try client.readResponse())
            }
        }

        let limited = try GatewayProcess(configurationFile: file, fileByteLimit: 3 << 20)
        let replies = try post(limited.port)
        limited.kill()
        let refused = replies.filter { $0.status != 200 }
        #expect(!refused.isEmpty && refused.count < count)
        for reply in refused {
            #expect(reply.status == 503)
            #expect(try reply.body.code == "storage_unavailable")
            #expect(reply.header("Retry-After") == "30")
        }

        let whole = try GatewayProcess(configurationFile: file)
        let again = try post(whole.port)
        #expect(whole.terminate() == 0)
        for (first, second) in zip(replies, again) where first.status == 200 {
            #expect(try second.item.status == "duplicate")
        }
        #expect(again.allSatisfy { $0.status == 200 })
        let inspection = try StoreInspection(directory.file("data"))
        defer { inspection.close() }
        let orders = try inspection.entries().map(\.event.eventId)
        #expect(orders.count == count && Set(orders).count == count)
    }
}
