import Crypto
import EventModel
import Foundation
import Outbound
import Platform
import TestSupport
import Testing

/// What operators do with the deliveries that were given up, over the admin API of a whole gateway.
@Suite(.timeLimit(.minutes(5))) struct DeadLetterTests {
    private func yaml(_ port: UInt16, _ lines: String = "") -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.destinationLines = lines
        return yaml.text
    }

    /// A receiver that refuses until it is mended.
    private func refusing(
        _ isMended: Watched<Bool>
    ) -> @Sendable (TestReceiver.Request) -> TestReceiver.Answer {
        { _ in isMended.withLock { $0 } ? .status(200) : .status(422, body: "no such customer") }
    }

    private func object(_ reply: Reply) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(reply.response.body)) as? [String: Any])
    }

    private func letters(_ gateway: GatewayHarness, _ query: String = "") throws -> [[String: Any]] {
        try #require(try object(try gateway.admin("GET", "/api/dead\(query)"))["dead_letters"] as? [[String: Any]])
    }

    private func ids(_ gateway: GatewayHarness, _ query: String = "") throws -> [String] {
        try letters(gateway, query).compactMap { $0["event_id"] as? String }
    }

    private func eventID(_ request: TestReceiver.Request) -> String? {
        let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        return body?["event_id"] as? String
    }

    @Test func aRefusedDeliveryIsListedShownPutBackAndDelivered() throws {
        let isMended = Watched(false)
        let gateway = try GatewayHarness(answer: refusing(isMended), configuration: { yaml($0) })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        #expect(eventually { try letters(gateway).count == 1 })
        let letter = try #require(try letters(gateway).first)
        #expect(letter["reason"] as? String == "rejected")
        #expect(letter["last_status"] as? Int == 422)
        #expect(letter["last_error"] as? String == "HTTP 422: no such customer")
        #expect(letter["event_name"] as? String == "purchase")
        #expect(letter["event_id"] as? String == "o-1")
        #expect(letter["attempts_made"] as? Int == 1)

        let id = try #require(letter["id"] as? String)
        let reply = try gateway.admin("GET", "/api/dead/\(id)")
        let shown = try object(reply)
        #expect(shown["destination_state"] as? String == "running")
        let attempt = try #require((shown["attempts"] as? [[String: Any]])?.first)
        #expect(attempt["request_body"] as? String == gateway.receiver.requests[0].text)
        #expect(attempt["response_body"] as? String == "no such customer")
        #expect(!reply.text.contains(GatewayYAML.signingSecret))

        isMended.withLock { $0 = true }
        let outcome = try gateway.admin("POST", "/api/dead/replay?id=\(id)")
        #expect(outcome.text == #"{"success":true,"replayed":1}"#)
        #expect(gateway.receiver.waitForRequests(2))
        let requests = gateway.receiver.requests
        #expect(requests.map(eventID) == ["o-1", "o-1"])
        #expect(requests[0].text == requests[1].text)
        #expect(requests[0].values(of: "webhook-id") == requests[1].values(of: "webhook-id"))
        #expect(try letters(gateway).isEmpty)
        #expect(try gateway.admin("GET", "/api/dead/\(id)").status == 404)
        #expect(gateway.log.lines.contains { $0.contains("an operator put dead letters back") })
        let delivery = try #require(try gateway.inspect().entries().flatMap(\.deliveries).first)
        #expect(delivery.status == .delivered)
        #expect(delivery.attemptCount == 1, "its attempts began anew")
    }

    @Test func whatIsDroppedLeavesTheListForGood() throws {
        let gateway = try GatewayHarness(answer: refusing(Watched(false)), configuration: { yaml($0) })
        for number in 1...3 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        #expect(eventually { try letters(gateway).count == 3 })
        let id = try #require(try letters(gateway).last?["id"] as? String)
        #expect(try gateway.admin("POST", "/api/dead/drop?id=\(id)").text == #"{"success":true,"dropped":1}"#)
        #expect(try ids(gateway).sorted() == ["o-2", "o-3"])
        #expect(try gateway.admin("POST", "/api/dead/drop?reason=rejected").text == #"{"success":true,"dropped":2}"#)
        #expect(try letters(gateway).isEmpty)
        #expect(try gateway.admin("POST", "/api/replays?all=true").text.contains(#""put_back":0"#))
        let deliveries = try gateway.inspect().entries().flatMap(\.deliveries)
        #expect(deliveries.map(\.status) == [.dropped, .dropped, .dropped])
        #expect(deliveries.map(\.dropReason) == [.operatorDropped, .operatorDropped, .operatorDropped])
        #expect(gateway.receiver.requests.count == 3)
    }

    @Test func aReplayUsesTheTemplateAndTheSecretOfToday() throws {
        let broken = #"    missing: fail"# + "\n" + #"    template: '{"coupon": "{{properties.absent}}"}'"#
        let mended = #"    template: '{"id": "{{event_id}}", "mended": true}'"#
        let gateway = try GatewayHarness(configuration: { yaml($0, broken) })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        #expect(eventually { try letters(gateway, "?reason=render_failed").count == 1 })
        let id = try #require(try letters(gateway).first?["id"] as? String)
        #expect(try gateway.admin("GET", "/api/dead/\(id)").text.contains("properties.absent}} has no value"))
        try gateway.reload { yaml($0, mended).replacing(GatewayYAML.signingSecret, with: "dest_live_next") }
        #expect(try gateway.admin("POST", "/api/dead/replay?id=\(id)").text.contains(#""replayed":1"#))
        #expect(gateway.receiver.waitForRequests(1))
        let request = gateway.receiver.requests[0]
        #expect(request.text == #"{"id": "o-1", "mended": true}"#)
        let code = HMAC.code(.sha256, key: Array("dest_live_next".utf8), message: request.body)
        #expect(request.values(of: "X-TrackLayer-Signature") == ["sha256=" + Hex.encode(code)])
    }

    @Test func aReplayAsksForConsentAgain() throws {
        let isMended = Watched(false)
        let gateway = try GatewayHarness(answer: refusing(isMended)) { yaml($0, "    consent: {purposes: [ads]}") }
        let granted = #""context":{"consent":{"ad_storage":"granted"}},"#
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1", more: granted))
        #expect(eventually { try ids(gateway) == ["o-1"] })
        let denial =
            #"{"type":"track","event":"Segment Consent Preference Updated","messageId":"m-u","userId":"user-1","#
            + #""context":{"consent":{"categoryPreferences":{"Advertising":false}}}}"#
        #expect(try gateway.postRudderStack(denial).status == 200)
        isMended.withLock { $0 = true }
        #expect(try gateway.admin("POST", "/api/replays?all=true").status == 200)
        let explained = { try gateway.admin("GET", "/api/explain/o-1").text }
        #expect(eventually { try explained().contains(#""status":"dropped","reason":"consent""#) })
        #expect(gateway.receiver.requests.count == 1)
        #expect(try letters(gateway).isEmpty, "what consent forbids is no dead letter")
    }

    @Test func filtersAndPagesHold() throws {
        let gateway = try GatewayHarness(answer: refusing(Watched(false)), configuration: { yaml($0) })
        for number in 1...5 { _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)")) }
        _ = try gateway.postRudderStack(Samples.track("Product Viewed", message: "m-view"))
        #expect(eventually { try letters(gateway).count == 6 })
        #expect(try letters(gateway, "?event=purchase&reason=rejected&destination=hook").count == 5)
        #expect(try letters(gateway, "?reason=exhausted").isEmpty)
        #expect(try letters(gateway, "?from=2099-01-01T00:00:00Z").isEmpty)
        #expect(try letters(gateway, "?to=2099-01-01T00:00:00Z&from=2020-01-01T00:00:00Z").count == 6)
        var (found, cursor, pages) = ([String](), "", 0)
        repeat {
            let page = try object(try gateway.admin("GET", "/api/dead?event=purchase&limit=2\(cursor)"))
            found += (page["dead_letters"] as? [[String: Any]] ?? []).compactMap { $0["event_id"] as? String }
            cursor = (page["next_cursor"] as? String).map { "&cursor=\($0)" } ?? ""
            pages += 1
        } while !cursor.isEmpty && pages < 10
        #expect(found.count == 5)
        #expect(Set(found) == Set((1...5).map { "o-\($0)" }))
    }

    @Test func theLettersOfADestinationThatIsGoneAreKeptButNotPutBack() throws {
        let gateway = try GatewayHarness(answer: refusing(Watched(false)), configuration: { yaml($0) })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        #expect(eventually { try letters(gateway).count == 1 })
        try gateway.reload { yaml($0).replacing("name: hook", with: "name: other") }
        let id = try #require(try letters(gateway, "?destination=hook").first?["id"] as? String)
        #expect(try gateway.admin("GET", "/api/dead/\(id)").text.contains(#""destination_state":"removed""#))
        let replay = try object(try gateway.admin("POST", "/api/replays?all=true"))
        #expect(replay["gone_destinations"] as? [String] == ["hook"])
        #expect(replay["put_back"] as? Int == 0)
        #expect(try gateway.admin("POST", "/api/dead/replay?id=\(id)").body.code == "destination_gone")
        #expect(try letters(gateway).count == 1)
    }

    // MARK: - Orders that cannot be followed

    struct Refusal: Sendable, CustomTestStringConvertible {
        var request: String
        var status: Int
        var code: String

        init(_ request: String, _ status: Int, _ code: String) {
            self.request = request
            self.status = status
            self.code = code
        }

        var testDescription: String { request }
    }

    @Test func whatCannotBeFollowedIsAnsweredWithACode() throws {
        let gateway = try GatewayHarness(configuration: { yaml($0, "    enabled: false") })
        for refusal in [
            Refusal("GET /api/nothing", 404, "not_found"), Refusal("GET /", 404, "not_found"),
            Refusal("GET /api/dead/1", 404, "not_found"), Refusal("GET /api/dead/1/hook/more", 404, "not_found"),
            Refusal("GET /api/dead/1/hook", 404, "dead_letter_not_found"),
            Refusal("GET /api/dead/one/hook", 400, "bad_parameter"),
            Refusal("GET /api/dead/%zz/hook", 400, "bad_request"),
            Refusal("POST /api/dead", 405, "method_not_allowed"),
            Refusal("GET /api/dead/replay", 405, "method_not_allowed"),
            Refusal("GET /api/dead/drop", 405, "method_not_allowed"),
            Refusal("GET /api/dead?limit=0", 400, "bad_parameter"),
            Refusal("GET /api/dead?limit=1001", 400, "bad_parameter"),
            Refusal("GET /api/dead?limit=2&limit=3", 400, "bad_parameter"),
            Refusal("GET /api/dead?cursor=00", 400, "bad_cursor"),
            Refusal("GET /api/dead?reason=consent", 400, "bad_parameter"),
            Refusal("GET /api/dead?from=yesterday", 400, "bad_parameter"),
            Refusal("GET /api/dead?destination=nobody", 404, "destination_not_found"),
            Refusal("GET /api/dead?destination=%zz", 400, "bad_request"),
            Refusal("POST /api/dead/drop", 400, "bad_parameter"),
            Refusal("POST /api/dead/drop?limit=5", 400, "bad_parameter"),
            Refusal("POST /api/dead/drop?destinatoin=hook", 400, "bad_parameter"),
            Refusal("POST /api/dead/drop?all=true&reason=rejected", 400, "bad_parameter"),
            Refusal("POST /api/dead/drop?all=yes", 400, "bad_parameter"),
            Refusal("POST /api/dead/replay?id=7", 400, "bad_parameter"),
            Refusal("POST /api/dead/replay?id=7/hook", 404, "dead_letter_not_found"),
            Refusal("POST /api/dead/replay?id=7/hook&reason=rejected", 400, "bad_parameter"),
            Refusal("POST /api/dead/replay", 400, "bad_parameter"),
            Refusal("POST /api/dead/replay?all=true", 400, "bad_parameter"),
            Refusal("POST /api/replays", 400, "bad_parameter"),
            Refusal("POST /api/replays?all=true&reason=rejected", 400, "bad_parameter"),
            Refusal("POST /api/replays?reason=consent", 400, "bad_parameter"),
            Refusal("POST /api/replays?all=true&original=maybe", 400, "bad_parameter"),
            Refusal("POST /api/replays?destination=nobody", 404, "destination_not_found"),
            Refusal("GET /api/replays/rpl_1", 404, "replay_not_found"),
            Refusal("POST /api/replays/rpl_1/cancel", 404, "replay_not_found"),
            Refusal("GET /api/replays/rpl_1/cancel", 405, "method_not_allowed"),
            Refusal("PUT /api/replays", 405, "method_not_allowed"),
            Refusal("GET /api/replays/rpl_1/stop", 404, "not_found"),
            Refusal("GET /api/destinations/nobody", 404, "destination_not_found"),
            Refusal("GET /api/destinations?x=1", 400, "bad_parameter"),
            Refusal("GET /api/destinations/hook/hold", 405, "method_not_allowed"),
            Refusal("POST /api/destinations/nobody/hold", 404, "destination_not_found"),
            Refusal("POST /api/destinations/hook/stop", 404, "not_found"),
            Refusal("POST /api/destinations/hook/hold", 409, "destination_disabled"),
        ] {
            let words = refusal.request.split(separator: " ").map(String.init)
            let reply = try gateway.admin(words[0], words[1])
            #expect(reply.status == refusal.status, "\(refusal.request): \(reply.text)")
            #expect(try reply.body.code == refusal.code, "\(refusal.request): \(reply.text)")
            #expect(try reply.body.success == false)
            #expect(try reply.body.message?.isEmpty == false)
            #expect((reply.header("Allow") != nil) == (refusal.status == 405))
            for token in [nil, "admin_token_55e", ""] {
                let shut = try gateway.admin(words[0], words[1], token: token)
                #expect(shut.status == 401)
                #expect(try shut.body.code == "token_invalid")
            }
        }
    }
}
