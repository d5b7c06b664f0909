import Foundation
import Platform
import TestSupport
import Testing

/// Holding and resuming destinations, and the operators' verbs of the command line, against a whole gateway.
@Suite(.timeLimit(.minutes(5))) struct OperatorTests {
    private func entry(_ gateway: GatewayHarness) throws -> [String: Any] {
        let reply = try gateway.admin("GET", "/api/destinations/hook")
        return try #require(try JSONSerialization.jsonObject(with: Data(reply.response.body)) as? [String: Any])
    }

    @Test func anOperatorHoldsAndResumes() throws {
        let gateway = try GatewayHarness()
        let order = try gateway.admin("POST", "/api/destinations/hook/hold")
        #expect(order.text == #"{"success":true,"name":"hook","command":"hold"}"#)
        #expect(eventually { try entry(gateway)["state"] as? String == "held" })
        for number in 1...3 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        let held = try entry(gateway)
        #expect(held["waiting"] as? Int == 3)
        #expect(held["dead"] as? Int == 0)
        #expect(held["stopped_at"] is String)
        #expect(held["next_step"] as? String == "run: tracklayer destinations resume hook")
        #expect(held["next_due_at"] is String)
        #expect(gateway.receiver.requests.isEmpty)
        #expect(try gateway.admin("GET", "/api/destinations").text.contains(#"{"destinations":[{"name":"hook","#))
        #expect(try gateway.admin("POST", "/api/destinations/hook/resume").status == 200)
        #expect(gateway.receiver.waitForRequests(3))
        #expect(eventually { try entry(gateway)["waiting"] as? Int == 0 })
        #expect(eventually { try entry(gateway)["state"] as? String == "running" })
    }

    @Test func breakerAndPauseShowUntilWhen() throws {
        let failures = Watched<[TestReceiver.Answer]>([.status(500)])
        let gateway = try GatewayHarness(answer: { _ in failures.withLock { $0[0] } }) {
            var yaml = GatewayYAML(receiverPort: $0)
            yaml.breaker = "{failures: 1, cooldown: 60s, max_cooldown: 60s}"
            return yaml.text
        }
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        #expect(eventually { try entry(gateway)["state"] as? String == "broken" })
        #expect(try entry(gateway)["breaker_open_until"] is String)
        #expect(try entry(gateway)["waiting"] as? Int == 1)
        failures.withLock { $0 = [.status(503, headers: ["Retry-After: 60"])] }
        #expect(try gateway.admin("POST", "/api/destinations/hook/resume").status == 200)
        #expect(gateway.receiver.waitForRequests(2))
        #expect(eventually { try entry(gateway)["paused_until"] is String })
        failures.withLock { $0 = [.status(200)] }
        #expect(try gateway.admin("POST", "/api/destinations/hook/resume").status == 200)
        #expect(eventually { try entry(gateway)["paused_until"] == nil })
    }

    // MARK: - The command line

    /// A gateway whose admin API the program finds by the configuration.
    private func reachable(
        _ answer: @escaping @Sendable (TestReceiver.Request) -> TestReceiver.Answer
    ) throws -> GatewayHarness {
        let port = try #require(FreePort.find())
        return try GatewayHarness(answer: answer) {
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

    @Test func theProgramListsShowsPutsBackAndDrops() throws {
        let isMended = Watched(false)
        let gateway = try reachable { _ in
            isMended.withLock { $0 } ? .status(200) : .status(422, body: "no such \u{1B}[31mcustomer")
        }
        for number in 1...3 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        #expect(eventually { try gateway.admin("GET", "/api/dead").text.components(separatedBy: #""id""#).count == 4 })
        let list = try run(gateway, "dead", "list", "--limit", "2")
        #expect(list.code == 0, "\(list.errors)")
        let lines = list.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("ID"))
        #expect(lines[1].contains("rejected") && lines[1].contains("purchase") && lines[1].contains("HTTP 422"))
        #expect(lines[3].contains("--cursor"))
        let id = String(lines[2].prefix { $0 != " " })
        let shown = try run(gateway, "dead", "show", id)
        #expect(
            shown.output.contains(#""event_id":"o-2""#)
                && shown.output.contains("answer    no such \u{FFFD}[31mcustomer"))
        #expect(try run(gateway, "dead", "drop", id).output == "dropped 1 dead letter\n")
        isMended.withLock { $0 = true }
        let replay = try run(gateway, "dead", "replay", "--reason", "rejected")
        #expect(replay.code == 0, "\(replay.errors)")
        #expect(replay.output.hasPrefix("replay rpl_"))
        #expect(
            replay.output.hasSuffix(" done: put back 2: 2 delivered, 0 failed, 0 given up, 0 waiting\n"),
            "\(replay.output)")
        #expect(gateway.receiver.waitForRequests(5))
        let empty = try run(gateway, "dead", "list", "--json")
        #expect(empty.output == "{\"dead_letters\":[]}\n")
        #expect(try run(gateway, "dead", "list").output == "There are no such dead letters.\n")
        #expect(try run(gateway, "dead", "show", id).code == 1)
        for words in [
            ["dead", "drop", "--all", "--limit", "1"], ["dead", "replay", "--all", "--limit", "1"],
            ["dead", "drop", "--all", "--original"], ["dead"], ["dead", "drop"], ["dead", "replay", id, "--all"],
            ["dead", "show"], ["destinations", "hold"],
        ] {
            #expect(try ProgramRun(words + ["--config", gateway.configurationFile]).finish().code == 2, "\(words)")
        }
    }

    @Test func theProgramHoldsAndResumes() throws {
        let gateway = try reachable { _ in .status(200) }
        let held = try run(gateway, "destinations", "hold", "hook")
        #expect(held.code == 0, "\(held.errors)")
        #expect(held.output.contains("held"))
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        let all = try run(gateway, "destinations").output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(all.last?.prefix(3) == ["hook", "held", "1"])
        #expect(try run(gateway, "destinations", "list").code == 0)
        #expect(try run(gateway, "destinations", "resume", "hook", "--json").output.contains(#""state":"running""#))
        #expect(gateway.receiver.waitForRequests(1))
        #expect(try run(gateway, "destinations", "hold", "nobody").code == 1)
    }

    @Test func aDropEndsBetweenTwoPagesWhenItIsInterrupted() throws {
        let gateway = try reachable { _ in .status(422) }
        let count = 400
        let events = (1...count).map { Samples.purchase(order: "o-\($0)") }.joined(separator: ",")
        _ = try gateway.postRudderStack("[\(events)]")
        let dead = { try gateway.admin("GET", "/api/destinations/hook").text }
        #expect(eventually { try dead().contains(#""dead":\#(count),"#) })
        let program = try ProgramRun(
            ["dead", "drop", "--all", "--page", "1", "--json", "--config", gateway.configurationFile])
        let first = program.readSome()
        #expect(first.contains(#""dropped":1"#))
        program.interrupt()
        let end = program.finish()
        #expect(end.code == 1, "\(end.errors)")
        let last = try #require((first + end.output).split(separator: "\n").last)
        #expect(last.contains("next_cursor"))
        #expect(try !dead().contains(#""dead":0,"#) && !dead().contains(#""dead":\#(count),"#))
        let rest = try run(gateway, "dead", "drop", "--all")
        #expect(rest.code == 0)
        #expect(try dead().contains(#""dead":0,"#))
    }
}
