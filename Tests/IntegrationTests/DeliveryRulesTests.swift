import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// What the configuration promises about deliveries, with a whole gateway: order, rate, and destinations that change.
@Suite(.timeLimit(.minutes(5))) struct DeliveryRulesTests {
    private func yaml(_ port: UInt16, _ lines: String, attempts: Int = 5, backoff: String = "[20ms]") -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.destinationLines = lines
        yaml.attempts = attempts
        yaml.backoff = backoff
        return yaml.text
    }

    /// The `event_id`s that the receiver was sent, in order.
    private func sent(_ gateway: GatewayHarness) -> [String] {
        gateway.receiver.requests.compactMap { request in
            guard let start = request.text.firstRange(of: #""event_id":""#) else { return nil }
            return String(request.text[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    @Test func eventsOfOneProfileArriveInTheOrderOfTheirCommits() throws {
        let failures = Watched(2)
        let gateway = try GatewayHarness(answer: { request in
            guard request.text.contains(#""event_id":"ada-1""#) else { return .status(200) }
            return failures.withLock { left in
                left -= 1
                return left >= 0 ? .status(500) : .status(200)
            }
        }) { yaml($0, "    ordering: profile", backoff: "[100ms]") }
        for number in 1...8 {
            for user in ["ada", "bob"] {
                let event = Samples.purchase(order: "\(user)-\(number)", user: user)
                #expect(try gateway.postRudderStack(event).status == 200)
            }
        }
        #expect(gateway.receiver.waitForRequests(18))
        let sent = sent(gateway)
        #expect(sent.filter { $0.hasPrefix("ada") } == ["ada-1", "ada-1"] + (1...8).map { "ada-\($0)" })
        #expect(sent.filter { $0.hasPrefix("bob") } == (1...8).map { "bob-\($0)" })
        let store = try gateway.inspect()
        #expect(try store.count(.ordered) == 0)
        #expect(try store.count(.due) == 0)
    }

    @Test func anOrderOutlivesTheProcess() throws {
        let isUp = Watched(false)
        let gateway = try GatewayHarness(answer: { _ in isUp.withLock { $0 } ? .status(200) : .status(500) }) {
            yaml($0, "    ordering: profile", attempts: 100, backoff: "[50ms]")
        }
        for number in 1...6 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        #expect(gateway.receiver.waitForRequests(2))
        try gateway.restart()
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-7"))
        #expect(sent(gateway).allSatisfy { $0 == "o-1" })
        let before = gateway.receiver.requests.count
        isUp.withLock { $0 = true }
        #expect(gateway.receiver.waitForRequests(before + 7))
        #expect(Array(sent(gateway).suffix(7)) == (1...7).map { "o-\($0)" })
    }

    @Test func aRateHoldsOverSockets() throws {
        let gateway = try GatewayHarness(configuration: { yaml($0, "    rate: 100/s") })
        let events = (0..<260).map { Samples.purchase(order: "o-\($0)") }.joined(separator: ",")
        let started = MonotonicTime.now
        #expect(try gateway.postRudderStack("[\(events)]").status == 200)
        #expect(gateway.receiver.waitForRequests(260))
        let seconds = Double((MonotonicTime.now - started).wholeMilliseconds) / 1000
        // Twenty at once, then a hundred a second.
        #expect(seconds >= 2.35, "260 deliveries took \(seconds) s")
        #expect(seconds < 6, "260 deliveries took \(seconds) s")
    }

    @Test func deliveriesOfARemovedDestinationAreDropped() throws {
        let gateway = try GatewayHarness(configuration: { yaml($0, "    rate: 1/m") })
        for number in 1...5 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        #expect(gateway.receiver.waitForRequests(1))
        try gateway.reload { yaml($0, "").replacing("name: hook", with: "name: other") }
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-6"))
        #expect(gateway.receiver.waitForRequests(2))
        let deliveries = try gateway.inspect().entries().flatMap(\.deliveries)
        #expect(deliveries.map(\.destination) == Array(repeating: "hook", count: 5) + ["other"])
        #expect(deliveries.filter { $0.dropReason == .destinationRemoved }.count == 4)
        #expect(deliveries.filter { $0.status == .delivered }.count == 2)
    }

    @Test func deliveriesOfADisabledDestinationWait() throws {
        let gateway = try GatewayHarness(configuration: { yaml($0, "    rate: 1/m") })
        for number in 1...5 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        #expect(gateway.receiver.waitForRequests(1))
        try gateway.reload { yaml($0, "    enabled: false") }
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-6"))
        #expect(gateway.receiver.requests.count == 1)
        // A changed destination's deliveries are sent by its new settings: another path, and no rate any more.
        try gateway.reload { yaml($0, "").replacing("/hook", with: "/changed") }
        #expect(gateway.receiver.waitForRequests(5))
        #expect(gateway.receiver.requests.map(\.target) == ["/hook"] + Array(repeating: "/changed", count: 4))
        let entries = try gateway.inspect().entries()
        #expect(entries.flatMap(\.deliveries).allSatisfy { $0.status == .delivered })
        #expect(entries.last?.deliveries.isEmpty == true, "what came while it was disabled was not meant for it")
    }

    @Test func goneShowsInMetricsAndLogAndEndsWhenTheDestinationIsEnabledAgain() throws {
        let isGone = Watched(true)
        let gateway = try GatewayHarness(answer: { _ in isGone.withLock { $0 } ? .status(410) : .status(200) }) {
            yaml($0, "")
        }
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        #expect(gateway.receiver.waitForRequests(1))
        let line = #"tracklayer_destination_state{destination="hook",state="gone"} 1"#
        #expect(eventually { try gateway.metrics().contains(line) })
        #expect(gateway.log.lines.contains { $0.contains("answered 410") })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-2"))
        try gateway.restart()
        #expect(eventually { try gateway.metrics().contains(line) })
        #expect(gateway.receiver.requests.count == 1)
        isGone.withLock { $0 = false }
        try gateway.reload { yaml($0, "    enabled: false") }
        try gateway.reload { yaml($0, "") }
        #expect(gateway.receiver.waitForRequests(2))
        #expect(sent(gateway) == ["o-1", "o-2"])
    }

    @Test func anOperatorHoldsAndResumes() throws {
        let gateway = try GatewayHarness(configuration: { yaml($0, "") })
        gateway.perform(.hold)
        let held = #"tracklayer_destination_state{destination="hook",state="held"} 1"#
        #expect(eventually { try gateway.metrics().contains(held) })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        try gateway.restart()
        #expect(eventually { try gateway.metrics().contains(held) })
        #expect(gateway.receiver.requests.isEmpty)
        gateway.perform(.resume)
        #expect(gateway.receiver.waitForRequests(1))
    }
}
