import Crypto
import Foundation
import TestSupport
import Testing

/// Replays of many dead letters through a whole gateway: paced, followed, cancelled, with the original body, in order.
@Suite(.timeLimit(.minutes(10))) struct ReplayTests {
    private func yaml(_ port: UInt16, _ lines: String = "", admin: UInt16 = 0) -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.destinationLines = lines
        yaml.adminPort = admin
        return yaml.text
    }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.response.body)) as? [String: Any])
    }

    private func dead(_ gateway: GatewayHarness) throws -> Int {
        try #require(try object(try gateway.admin("GET", "/api/destinations/hook"))["dead"] as? Int)
    }

    private func replay(_ gateway: GatewayHarness, _ id: String) throws -> [String: Any] {
        try object(try gateway.admin("GET", "/api/replays/\(id)"))
    }

    private func orders(_ gateway: GatewayHarness) -> [String] {
        gateway.receiver.requests.compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.body)) as? [String: Any])?["event_id"] as? String
        }
    }

    /// A gateway with so many dead letters, `o-1` and on, whose receiver does as told from then on.
    private func gateway(
        dead count: Int, _ lines: String, admin: UInt16 = 0,
        then answer: @escaping @Sendable (TestReceiver.Request) -> TestReceiver.Answer
    ) throws -> GatewayHarness {
        let isMended = Watched(false)
        let gateway = try GatewayHarness(
            answer: { request in isMended.withLock { $0 } ? answer(request) : .status(422) },
            configuration: { yaml($0, lines, admin: admin) })
        let events = (1...count).map { Samples.purchase(order: "o-\($0)", user: "user-\($0)") }
        _ = try gateway.postRudderStack("[\(events.joined(separator: ","))]")
        #expect(eventually { try dead(gateway) == count })
        isMended.withLock { $0 = true }
        return gateway
    }

    @Test func liveTrafficGoesOnWhileAReplayHangs() throws {
        // What is replayed is not answered; live events are.
        let gateway = try gateway(dead: 20, "    concurrency: 8\n    timeout: 60s\n    replay_rate: 100/s") { request in
            request.text.contains(#""event_id":"live-"#) ? .status(200) : .held(200)
        }
        let begun = try object(try gateway.admin("POST", "/api/replays?all=true"))
        let id = try #require(begun["id"] as? String)
        #expect(begun["total"] as? Int == 20)
        #expect(eventually { try replay(gateway, id)["waiting"] as? Int == 2 })
        for number in 1...30 { _ = try gateway.postRudderStack(Samples.purchase(order: "live-\(number)")) }
        #expect(gateway.receiver.waitForRequests(20 + 2 + 30))
        #expect(orders(gateway).count { $0.hasPrefix("live-") } == 30)
        let hanging = try replay(gateway, id)
        #expect(hanging["put_back"] as? Int == 2, "a quarter of the lane and no more")
        #expect(hanging["state"] as? String == "running")
        gateway.receiver.release()
        #expect(eventually { try replay(gateway, id)["state"] as? String == "done" })
        let end = try replay(gateway, id)
        #expect(end["delivered"] as? Int == 20)
        #expect(end["put_back"] as? Int == 20)
        #expect(try dead(gateway) == 0)
        let replayed = orders(gateway).dropFirst(20).filter { $0.hasPrefix("o-") }
        #expect(Set(replayed) == Set((1...20).map { "o-\($0)" }) && replayed.count == 20)
    }

    @Test func aReplayMeetsNoneTwiceThoughAllFailAgain() throws {
        let gateway = try gateway(dead: 40, "    replay_rate: 200/s") { _ in .status(422) }
        let id = try #require(try object(try gateway.admin("POST", "/api/replays?reason=rejected"))["id"] as? String)
        #expect(eventually { try replay(gateway, id)["state"] as? String == "done" })
        let end = try replay(gateway, id)
        #expect(end["put_back"] as? Int == 40)
        #expect(end["dropped"] as? Int == 40)
        #expect(try dead(gateway) == 40)
        #expect(gateway.receiver.requests.count == 80)
    }

    @Test func aReplayThatIsCancelledLeavesTheRestWhereTheyWere() throws {
        let gateway = try gateway(dead: 30, "    replay_rate: 5/s") { _ in .status(200) }
        let id = try #require(try object(try gateway.admin("POST", "/api/replays?all=true"))["id"] as? String)
        #expect(eventually { try replay(gateway, id)["delivered"] as? Int ?? 0 >= 1 })
        #expect(try object(try gateway.admin("POST", "/api/replays/\(id)/cancel"))["state"] as? String == "cancelled")
        #expect(eventually { try replay(gateway, id)["waiting"] as? Int == 0 })
        let end = try replay(gateway, id)
        let putBack = try #require(end["put_back"] as? Int)
        #expect(putBack < 30)
        #expect(end["delivered"] as? Int == putBack)
        #expect(try dead(gateway) == 30 - putBack)
        #expect(try gateway.admin("GET", "/api/replays").text.contains(#""state":"cancelled""#))
        try gateway.restart()
        #expect(try dead(gateway) == 30 - putBack)
    }

    @Test func theProgramShowsProgressAndCancelsWhenItIsInterrupted() throws {
        let port = try #require(FreePort.find())
        let gateway = try gateway(dead: 30, "    replay_rate: 5/s", admin: port) { _ in .status(200) }
        let program = try ProgramRun(["dead", "replay", "--all", "--config", gateway.configurationFile])
        #expect(gateway.receiver.waitForRequests(31))
        program.interrupt()
        let end = program.finish()
        #expect(end.code == 1, "\(end.errors)")
        #expect(end.output.contains(" cancelled: put back ") && end.output.contains(" of 30: "), "\(end.output)")
        let list = try ProgramRun(["dead", "replays", "--config", gateway.configurationFile]).finish()
        #expect(list.output.contains("rpl_") && list.output.contains("cancelled"))
        let detached = try ProgramRun(
            ["dead", "replay", "--all", "--detach", "--config", gateway.configurationFile]
        ).finish()
        let id = try #require(detached.output.split(separator: " ").dropFirst().first.map(String.init))
        let cancelled = try ProgramRun(["dead", "cancel", id, "--config", gateway.configurationFile]).finish()
        #expect(cancelled.code == 0 && cancelled.output.hasPrefix("replay \(id) cancelled"))
    }

    // MARK: - The original body

    @Test func theOriginalBodyIsSentSignedAnew() throws {
        let first = #"    template: '{"old": "{{event_id}}"}'"#
        let second = #"    template: '{"new": "{{event_id}}"}'"#
        let gateway = try gateway(dead: 2, first) { _ in .status(200) }
        let shown = try object(try gateway.admin("GET", "/api/dead"))
        let letters = try #require(shown["dead_letters"] as? [[String: Any]])
        let version = try #require(letters.first?["template_version"] as? String)
        try gateway.reload { yaml($0, second).replacing(GatewayYAML.signingSecret, with: "dest_live_next") }
        let id = try #require(
            try object(try gateway.admin("POST", "/api/replays?all=true&original=true"))["id"] as? String)
        #expect(eventually { try replay(gateway, id)["delivered"] as? Int == 2 })
        #expect(try replay(gateway, id)["original"] as? Bool == true)
        let requests = gateway.receiver.requests
        #expect(Set(requests.dropFirst(2).map(\.text)) == Set(requests.prefix(2).map(\.text)))
        for request in requests.dropFirst(2) {
            let code = HMAC.code(.sha256, key: Array("dest_live_next".utf8), message: request.body)
            #expect(request.values(of: "X-TrackLayer-Signature") == ["sha256=" + Hex.encode(code)])
        }
        #expect(Set(requests.map { $0.values(of: "webhook-id") }) == [["o-1"], ["o-2"]])
        let explained = try gateway.admin("GET", "/api/explain/o-1").text
        #expect(explained.contains(#""template_version":"\#(version)","original_body":true"#))
        #expect(explained.components(separatedBy: #""template_version":"\#(version)""#).count == 4, "and both attempts")
    }

    @Test func withoutAWholeBodyNothingOriginalIsSent() throws {
        // One that was never rendered, and one that is larger than what is kept.
        let lines =
            #"    missing: fail"# + "\n"
            + #"    template: '{"coupon": "{{properties.coupon}}", "text": "{{properties.text}}"}'"#
        let gateway = try GatewayHarness(answer: { _ in .status(422) }, configuration: { yaml($0, lines) })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        let text = String(repeating: "x", count: 70_000)
        _ = try gateway.postRudderStack(
            Samples.track(
                "Order Completed", message: "m-2", properties: #"{"order_id":"o-2","coupon":"c","text":"\#(text)"}"#))
        #expect(eventually { try dead(gateway) == 2 })
        let id = try #require(
            try object(try gateway.admin("POST", "/api/replays?all=true&original=true"))["id"] as? String)
        #expect(eventually { try replay(gateway, id)["state"] as? String == "done" })
        #expect(try replay(gateway, id)["unsendable"] as? Int == 2)
        #expect(try replay(gateway, id)["put_back"] as? Int == 0)
        #expect(try dead(gateway) == 2)
        let letters = try #require(
            try object(try gateway.admin("GET", "/api/dead"))["dead_letters"] as? [[String: Any]])
        let letter = try #require(letters.first?["id"] as? String)
        #expect(try gateway.admin("POST", "/api/dead/replay?id=\(letter)&original=true").body.code == "body_not_kept")
    }

    // MARK: - Order

    @Test func aReplayKeepsTheOrderOfAProfile() throws {
        let isMended = Watched(false)
        let gateway = try GatewayHarness(
            answer: { request in
                guard isMended.withLock({ $0 }) else { return .status(422) }
                return request.text.contains(#""event_id":"o-1""#) ? .held(200) : .status(200)
            }, configuration: { yaml($0, "    ordering: profile\n    concurrency: 8") })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1", user: "ada"))
        #expect(eventually { try dead(gateway) == 1 })
        isMended.withLock { $0 = true }
        #expect(try gateway.admin("POST", "/api/replays?all=true").status == 200)
        #expect(gateway.receiver.waitForRequests(2))
        // While the replayed one is under way, a later one of the same person waits, and one of another does not.
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-2", user: "ada"))
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-3", user: "bob"))
        #expect(gateway.receiver.waitForRequests(3))
        #expect(orders(gateway) == ["o-1", "o-1", "o-3"])
        gateway.receiver.release()
        #expect(gateway.receiver.waitForRequests(4))
        #expect(orders(gateway) == ["o-1", "o-1", "o-3", "o-2"])
    }
}
