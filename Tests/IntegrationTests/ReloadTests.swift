import EventModel
import Gateway
import TestSupport
import Testing

/// What SIGHUP does: another file in force, without a restart.
@Suite struct ReloadTests {
    @Test func secretsChangeWithoutARestart() throws {
        let gateway = try GatewayHarness()
        let event = Samples.purchase(order: "o-1")
        #expect(try gateway.postRudderStack(event).status == 200)
        try gateway.reload { port in
            GatewayYAML(receiverPort: port).text.replacing(GatewayYAML.secret, with: "secret_next_90ab")
        }
        #expect(try gateway.postRudderStack(event).status == 401)
        #expect(try gateway.postRudderStack(event, secret: "secret_next_90ab").item.status == "duplicate")
    }

    @Test func aFaultyFileChangesNothing() throws {
        let gateway = try GatewayHarness()
        #expect(throws: ConfigurationError.self) {
            try gateway.reload { GatewayYAML(receiverPort: $0).text.replacing("kind: segment", with: "kind: segmnet") }
        }
        #expect(throws: ConfigurationError.self) {
            try gateway.reload { port in
                var yaml = GatewayYAML(receiverPort: port)
                yaml.destinationLines = "    template: '{{properties.'"
                return yaml.text
            }
        }
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-1")).item.downstreamReady == true)
        #expect(gateway.receiver.waitForRequests(1))
    }

    @Test func theDedupWindowChangesWithoutARestart() throws {
        let clock = DeliveryTestClock()
        let gateway = try GatewayHarness(clock: clock)
        let event = Samples.track("Product Viewed", message: "m-1")
        #expect(try gateway.postRudderStack(event).item.status == "accepted")
        clock.advance(by: .seconds(2 * 3600))
        #expect(try gateway.postRudderStack(event).item.status == "duplicate")
        try gateway.reload { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.topLines = "dedup: {window: 1h}"
            return yaml.text
        }
        #expect(try gateway.postRudderStack(event).item.status == "accepted")
    }

    @Test func limitsOfIdentityChangeWithoutARestart() throws {
        let gateway = try GatewayHarness()
        func state(_ user: String, _ anonymous: String, _ order: String) throws -> String? {
            try gateway.postRudderStack(Samples.purchase(order: order, user: user, anonymous: anonymous)).item
                .identityState
        }
        #expect(try state("u", "a-1", "1") == "new")
        #expect(try state("u", "a-2", "2") == "existing")
        try gateway.reload { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.topLines = "identity: {weak_per_type: 2}"
            return yaml.text
        }
        #expect(try state("u", "a-1", "3") == "existing")
        #expect(try state("u", "a-3", "4") == "refused")
    }

    @Test func aDestinationThatComesGetsWhatComesAfterIt() throws {
        let gateway = try GatewayHarness(configuration: { port in
            let text = GatewayYAML(receiverPort: port).text
            return String(text[..<(text.firstRange(of: "destinations:")?.lowerBound ?? text.endIndex)])
        })
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-1")).item.downstreamReady == false)
        try gateway.reload { GatewayYAML(receiverPort: $0).text }
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-2")).item.downstreamReady == true)
        #expect(gateway.receiver.waitForRequests(1))
        let deliveries = try gateway.inspect().entries().map(\.deliveries.count)
        #expect(deliveries == [0, 1])
    }
}
