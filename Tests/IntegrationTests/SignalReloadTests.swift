import EventModel
import Foundation
import Platform
import TestSupport
import Testing

/// SIGHUP to the real program: what changes, what does not, and that every queued delivery is accounted for.
@Suite(.timeLimit(.minutes(10))) struct SignalReloadTests {
    private let directory = TemporaryDirectory()
    private let receiver = TestReceiver { request in
        request.target == "/kept-new" || request.target == "/late" ? .status(200) : .status(503)
    }

    /// A configuration with these destinations, each failing at first and waiting long for its next attempt.
    private func write(_ destinations: [(name: String, path: String, lines: String)], top: String = "") throws {
        var text = """
            listen: 127.0.0.1:0
            data: data
            admin: {listen: "127.0.0.1:0"}
            \(top)
            sources:
              - name: rudderstack
                kind: rudderstack
                account: acct_1
                environment: production
                secrets: [\(GatewayYAML.secret)]
                signature: off
            destinations:

            """
        for destination in destinations {
            text += """
                  - name: \(destination.name)
                    kind: http
                    url: http://127.0.0.1:\(receiver.port)/\(destination.path)
                    allow_private_addresses: true
                    breaker: {enabled: false}
                    \(destination.lines)

                """
        }
        try text.write(toFile: directory.file("gateway.yaml"), atomically: true, encoding: .utf8)
    }

    private static let slow = "retry: {attempts: 100, backoff: [1h]}"

    private func post(_ orders: ClosedRange<Int>, to gateway: GatewayProcess) throws {
        for number in orders {
            let client = try RawHTTPClient(port: gateway.port)
            try client.send(
                "POST", "/rudderstack/events",
                headers: [("Content-Type", "application/json"), ("x-tracklayer-secret", GatewayYAML.secret)],
                body: Array(Samples.purchase(order: "o-\(number)").utf8))
            #expect(try client.readResponse().status == 200)
        }
    }

    private func requests(_ path: String) -> Int { receiver.requests.count { $0.target == path } }

    @Test func everyQueuedDeliveryOfAReloadIsAccountedFor() throws {
        defer { receiver.stop() }
        try write([
            ("kept", "kept", Self.slow), ("changed", "kept", Self.slow), ("off", "kept", Self.slow),
            ("gone", "kept", Self.slow), ("renamed", "kept", Self.slow),
        ])
        let gateway = try GatewayProcess(configurationFile: directory.file("gateway.yaml"))
        try post(1...4, to: gateway)
        // Each of the five has failed once with each event.
        #expect(eventually { requests("/kept") == 20 })

        // A faulty file changes nothing.
        try write([("kept", "kept", "retry: {attemps: 3}")])
        gateway.reload()
        #expect(eventually { gateway.logText.contains("configuration not reloaded") })
        try post(5...5, to: gateway)
        #expect(eventually { requests("/kept") == 25 })

        try write(
            [
                ("kept", "kept", Self.slow), ("changed", "kept-new", "retry: {attempts: 100, backoff: [20ms]}"),
                ("off", "kept", "enabled: false"), ("late", "late", Self.slow),
            ], top: "limits: {queue: 5000}")
        gateway.reload()
        #expect(eventually { gateway.logText.contains(#""message":"configuration reloaded""#) })
        let log = gateway.logText
        for part in [
            "destinations[gone]: removed", "destinations[renamed]: removed", "destinations[late]: added",
            "destinations[off].enabled: true → false", "limits.queue: 100000 → 5000",
            #""waits_for_restart":"limits.queue""#,
        ] {
            #expect(log.contains(part), "\(part)")
        }
        #expect(
            eventually {
                ["gone", "renamed"].allSatisfy { name in
                    gateway.logText.contains(
                        #""destination":"\#(name)","reason":"destination_removed","count":"5""#)
                }
            })
        try post(6...6, to: gateway)
        #expect(eventually { requests("/late") == 1 && requests("/kept-new") == 1 })
        let client = try RawHTTPClient(port: gateway.port)
        try client.send("GET", "/metrics", headers: [], body: [])
        let metrics = String(decoding: try client.readResponse().body, as: UTF8.self)
        let dropped = #"tracklayer_deliveries_dropped_total{destination="gone",reason="destination_removed"} 5"#
        #expect(metrics.contains(dropped))
        #expect(gateway.terminate() == 0)
        try checkStore()
    }

    /// Every event has a delivery for each destination that it was meant for, in a state that the rules state.
    private func checkStore() throws {
        let entries = try StoreInspection(directory.file("data")).entries()
        #expect(entries.count == 6)
        for (number, entry) in entries.enumerated() {
            let isLast = number == 5
            let names = Set(entry.deliveries.map(\.destination))
            #expect(names == (isLast ? ["kept", "changed", "late"] : ["kept", "changed", "off", "gone", "renamed"]))
            for delivery in entry.deliveries {
                switch delivery.destination {
                case "gone", "renamed":
                    #expect(delivery.status == .dropped && delivery.dropReason == .destinationRemoved)
                    #expect(delivery.nextAttemptAt == nil)
                case "late": #expect(delivery.status == .delivered)
                case "changed" where isLast: #expect(delivery.status == .delivered)
                // Tried once, and waits for the hour that its schedule said when it failed.
                default: #expect(delivery.status == .failed && delivery.nextAttemptAt != nil)
                }
            }
        }
    }

    @Test func aReloadThatLeavesTheDestinationsAloneEndsNoRequest() throws {
        let held = TestReceiver { _ in .held(200) }
        defer {
            held.stop()
            receiver.stop()
        }
        func write(_ top: String) throws {
            var yaml = GatewayYAML(receiverPort: held.port)
            yaml.topLines = top
            try yaml.text.write(toFile: directory.file("gateway.yaml"), atomically: true, encoding: .utf8)
        }
        try write("")
        let gateway = try GatewayProcess(configurationFile: directory.file("gateway.yaml"))
        try post(1...1, to: gateway)
        #expect(held.waitForRequests(1))
        try write("dedup: {window: 7d}")
        gateway.reload()
        #expect(eventually { gateway.logText.contains("dedup.window: 30d → 7d") })
        held.release()
        #expect(gateway.terminate() == 0)
        let delivery = try #require(try StoreInspection(directory.file("data")).entries().first?.deliveries.first)
        #expect(delivery.status == .delivered && delivery.attemptCount == 1 && held.requests.count == 1)
    }
}
