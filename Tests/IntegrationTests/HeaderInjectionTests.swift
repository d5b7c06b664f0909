import EventModel
import TestSupport
import Testing

/// Row 89: line ends in values that become headers.
@Suite struct HeaderInjectionTests {
    /// The rows that this suite tests.
    static let rows: Set<Int> = [89]

    @Test("89: an event with a line end is taken, and its delivery ends with a reason")
    func lineEnds() throws {
        let gateway = try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.destinationLines = #"    headers: {X-Gift: "{{properties.gift}}"}"#
            return yaml.text
        })
        let bad = Samples.track("Order Completed", message: "m-1", properties: #"{"gift":"a\r\nX-Evil: 1"}"#)
        #expect(try gateway.postRudderStack(bad).item.status == "accepted")
        let good = Samples.track("Order Completed", message: "m-2", properties: #"{"gift":"a card"}"#)
        #expect(try gateway.postRudderStack(good).item.status == "accepted")
        #expect(gateway.receiver.waitForRequests(1))
        #expect(gateway.receiver.requests.map { $0.values(of: "X-Gift") } == [["a card"]])
        #expect(gateway.receiver.requests.allSatisfy { $0.values(of: "X-Evil").isEmpty })
        let entries = try gateway.inspect().entries()
        let lost = try #require(entries.first { $0.event.messageId == "m-1" }?.deliveries.first)
        #expect(lost.status == .dropped)
        #expect(lost.dropReason != nil)
    }
}
