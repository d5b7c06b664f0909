import Foundation
import TestSupport
import Testing

/// Filters and segments through a whole gateway: what is delivered, and why the rest is not.
@Suite(.timeLimit(.minutes(5))) struct FilterTests {
    private func yaml(_ port: UInt16, admin: UInt16 = 0) -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.adminPort = admin
        yaml.topLines = """
            segments:
              vip_customers: {where: {traits.plan: [gold, platinum]}}
              acme: [{groups: ["acme-*"]}]
            """
        yaml.destinationLines = """
                filter:
                  event_name: {in: ["purchase", "lead*"], not: [lead_lost]}
                  segment: {in: [vip_customers, from_sender], not: [acme]}
                  where:
                    properties.value: {greater: 100}
                    identity.state: {not: [merged]}
                template: '{"id": "{{event_id}}", "segment": "{{segment}}", "all": {{json segments}}, "plan": "{{traits.plan}}"}'
            """
        return yaml.text
    }

    private func purchase(_ order: String, traits: String, revenue: String = "129.99", group: String = "") -> String {
        Samples.purchase(
            order: order, revenue: revenue, more: #""context":{"traits":\#(traits)\#(group)},"#)
    }

    @Test func eventsAreFilteredBySegmentAndValueAndTheTrailSaysWhy() throws {
        let gateway = try GatewayHarness(configuration: { yaml($0) })
        let gold = #"{"plan":"gold","email":"ada@example.com"}"#
        _ = try gateway.postRudderStack(purchase("o-1", traits: gold))
        _ = try gateway.postRudderStack(purchase("o-2", traits: #"{"plan":"free"}"#))
        _ = try gateway.postRudderStack(purchase("o-3", traits: gold, revenue: "99"))
        _ = try gateway.postRudderStack(purchase("o-4", traits: gold, group: #","groupId":"acme-7""#))
        _ = try gateway.postRudderStack(purchase("o-5", traits: #"{"segments":["from_sender","more"]}"#))
        _ = try gateway.postRudderStack(Samples.track("Product Viewed", message: "m-view"))
        #expect(gateway.receiver.waitForRequests(2))
        #expect(
            Set(gateway.receiver.requests.map(\.text)) == [
                #"{"id": "o-1", "segment": "vip_customers", "all": ["vip_customers"], "plan": "gold"}"#,
                #"{"id": "o-5", "segment": "from_sender,more", "all": ["from_sender","more"], "plan": ""}"#,
            ])
        func trail(_ id: String) throws -> String { try gateway.admin("GET", "/api/explain/\(id)").text }
        #expect(
            try trail("o-1").contains(
                #""segments":["vip_customers"],"routes":[{"destination":"hook","verdict":"queued"}]"#))
        #expect(try trail("o-2").contains(#""verdict":"skipped","reason":"filter:segment","gate":"filter"}"#))
        #expect(
            try trail("o-3").contains(
                #""reason":"filter:properties.value","gate":"filter","detail":"wants greater than 100"}"#))
        #expect(try trail("o-4").contains(#""segments":["acme","vip_customers"]"#))
        #expect(try trail("o-4").contains(#""reason":"filter:segment""#))
        #expect(try trail("m-view").contains(#""reason":"filter:event_name""#))
        #expect(try !gateway.inspect().contains("ada@example.com"), "a trait that is personal is not kept")
    }

    @Test func theProgramShowsConditionsAndReasons() throws {
        let port = try #require(FreePort.find())
        let gateway = try GatewayHarness(configuration: { yaml($0, admin: port) })
        _ = try gateway.postRudderStack(purchase("o-3", traits: #"{"plan":"gold"}"#, revenue: "99"))
        let routes = try ProgramRun(["routes", "--config", gateway.configurationFile]).finish()
        #expect(routes.code == 0)
        for line in [
            "segment one of vip_customers, from_sender and none of acme", "properties.value greater than 100",
            "identity.state not one of merged", "filter:event_name",
        ] {
            #expect(routes.output.contains(line), "\(line)")
        }
        let explained = try ProgramRun(["explain", "o-3", "--config", gateway.configurationFile]).finish()
        #expect(explained.output.contains("hook: not meant for it: filter:properties.value (wants greater than 100)"))
        #expect(explained.output.contains("segments  vip_customers"))
    }

    @Test func aReloadChangesSegmentsForEventsToCome() throws {
        let gateway = try GatewayHarness(configuration: { yaml($0) })
        _ = try gateway.postRudderStack(purchase("o-1", traits: #"{"plan":"silver"}"#))
        try gateway.reload { yaml($0).replacing("[gold, platinum]", with: "[silver]") }
        _ = try gateway.postRudderStack(purchase("o-2", traits: #"{"plan":"silver"}"#))
        #expect(gateway.receiver.waitForRequests(1))
        #expect(gateway.receiver.requests.map(\.text).first?.contains("o-2") == true)
    }
}
