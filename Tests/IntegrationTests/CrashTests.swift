import EventModel
import Foundation
import Platform
import Storage
import TestSupport
import Testing

/// Kills the real program while it commits, again and again.
///
/// What was answered is there once with its deliveries; what was not answered is there whole or not at all.
@Suite struct CrashTests {
    private static let killCount = 20
    private static let connectionCount = 4

    @Test func nothingAnsweredIsLostAndNothingIsHalfThere() throws {
        var random = SplitMix64(seed: 0x5EED_0001)
        let directory = TemporaryDirectory()
        let receiver = TestReceiver()
        defer { receiver.stop() }
        var yaml = GatewayYAML(receiverPort: receiver.port)
        // What a kill has cut off is due again within a moment.
        yaml.backoff = "[20ms]"
        try yaml.text.write(toFile: directory.file("gateway.yaml"), atomically: true, encoding: .utf8)

        let traffic = Traffic()
        for _ in 0..<Self.killCount {
            let gateway = try GatewayProcess(configurationFile: directory.file("gateway.yaml"))
            let before = traffic.answered.count
            let port = gateway.port
            let senders = (0..<Self.connectionCount).map { number in
                DedicatedThread(name: "sender-\(number)") { traffic.send(to: port) }
            }
            let answerCount = Int(random.next() % 150)
            #expect(traffic.waitForAnswers(before + answerCount), "the gateway stopped answering")
            // A kill right at an answer would always find the writer in the same place.
            usleep(UInt32(random.next() % 3000))
            gateway.kill()
            for sender in senders { sender.join() }
        }
        #expect(traffic.answered.count > Self.killCount * 20, "too little traffic to prove anything")
        #expect(traffic.unexpected.isEmpty)

        let stored = try checkStore(directory.file("data"), traffic)
        try checkDeliveries(directory, receiver, traffic, stored: stored)
    }

    /// Looks at what the last kill left, before anything can mend it.
    ///
    /// - Returns: The orders that are stored.
    private func checkStore(_ data: String, _ traffic: Traffic) throws -> Set<String> {
        let store = try StoreInspection(data)
        defer { store.close() }
        let entries = try store.entries()
        let orders = entries.map(\.event.eventId)
        #expect(Set(orders).count == orders.count, "an event is stored twice")
        let lost = traffic.answered.subtracting(orders)
        #expect(lost.isEmpty, "\(lost.count) of \(traffic.answered.count) answered events are lost")
        let invented = Set(orders).subtracting(traffic.sent)
        #expect(invented.isEmpty)
        #expect(entries.allSatisfy { $0.deliveries.count == 1 }, "an event lacks its delivery")
        for family in [Family.messages, .eventIDs, .deliveries] {
            #expect(try store.count(family) == entries.count, "\(family.rawValue) and events are not of one number")
        }
        let waiting = entries.flatMap(\.deliveries).filter { $0.status != .delivered }.count
        #expect(try store.count(.due) == waiting)
        // Each purchase has a user of its own: one node, listed with one event.
        #expect(try store.count(.nodes) == entries.count)
        #expect(try store.count(.profileEvents) == entries.count)
        let tenant = try store.registry.tenant(account: "acct_1", environment: "production")
        let reader = EventReader(store.store)
        for entry in entries {
            let key = MessageKey(
                tenant.accountNumber, tenant.environmentNumber, source: "rudderstack", messageID: entry.event.messageId)
            #expect(try reader.message(key)?.sequence == entry.sequence)
        }
        return Set(orders)
    }

    /// Starts once more, and waits until every event has arrived.
    private func checkDeliveries(
        _ directory: TemporaryDirectory, _ receiver: TestReceiver, _ traffic: Traffic, stored: Set<String>
    ) throws {
        let gateway = try GatewayProcess(configurationFile: directory.file("gateway.yaml"))
        // Whoever was cut off asks again, and gets the verdict that fits.
        let unanswered = traffic.sent.subtracting(traffic.answered)
        let client = try RawHTTPClient(port: gateway.port)
        // What was stored without an answer, and what is stored only now, has to arrive as well.
        var expected = stored.union(traffic.answered)
        for order in traffic.sent.sorted().prefix(200) {
            try Traffic.post(order, client)
            let item = try Reply(try client.readResponse()).item
            #expect(item.eventId == order)
            #expect(item.status == "duplicate" || unanswered.contains(order))
            expected.insert(order)
        }
        client.close()
        var arrived: Set<String> = []
        var count = 0
        repeat {
            let requests = receiver.requests
            count = requests.count
            arrived = Set(requests.flatMap { $0.values(of: "webhook-id") })
        } while !arrived.isSuperset(of: expected) && receiver.waitForRequests(count + 1)
        let missing = expected.subtracting(arrived)
        #expect(missing.isEmpty, "\(missing.count) stored events were never delivered")
        #expect(gateway.terminate() == 0)

        let store = try StoreInspection(directory.file("data"))
        defer { store.close() }
        let entries = try store.entries()
        #expect(entries.allSatisfy { $0.deliveries.map(\.status) == [.delivered] })
        #expect(try store.count(.due) == 0)
    }
}

/// Purchases that were sent, and what was said about them.
private final class Traffic: Sendable {
    private struct State: Sendable {
        var next = 0
        var sent: Set<String> = []
        var answered: Set<String> = []
        var unexpected: [String] = []
    }

    private let state = Watched(State())

    var sent: Set<String> { state.withLock { $0.sent } }
    /// Those answered `accepted`.
    var answered: Set<String> { state.withLock { $0.answered } }
    /// Answers that nobody should have got.
    var unexpected: [String] { state.withLock { $0.unexpected } }

    func waitForAnswers(_ count: Int) -> Bool { state.wait { $0.answered.count >= count } }

    /// Posts one new purchase after the other on one connection, until that breaks.
    func send(to port: UInt16) {
        guard let client = try? RawHTTPClient(port: port) else { return }
        while true {
            let order = state.withLock { state in
                state.next += 1
                let order = "order-\(state.next)"
                state.sent.insert(order)
                return order
            }
            // A connection that breaks is what this test is about.
            guard (try? Self.post(order, client)) != nil, let response = try? client.readResponse() else { return }
            let item = try? Reply(response).item
            state.withLock { state in
                if response.status == 200, item?.status == "accepted" {
                    state.answered.insert(order)
                } else {
                    state.unexpected.append(response.text)
                }
            }
        }
    }

    static func post(_ order: String, _ client: RawHTTPClient) throws {
        try client.send(
            "POST", "/rudderstack/events",
            headers: [("X-TrackLayer-Secret", GatewayYAML.secret), ("Content-Type", "application/json")],
            body: Array(Samples.purchase(order: order, user: "user-\(order)").utf8))
    }
}
