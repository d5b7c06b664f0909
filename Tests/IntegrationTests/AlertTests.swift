import Crypto
import Foundation
import Platform
import TestSupport
import Testing

/// Alerts of a whole gateway: opened, listed, told, cleared, across a restart, and never in the way of anything.
@Suite(.timeLimit(.minutes(10))) struct AlertTests {
    private static let signingSecret = "alert_signing_31c9"

    /// Rules that are quick to see a destination fail, and messages that do not wait.
    private static func lines(webhook: UInt16? = nil, mail: UInt16? = nil, more: String = "") -> String {
        var lines = """
            alerts:
              every: 50ms
              platform_down: {after: 300ms, attempts: 3}
              messages: {group: 100ms, interval: 0s}
            \(more)
            """
        if let webhook {
            lines += """

                  webhook:
                    url: http://127.0.0.1:\(webhook)/alerts
                    headers: {X-Team: gateway}
                    allow_private_addresses: true
                    timeout: 2s
                    signing: {secrets: [\(signingSecret)], standard_webhooks: true}
                """
        }
        if let mail {
            lines += """

                  email:
                    server: 127.0.0.1:\(mail)
                    tls: none
                    username: \(TestMailServer.user.name)
                    password: \(TestMailServer.user.password)
                    from: gateway@example.com
                    to: [ops@example.com]
                """
        }
        return lines
    }

    /// A gateway whose receiver fails until `isMended` says otherwise.
    private func gateway(_ isMended: Watched<Bool>, _ top: String, adminPort: UInt16 = 0) throws -> GatewayHarness {
        try GatewayHarness(answer: { _ in isMended.withLock { $0 } ? .status(200) : .status(503) }) { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.attempts = 100
            yaml.adminPort = adminPort
            yaml.topLines = top
            return yaml.text
        }
    }

    private struct Alert: Decodable {
        var id: String
        var kind: String
        var subject: String
        var status: String
        var summary: String
        var next_step: String
        var clear_note: String?
    }

    private struct Page: Decodable {
        var alerts: [Alert]
        var next_cursor: String?
    }

    private func alerts(_ gateway: GatewayHarness, _ query: String = "") throws -> Page {
        try JSONDecoder().decode(Page.self, from: Data(try gateway.admin("GET", "/api/alerts\(query)").response.body))
    }

    /// Posts purchases until `isDone`, as a breaker's probe needs something to try with, too.
    private func post(_ gateway: GatewayHarness, until isDone: () throws -> Bool) -> Bool {
        var number = 0
        return eventually {
            number += 1
            _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)-\(UInt32.random(in: 0 ... .max))"))
            return try isDone()
        }
    }

    @Test func anAlertIsOpenedListedToldAndCleared() throws {
        let hook = TestReceiver()
        defer { hook.stop() }
        guard let mail = TestMailServer(.plain) else { throw Failure("the mail server did not start") }
        let isMended = Watched(false)
        let port = try #require(FreePort.find())
        let gateway = try gateway(isMended, Self.lines(webhook: hook.port, mail: mail.port), adminPort: port)
        #expect(post(gateway) { try !alerts(gateway, "?status=open").alerts.isEmpty })
        let open = try #require(try alerts(gateway, "?status=open&kind=platform_down").alerts.first)
        #expect(open.kind == "platform_down" && open.subject == "hook")
        #expect(open.summary.contains("http_503"))
        #expect(open.next_step.contains("tracklayer dead list --destination hook"))

        // The post, signed over its exact bytes.
        #expect(hook.waitForRequests(1))
        let request = hook.requests[0]
        let code = HMAC.code(.sha256, key: Array(Self.signingSecret.utf8), message: request.body)
        #expect(request.values(of: "X-TrackLayer-Signature") == ["sha256=" + Hex.encode(code)])
        #expect(request.values(of: "X-Team") == ["gateway"])
        #expect(request.values(of: "webhook-id").first?.hasPrefix("msg_") == true)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        let told = try #require((body["alerts"] as? [[String: Any]])?.first)
        #expect(told["id"] as? String == open.id && told["news"] as? String == "opened")
        #expect((told["figures"] as? [String: Any])?["failed_in_a_row"] is Int)

        // The mail.
        let letter = try #require(mail.nextMail())
        #expect(letter.user == TestMailServer.user.name && letter.recipients == ["ops@example.com"])
        #expect(letter.text.contains("opened: platform_down hook"))
        #expect(letter.text.contains("tracklayer alerts show \(open.id)"))

        // The command line.
        let shown = try ProgramRun(["alerts", "show", open.id, "--config", gateway.configurationFile]).finish()
        #expect(shown.code == 0 && shown.output.hasPrefix("platform_down, hook: open\n"), "\(shown.errors)")
        let list = try ProgramRun(["alerts", "list", "--json", "--config", gateway.configurationFile]).finish()
        #expect(list.code == 0 && list.output.contains(open.id))

        // Mended: one message more for each channel.
        isMended.withLock { $0 = true }
        #expect(post(gateway) { try alerts(gateway, "?status=open").alerts.isEmpty })
        #expect(hook.waitForRequests(2))
        #expect(hook.requests[1].text.contains(#""news":"cleared","id":"\#(open.id)""#))
        #expect(mail.nextMail()?.text.contains("CLEARED: platform_down, hook") == true)
        let cleared = try #require(try alerts(gateway, "?status=cleared").alerts.first)
        #expect(cleared.id == open.id && cleared.clear_note == "Things are as they should be again.")
        let text = try gateway.metrics()
        #expect(text.contains(#"tracklayer_alerts_open{kind="platform_down"} 0"#))
        #expect(text.contains(#"tracklayer_alerts_opened_total{kind="platform_down"} 1"#))
        #expect(eventually { try gateway.metrics().contains(#"{channel="email",outcome="sent"} 2"#) })
        #expect(hook.requests.count == 2)
        let lines = gateway.log.lines.filter { $0.contains("alert opened") || $0.contains("alert cleared") }
        #expect(lines.count == 2)
        #expect(!gateway.log.lines.contains { $0.contains(TestMailServer.user.password) })
    }

    @Test func anOpenAlertOutlivesTheProcessAndIsNotToldAgain() throws {
        let hook = TestReceiver()
        defer { hook.stop() }
        let isMended = Watched(false)
        let gateway = try gateway(isMended, Self.lines(webhook: hook.port))
        #expect(post(gateway) { try !alerts(gateway, "?status=open").alerts.isEmpty })
        #expect(hook.waitForRequests(1))
        #expect(eventually { try gateway.metrics().contains(#"{channel="webhook",outcome="sent"} 1"#) })
        let before = try alerts(gateway).alerts.map(\.id)
        try gateway.restart()
        #expect(try alerts(gateway, "?status=open").alerts.map(\.id) == before)
        #expect(eventually { try gateway.metrics().contains(#"tracklayer_alerts_open{kind="platform_down"} 1"#) })
        isMended.withLock { $0 = true }
        let isCleared = post(gateway) { try alerts(gateway, "?status=open").alerts.isEmpty }
        let shown = try gateway.admin("GET", "/api/destinations").text
        #expect(isCleared, "\(shown)")
        #expect(hook.waitForRequests(2))
        #expect(hook.requests.map { $0.text.contains(#""news":"opened""#) } == [true, false])
        #expect(try alerts(gateway).alerts.map(\.id) == before)
    }

    @Test func aDeadWebhookAndADeadMailServerHoldUpNothing() throws {
        let hook = TestReceiver { _ in .silence }
        defer { hook.stop() }
        guard let mail = TestMailServer(.silent) else { throw Failure("the mail server did not start") }
        let isMended = Watched(false)
        let gateway = try gateway(isMended, Self.lines(webhook: hook.port, mail: mail.port))
        #expect(post(gateway) { hook.requests.count == 1 })
        // Both hang by now; everything else goes on.
        isMended.withLock { $0 = true }
        var slowest = Duration.zero
        for number in 1...50 {
            let started = MonotonicTime.now
            #expect(try gateway.postRudderStack(Samples.purchase(order: "late-\(number)")).status == 200)
            slowest = max(slowest, MonotonicTime.now - started)
        }
        #expect(slowest < .seconds(2), "an event waited for \(slowest)")
        let orders = Set((1...50).map { "late-\($0)" })
        #expect(
            eventually {
                let texts = gateway.receiver.requests.map(\.text)
                return orders.allSatisfy { order in texts.contains { $0.contains("\"\(order)\"") } }
            })
        #expect(post(gateway) { try alerts(gateway, "?status=open").alerts.isEmpty })
        let started = MonotonicTime.now
        gateway.stop()
        #expect(MonotonicTime.now - started < .seconds(15))
    }

    @Test func whatIsAskedWrongIsRefused() throws {
        let gateway = try gateway(Watched(true), Self.lines())
        for (target, status) in [
            ("/api/alerts?status=closed", 400), ("/api/alerts?kind=fire", 400), ("/api/alerts?cursor=x", 400),
            ("/api/alerts?limit=0", 400), ("/api/alerts?state=open", 400), ("/api/alerts/alr_0000000000000001", 404),
            ("/api/alerts/nothing", 404), ("/api/alerts/a/b", 404),
        ] {
            #expect(try gateway.admin("GET", target).status == status, "\(target)")
        }
        #expect(try gateway.admin("POST", "/api/alerts").status == 405)
        #expect(try gateway.admin("GET", "/api/alerts", token: nil).status == 401)
        #expect(try gateway.admin("GET", "/api/alerts").text == #"{"alerts":[]}"#)
    }

    @Test func pagesFollowOneAnother() throws {
        let isMended = Watched(false)
        let gateway = try gateway(isMended, Self.lines(more: "  store_trouble: {free: 1024GiB, after: 0s}"))
        #expect(post(gateway) { try alerts(gateway, "?status=open").alerts.count == 2 })
        let all = try alerts(gateway).alerts.map(\.id)
        let first = try alerts(gateway, "?limit=1")
        #expect(first.alerts.map(\.id) == [all[0]])
        let second = try alerts(gateway, "?limit=1&cursor=\(try #require(first.next_cursor))")
        #expect(second.alerts.map(\.id) == [all[1]])
        #expect(second.next_cursor == nil)
        // Switched off, nothing stays open.
        try gateway.reload { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.topLines = "alerts: {enabled: false, every: 50ms}"
            return yaml.text
        }
        #expect(eventually { try alerts(gateway, "?status=open").alerts.isEmpty })
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
