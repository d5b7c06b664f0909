import EventModel
import Foundation
import TestSupport
import Testing

/// `tracklayer send-test` against a whole gateway and a receiver.
@Suite(.timeLimit(.minutes(5))) struct SendTestTests {
    private func gateway(
        _ lines: String = "",
        answer: @escaping @Sendable (TestReceiver.Request) -> TestReceiver.Answer = { _ in
            .status(200, body: "thanks")
        }
    ) throws -> GatewayHarness {
        let port = try #require(FreePort.find())
        return try GatewayHarness(answer: answer) {
            var yaml = GatewayYAML(receiverPort: $0)
            yaml.adminPort = port
            yaml.topLines = "secrets: {token: hook_token_77}"
            yaml.destinationLines = "    headers: {Authorization: \"Bearer {{secrets.token}}\"}\n" + lines
            return yaml.text
        }
    }

    private func run(_ gateway: GatewayHarness, _ words: String...) throws -> (
        code: Int32, output: String, errors: String
    ) {
        try ProgramRun(["send-test", "--destination", "hook", "--config", gateway.configurationFile] + words).finish()
    }

    private static let template =
        #"    template: '{"id": "{{event_id}}", "value": {{json properties.value}}, "test": {{json properties.test}}}'"#

    @Test func aPurchaseIsDeliveredAndShownAsItWasSent() throws {
        let gateway = try gateway(Self.template)
        let run = try run(gateway)
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        let request = try #require(gateway.receiver.requests.first)
        #expect(gateway.receiver.requests.count == 1)
        #expect(request.text.contains(#""value": 129.9, "test": true}"#))
        #expect(run.output.contains("body      \(request.text)\n"))
        let signature = try #require(request.values(of: "X-TrackLayer-Signature").first)
        #expect(run.output.contains("X-TrackLayer-Signature: \(signature)"))
        #expect(run.output.contains("Authorization: Bearer ***"))
        #expect(request.values(of: "Authorization") == ["Bearer hook_token_77"])
        for words in [
            "by qa+destinations@tracklayer.test to hook", "filter    matched; it passed all gates",
            "request   POST http://127.0.0.1:\(gateway.receiver.port)/hook", "answer    200 after ", "thanks",
            "outcome   delivered, ",
        ] {
            #expect(run.output.contains(words), "\(words) in \(run.output)")
        }
        for secret in ["hook_token_77", GatewayYAML.signingSecret] {
            #expect(!run.output.contains(secret))
            #expect(!gateway.log.lines.contains { $0.contains(secret) })
        }
        let id = try #require(run.output.split(separator: " ").dropFirst().first)
        let explained = try gateway.admin("GET", "/api/explain/\(id)").text
        #expect(explained.contains(#""status":"delivered""#))
        #expect(try gateway.admin("GET", "/api/audit?action=send_test").text.contains(#""detail":"event "#))
        #expect(explained.contains(#""source":"send-test""#))
        #expect(
            try !gateway.inspect().contains("qa+destinations@tracklayer.test"), "the address is hashed as any other")
    }

    @Test func eachTestIsAnEventOfItsOwn() throws {
        let gateway = try gateway(Self.template)
        #expect(try run(gateway).code == 0)
        #expect(try run(gateway).code == 0)
        let ids = Set(gateway.receiver.requests.map(\.text))
        #expect(ids.count == 2)
    }

    @Test func aFilterThatRefusesIsTheAnswerAndNothingIsSent() throws {
        let gateway = try gateway("    filter: {where: {properties.value: {greater: 1000}}}")
        let run = try run(gateway)
        #expect(run.code == 1)
        #expect(
            run.output.contains(
                "filter    not meant for it: filter:properties.value (wants greater than 1000); nothing was sent"))
        #expect(run.output.contains("body      {"), "what would be sent is shown all the same")
        #expect(gateway.receiver.requests.isEmpty)
    }

    @Test func onlyTheDestinationThatIsTestedGetsIt() throws {
        let gateway = try gateway(
            """
              - name: other
                kind: http
                url: http://127.0.0.1:1/other
                allow_private_addresses: true
            """)
        let run = try run(gateway, "--json")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        let result = try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(result["delivered"] as? Bool == true)
        let test = try #require(result["test"] as? [String: Any])
        #expect(test["matched"] as? Bool == true)
        let outcome = try #require(result["outcome"] as? [String: Any])
        #expect(outcome["status"] as? String == "delivered")
        #expect(outcome["response_status"] as? Int == 200)
        #expect(outcome["latency_ms"] is Int)
        let entry = try #require(try gateway.inspect().entries().first)
        #expect(entry.deliveries.map(\.destination) == ["hook"])
        #expect(!entry.decisions.contains("other"))
    }

    @Test func aRefusalAndATemplateThatCannotBeRenderedAreShown() throws {
        let refused = try gateway(answer: { _ in .status(422, body: "no \u{1B}[31msuch thing") })
        let run = try run(refused)
        #expect(run.code == 1)
        #expect(run.output.contains("answer    422 after ") && run.output.contains("no \u{FFFD}[31msuch thing"))
        #expect(run.output.contains("outcome   dropped, rejected: HTTP 422"))
        let broken = try gateway("    missing: fail\n    template: '{\"a\": \"{{properties.absent}}\"}'")
        let second = try self.run(broken)
        #expect(second.code == 1)
        #expect(second.output.contains("request   none: render_failed: {{properties.absent}} has no value"))
        #expect(second.output.contains("outcome   dropped, render_failed"))
    }

    @Test func aDestinationThatIsHeldLeavesItQueued() throws {
        let gateway = try gateway()
        _ = try gateway.admin("POST", "/api/destinations/hook/hold")
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""state":"held""#) })
        let run = try run(gateway, "--wait", "1")
        #expect(run.code == 1)
        #expect(run.output.contains("outcome   still queued after 1 s; the destination is held"))
        #expect(gateway.receiver.requests.isEmpty)
    }

    @Test func whatCannotBeTestedIsSaid() throws {
        let gateway = try gateway("    account: acct_other")
        let run = try run(gateway)
        #expect(run.code == 1)
        #expect(run.errors.contains("no source sends for the destination's account"))
        for (words, code) in [
            (["send-test"], 2), (["send-test", "--destination", "nobody"], 2), (["send-test", "hook"], 2),
            (["send-test", "--destination", "hook", "--wait", "0"], 2),
        ] {
            let end = try ProgramRun(words + ["--config", gateway.configurationFile]).finish()
            #expect(end.code == Int32(code), "\(words): \(end.errors)")
        }
        #expect(try gateway.admin("POST", "/api/send-test").status == 400)
        #expect(try gateway.admin("POST", "/api/send-test?destination=nobody").status == 404)
        #expect(try gateway.admin("GET", "/api/send-test").status == 405)
        #expect(try gateway.admin("GET", "/api/send-test/x/hook").status == 400)
        #expect(try gateway.admin("GET", "/api/send-test/7/hook").status == 404)
        #expect(try gateway.admin("GET", "/api/send-test/7").status == 404)
        try gateway.reload { _ in
            (try? String(contentsOfFile: gateway.configurationFile, encoding: .utf8))?
                .replacing("account: acct_other", with: "enabled: false") ?? ""
        }
        #expect(try gateway.admin("POST", "/api/send-test?destination=hook").status == 409)
    }
}
