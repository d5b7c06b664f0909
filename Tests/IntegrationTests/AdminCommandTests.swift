import Foundation
import Platform
import TestSupport
import Testing

/// The operators' verbs of the command line that ask for events, deliveries, people and orders.
@Suite(.timeLimit(.minutes(5))) struct AdminCommandTests {
    private func reachable() throws -> GatewayHarness {
        let port = try #require(FreePort.find())
        return try GatewayHarness(answer: { request in
            request.text.contains(#""o-2""#) ? .status(422, body: "no such \u{1B}[31mcustomer") : .status(200)
        }) {
            var yaml = GatewayYAML(receiverPort: $0)
            yaml.adminPort = port
            return yaml.text
        }
    }

    private func run(_ gateway: GatewayHarness, _ words: String...) throws -> (
        code: Int32, output: String, errors: String
    ) {
        try ProgramRun(words + ["--config", gateway.configurationFile]).finish()
    }

    private func rows(_ output: String) -> [[String]] {
        output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test func eventsAndDeliveriesAreListedAndShown() throws {
        let gateway = try reachable()
        for number in 1...2 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        #expect(eventually { try gateway.admin("GET", "/api/events?status=dropped").text.contains(#""o-2""#) })
        #expect(eventually { try gateway.admin("GET", "/api/events?status=delivered").text.contains(#""o-1""#) })
        let list = try run(gateway, "events", "list", "--event-name", "purchase")
        #expect(list.code == 0, "\(list.errors)")
        let lines = list.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("SEQUENCE"))
        #expect(lines[1].contains("o-2") && lines[1].hasSuffix("hook dropped (rejected)"))
        #expect(lines[2].contains("o-1") && lines[2].hasSuffix("hook delivered"))
        let sequence = try #require(rows(list.output).dropFirst().first?.first)
        let shown = try run(gateway, "events", "show", sequence)
        #expect(shown.code == 0 && shown.output.hasPrefix("purchase o-2\n"))
        #expect(try run(gateway, "explain", "o-2").output == shown.output)
        #expect(try run(gateway, "events", "list", "--event-id", "nobody").output == "There are no such events.\n")
        let json = try run(gateway, "events", "list", "--limit", "1", "--json")
        #expect(json.output.hasPrefix(#"{"events":[{"sequence":""#) && json.output.contains("next_cursor"))

        let deliveries = try run(gateway, "deliveries", "list", "--status", "dropped")
        #expect(rows(deliveries.output).last?.prefix(5) == ["\(sequence)/hook", "dropped", "rejected", "1", "422"])
        #expect(!deliveries.output.contains("\u{1B}"))
        let one = try run(gateway, "deliveries", "show", "\(sequence)/hook")
        #expect(one.output.contains("status    dropped, rejected, after 1 attempt\n"))
        #expect(one.output.contains("answer    no such \u{FFFD}[31mcustomer"))
        for words in [
            ["events"], ["events", "show"], ["events", "list", "more"], ["deliveries", "show", "7"], ["deliveries"],
            ["identity"], ["identity", "show"], ["identity", "show", "shoe=43"], ["audit", "more"], ["status", "more"],
            ["events", "list", "--evnt", "x"],
            // Found out by the gateway only.
            ["events", "list", "--verdict", "acepted"], ["events", "list", "--cursor", "nonsense"],
        ] {
            #expect(try ProgramRun(words + ["--config", gateway.configurationFile]).finish().code == 2, "\(words)")
        }
        #expect(try run(gateway, "events", "show", "1").code == 1)
        #expect(try run(gateway, "deliveries", "show", "1/hook").code == 1)
        #expect(try run(gateway, "events", "list", "--verdict", "acepted").errors.contains("did you mean accepted?"))
        for verb in ["events", "deliveries", "identity", "audit", "status"] {
            let help = try ProgramRun([verb, "--help"]).finish()
            #expect(help.code == 0 && help.output.hasPrefix("usage: tracklayer \(verb)"))
        }
    }

    @Test func aPersonIsShownByAnyIdentifier() throws {
        let gateway = try reachable()
        let traits = #"{"email":"Ada@Example.com","phone":"+49 151 23456789"}"#
        _ = try gateway.postRudderStack(
            Samples.identify(message: "m-1", user: "user-1", anonymous: "anon-1", traits: traits))
        let byUser = try run(gateway, "identity", "show", "user_id=user-1", "--environment", "production")
        #expect(byUser.code == 0, "\(byUser.errors)")
        #expect(byUser.output.contains("4 identifiers, 0 merges"))
        #expect(byUser.output.contains("JOINED BY"))
        for word in ["email=ada@EXAMPLE.com", "phone=+4915123456789", "anonymous_id=anon-1"] {
            #expect(try run(gateway, "identity", "show", word).output == byUser.output, "\(word)")
        }
        let profile = String(byUser.output.prefix { $0 != "," })
        #expect(try run(gateway, "identity", "show", profile).output == byUser.output)
        let path = try run(gateway, "identity", "path", "email=ada@example.com", "anonymous_id=anon-1")
        #expect(path.output.hasPrefix("They are one person:\n"))
        #expect(try run(gateway, "identity", "show", "user_id=nobody").code == 1)
        #expect(try run(gateway, "identity", "show", "email=no-address").code == 2)
    }

    @Test func statusAndAuditAreShown() throws {
        let gateway = try reachable()
        #expect(try run(gateway, "destinations", "hold", "hook").code == 0)
        #expect(try run(gateway, "audit", "list").output == run(gateway, "audit").output)
        let audit = try run(gateway, "audit")
        #expect(audit.code == 0, "\(audit.errors)")
        let line = try #require(rows(audit.output).last)
        #expect(Array(line.dropFirst().prefix(5)) == ["token-1", "127.0.0.1", "hold_destination", "done", "name=hook"])
        let status = try run(gateway, "status")
        #expect(status.code == 0)
        #expect(status.output.hasPrefix("gateway       ready, up since "))
        #expect(try run(gateway, "status", "--json").output.hasPrefix(#"{"ready":true"#))
        let stranger = try ProgramRun(
            ["status", "--config", gateway.configurationFile], environment: ["TRACKLAYER_ADMIN_TOKEN": "not_ours"]
        ).finish()
        #expect(stranger.code == 1 && stranger.errors.contains("does not accept the token of TRACKLAYER_ADMIN_TOKEN"))
        #expect(!stranger.errors.contains("not_ours"))
        gateway.stop()
        #expect(try run(gateway, "status").code == 1)
    }
}
