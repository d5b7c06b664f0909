import Crypto
import EventModel
import Platform
import TestSupport
import Testing

/// Orders that say next to nothing of their buyers, completed with what other calls said: over sockets and a real store.
@Suite(.timeLimit(.minutes(5))) struct EnrichmentTests {
    private static let hash = SHA256.digest(of: "jane@example.com").hex
    private static let traits = #"{"email":"Jane@Example.com","firstName":"Jane","lastName":"Doe"}"#

    private func configuration(_ port: UInt16, _ more: String = "", settle: String = "300ms") -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.destinationLines =
            "    enrich: true\n    settle: \(settle)\n    events: [purchase]\n"
            + "    template: '{\"id\": \"{{event_id}}\", \"em\": \"{{user_data.email_hash}}\", \"fn\": \"{{user_data.first_name_hash}}\"}'\n"
            + more
        return yaml.text
    }

    private func body(_ gateway: GatewayHarness, _ order: String) throws -> String {
        try #require(gateway.receiver.requests.first { $0.text.contains(#""id": "\#(order)""#) }).text
    }

    @Test func anOrderOfAKnownPersonHasTheirAddressAcrossRestarts() throws {
        let gateway = try GatewayHarness(configuration: { configuration($0) })
        let login = Samples.identify(message: "i-1", user: "u-1", anonymous: "a-1", traits: Self.traits)
        #expect(try gateway.postRudderStack(login).item.status == "accepted")
        try gateway.restart()
        // From a server that knows the user, and from a browser that does not.
        #expect(try gateway.postSegment(Samples.purchase(order: "o-1", user: "u-1")).status == 200)
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-2", user: nil, anonymous: "a-1")).status == 200)
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-3", user: "u-2")).status == 200)
        #expect(gateway.receiver.waitForRequests(3))
        for order in ["o-1", "o-2"] {
            #expect(try body(gateway, order).contains(#""em": "\#(Self.hash)""#), "\(order)")
            #expect(try !body(gateway, order).contains(#""fn": """#), "\(order)")
        }
        #expect(try body(gateway, "o-3").contains(#""em": """#), "of others nothing is known")
        // The operator sees what was filled in, and that the event itself is as it was sent.
        #expect(
            eventually { try gateway.admin("GET", "/api/explain/o-1").text.contains(#""enriched":["email","name"]"#) })
        let shown = try gateway.admin("GET", "/api/explain/o-1").text
        #expect(shown.contains(#""known_person":[{"part":"email","said_at":"#))
        #expect(!shown.contains(Self.hash))
        let stored = try gateway.inspect().entries().first { $0.event.messageId == "m-o-1" }
        #expect(stored.map { !$0.canonical.contains(Self.hash) } == true)
    }

    @Test func anIdentifyThatComesAMomentAfterTheOrderCounts() throws {
        let gateway = try GatewayHarness(configuration: { configuration($0, settle: "1s") })
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-1", user: "u-1")).status == 200)
        let login = Samples.identify(message: "i-1", user: "u-1", anonymous: nil, traits: Self.traits)
        #expect(try gateway.postRudderStack(login).status == 200)
        #expect(gateway.receiver.waitForRequests(1))
        #expect(try body(gateway, "o-1").contains(Self.hash))
    }

    @Test func aPersonWhoIsErasedIsKnownNoMore() throws {
        let gateway = try GatewayHarness(configuration: { configuration($0) })
        let login = Samples.identify(message: "i-1", user: "u-1", anonymous: "a-1", traits: Self.traits)
        #expect(try gateway.postRudderStack(login).status == 200)
        _ = try gateway.erase(#"{"identifiers":[{"type":"user_id","value":"u-1"}]}"#)
        gateway.stop()
        #expect(try gateway.inspect().count(.persons) == 0)
    }
}
