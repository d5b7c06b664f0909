import EventModel
import Foundation
import Outbound
import Platform
import Storage
import TestSupport
import Testing

/// Retention over a whole gateway whose clock is moved.
@Suite(.timeLimit(.minutes(10))) struct RetentionTests {
    private func yaml(_ port: UInt16, _ top: String) -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.topLines = top
        return yaml.text
    }

    /// The figures of the last run that the log tells of.
    private func figures(_ gateway: GatewayHarness, runs: Int) throws -> [String: String] {
        func lines() -> [String] { gateway.log.lines.filter { $0.contains(#""message":"retention run finished""#) } }
        #expect(eventually { lines().count >= runs })
        let line = try #require(lines().last)
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(object).compactMapValues { $0 as? String }
    }

    /// A person with all that one can have, a refused delivery, and somebody who comes back.
    private static let old = [
        Samples.identify(
            message: "m-1", user: "old-1", anonymous: "old-browser", traits: #"{"email":"old@example.com"}"#),
        Samples.purchase(
            order: "old-order", user: "old-1",
            more: #""context":{"page":{"url":"https://shop.example.com/?gclid=old-click"}},"#),
        Samples.purchase(order: "old-order", message: "m-old-copy", user: "old-1"),
        Samples.purchase(order: "old-refused", user: "old-1"),
        Samples.purchase(order: "both-order-1", user: "both-2"),
    ]

    @Test func whatIsOlderGoesTogetherAndTheRestStays() throws {
        let clock = DeliveryTestClock()
        let gateway = try GatewayHarness(
            clock: clock,
            answer: { $0.text.contains("refused") ? .status(422, body: "no") : .status(200) },
            configuration: { yaml($0, "retention: {days: 30}\ndedup: {window: 60d}") })
        for body in Self.old { #expect(try gateway.postRudderStack(body).status == 200) }
        #expect(gateway.receiver.waitForRequests(4))
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""dead":1"#) })
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""waiting":0"#) })
        // What is held stays for as long as it has to.
        gateway.perform(.hold)
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""state":"held""#) })
        _ = try gateway.postRudderStack(Samples.purchase(order: "held-order", user: "held-3"))
        clock.advance(by: .seconds(31 * 86_400))
        _ = try gateway.postRudderStack(Samples.purchase(order: "both-order-2", user: "both-2"))
        try gateway.restart()
        let figures = try figures(gateway, runs: 2)
        #expect(figures["events"] == "4" && figures["deliveries"] == "4" && figures["kept_for_delivery"] == "1")
        #expect(figures["profiles"] == "1" && figures["identifiers"] == "3", "\(figures)")
        #expect(figures["clicks"] == "1" && figures["account"] == "acct_1" && figures["days"] == "30")
        #expect(try gateway.admin("GET", "/api/dead").text == #"{"dead_letters":[]}"#)
        let metrics = try gateway.metrics()
        #expect(metrics.contains("\ntracklayer_retention_events_removed_total 4\n"))
        #expect(metrics.contains("\ntracklayer_retention_events_kept 1\n"))

        // The window of dedup is longer than retention here: the event is gone, and still known.
        let again = try gateway.postRudderStack(Samples.purchase(order: "old-order", user: "old-1"))
        #expect(try again.item.status == "duplicate")
        // Whoever comes back is new.
        let back = try gateway.postRudderStack(Samples.purchase(order: "back-order", user: "old-1"))
        #expect(try back.item.identityState == "new")
        #expect(
            try gateway.postRudderStack(Samples.purchase(order: "both-order-3", user: "both-2")).item.identityState
                == "existing")
        gateway.perform(.resume)
        #expect(gateway.receiver.waitForRequests(8))
        #expect(gateway.receiver.requests.contains { $0.text.contains("held-order") })
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(
            try inspection.entries().map(\.event.eventId) == [
                "held-order", "both-order-2", "back-order", "both-order-3",
            ])
        #expect(
            try inspection.places(of: ["old@example.com", "old-browser", "old-click", "old-refused"]).subtracting([
                "old-refused in event_ids", "old-refused in messages",
            ]).isEmpty)
        #expect(try inspection.inconsistencies() == ["sightings of no event"], "the repetition of what is gone")
    }

    @Test func accountsHaveTheirOwnTimesAndWithoutOneNothingGoes() throws {
        let clock = DeliveryTestClock()
        func text(_ port: UInt16, _ retention: String) -> String {
            yaml(port, retention).replacing(
                "account: acct_1\n    environment: staging", with: "account: acct_2\n    environment: staging")
        }
        let gateway = try GatewayHarness(clock: clock, configuration: { text($0, "") })
        for number in 0..<5 {
            _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)", user: "u-\(number)"))
            _ = try gateway.postRudderStack(
                Samples.purchase(order: "o-\(number)", user: "u-\(number)"), secret: GatewayYAML.stagingSecret)
        }
        #expect(gateway.receiver.waitForRequests(10))
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""waiting":0"#) })
        clock.advance(by: .seconds(100 * 86_400))
        try gateway.reload { text($0, "retention: {days: 365, accounts: {acct_2: 90}}") }
        #expect(try figures(gateway, runs: 2)["account"] == "acct_2")
        #expect(!gateway.log.lines.contains { $0.contains("retention run finished") && $0.contains(#""days":"30""#) })
        // The committer's memory of people went with them.
        let known = try gateway.postRudderStack(Samples.purchase(order: "o-9", user: "u-0"))
        #expect(try known.item.identityState == "existing")
        let gone = try gateway.postRudderStack(
            Samples.purchase(order: "o-9", user: "u-0"), secret: GatewayYAML.stagingSecret)
        #expect(try gone.item.identityState == "new")
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        let accounts = try inspection.registry.accounts.map { account in
            (
                inspection.registry.name(of: account),
                try EventReader(inspection.store).recentEvents(account, limit: 10).count
            )
        }
        #expect(accounts.map(\.1) == [6, 1])
        #expect(try inspection.count(.nodes) == 6)
        #expect(try inspection.inconsistencies().isEmpty)
    }
}
