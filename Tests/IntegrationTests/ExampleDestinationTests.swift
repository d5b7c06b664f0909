import Crypto
import Foundation
import Gateway
import Platform
import TestSupport
import Testing

/// The destinations in `examples/destinations`, each through a whole gateway to a stand-in of the real receiver.
@Suite(.timeLimit(.minutes(10))) struct ExampleDestinationTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("examples/destinations")

    private static let names = ["collector", "mixpanel", "pagerduty", "slack", "teams"]

    /// What the operator would have in the environment.
    private static let variables = [
        "TRACKLAYER_ADMIN_TOKEN": GatewayYAML.adminToken, "TRACKLAYER_DESTINATION_SECRET": GatewayYAML.secret,
        "SLACK_TEAM": "TEXAMPLE", "SLACK_BOT": "BEXAMPLE", "SLACK_WEBHOOK_TOKEN": "slackTokenExample77",
        "TEAMS_WEBHOOK_URL": "https://env.01.environment.api.powerplatform.com:443" + teamsTarget,
        "PAGERDUTY_ROUTING_KEY": "0123456789abcdef0123456789abcdef", "COLLECTOR_TOKEN": "collector_token_5512",
        "COLLECTOR_SIGNING_SECRET": "collector_signing_8841", "MIXPANEL_BASIC": "c3ZjLmV4YW1wbGU6c2VjcmV0",
        "MIXPANEL_PROJECT": "2195193",
    ]
    private static let teamsTarget =
        "/powerautomate/automations/direct/workflows/EXAMPLE/triggers/manual/paths/invoke"
        + "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=EXAMPLE-sig_77"

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent("\(name).yaml"), encoding: .utf8)
    }

    /// The example as it stands, with the environment's values in place and its receiver on loopback.
    private static func configuration(_ name: String, _ port: UInt16) throws -> String {
        var text = try text(name)
        for (variable, value) in variables { text = text.replacing("${\(variable)}", with: value) }
        let hosts =
            #/https:\/\/(hooks\.slack\.com|env\.01\.environment\.api\.powerplatform\.com:443|events\.pagerduty\.com(?=\/v2\/enqueue  )|collector\.example\.com|api\.mixpanel\.com)/#
        text = text.replacing(hosts, with: "http://127.0.0.1:\(port)")
        return text.replacing("127.0.0.1:8080", with: "127.0.0.1:0").replacing("127.0.0.1:8081", with: "127.0.0.1:0")
            .replacing("    kind: http\n", with: "    kind: http\n    allow_private_addresses: true\n")
            .replacing("template_file: ", with: "template_file: \(folder.path)/")
    }

    private static func gateway(
        _ name: String, _ answer: @escaping @Sendable (TestReceiver.Request) -> TestReceiver.Answer
    ) throws -> GatewayHarness {
        try GatewayHarness(answer: answer) { port in (try? configuration(name, port)) ?? "" }
    }

    private static func fixture(_ name: String) throws -> String {
        let file = folder.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("fixtures/rudderstack/\(name).json")
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// A purchase whose texts would break out of markup if they could, made an hour ago.
    private static func hostile(_ event: String = "Order Completed", order: String, revenue: Int = 900) -> String {
        let name = #"<!channel> & *bold* [x](http://evil.example) \"quoted\""#
        return #"{"type":"track","event":"\#(event)","messageId":"m-\#(order)","anonymousId":"anon-9","#
            + #""originalTimestamp":"\#(Date.now.addingTimeInterval(-3600).formatted(.iso8601))","#
            + #""properties":{"order_id":"\#(order)","refund_id":"r-\#(order)","revenue":\#(revenue),"currency":"EUR","platform":"\#(name)","#
            + #""products":[{"product_id":"p-1","name":"\#(name)","price":450,"quantity":2}]}}"#
    }

    private static func body(_ request: TestReceiver.Request) throws -> [String: Any] {
        try #require(PlatformStandIns.object(request))
    }

    @Test(arguments: names)
    func theFileIsReadByTheProgramAsItStands(_ name: String) throws {
        let environment = ConfigurationEnvironment(
            variable: { Self.variables[$0] },
            file: { path in
                guard let bytes = FileManager.default.contents(atPath: path) else {
                    return .failure(ConfigurationEnvironment.FileFault(reason: "no such file"))
                }
                return .success(Array(bytes))
            })
        let file = Self.folder.appendingPathComponent("\(name).yaml").path
        let loaded = try ConfigurationLoader.load(file, environment: environment, now: SystemClock().now)
        #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
        #expect(loaded.checkDestinations().isEmpty)
        #expect(loaded.configuration.destinations.map(\.name) == [name])
        for secret in [
            "slackTokenExample77", "EXAMPLE-sig_77", "0123456789abcdef0123456789abcdef", "c3ZjLmV4YW1wbGU6c2VjcmV0",
        ] {
            #expect(!loaded.settings.contains { "\($0.value)".contains(secret) })
        }
    }

    @Test func slackTakesOrdersAndNothingInThemIsMarkup() throws {
        let gateway = try Self.gateway("slack", PlatformStandIns.slack)
        _ = try gateway.postRudderStack(Self.hostile(order: "o-1"))
        _ = try gateway.postRudderStack(Self.hostile(order: "o-cheap", revenue: 5))
        #expect(gateway.receiver.waitForRequests(1))
        let request = gateway.receiver.requests[0]
        let explained = { try gateway.admin("GET", "/api/explain/o-1").text }
        #expect(eventually { try explained().contains(#""status":"delivered""#) })
        #expect(try Self.body(request)["text"] as? String == "TrackLayer purchase o-1")
        #expect(!request.text.contains("<!channel>") && request.text.contains("&lt;!channel&gt; &amp; *bold*"))
        #expect(request.text.contains("<!date^"), "our own mark is one")
        #expect(try !explained().contains("slackTokenExample77"), "the URL's secret is never shown")
        #expect(try gateway.admin("GET", "/api/explain/o-cheap").text.contains("filter:properties.value"))
        #expect(!gateway.log.lines.contains { $0.contains("slackTokenExample77") })
    }

    @Test func teamsTakesACardAtTheURLByteForByte() throws {
        let gateway = try Self.gateway("teams", PlatformStandIns.teams)
        _ = try gateway.postRudderStack(Self.hostile(order: "o_1*"))
        #expect(gateway.receiver.waitForRequests(1))
        let request = gateway.receiver.requests[0]
        #expect(request.target == Self.teamsTarget)
        #expect(eventually { try gateway.admin("GET", "/api/explain/m-o_1*").text.contains(#""status":"delivered""#) })
        #expect(request.text.contains(#"purchase o\\_1\\*"#), "\(request.text)")
        #expect(try !gateway.admin("GET", "/api/explain/m-o_1*").text.contains("EXAMPLE-sig_77"))
    }

    @Test func pagerDutyTakesAnIncidentAnEvent() throws {
        let gateway = try Self.gateway("pagerduty", PlatformStandIns.pagerDuty)
        _ = try gateway.postRudderStack(Self.hostile("Order Refunded", order: "o-1"))
        let old = Self.hostile("Order Refunded", order: "o-2").replacing(
            #/"originalTimestamp":"[^"]*"/#, with: #""originalTimestamp":"2026-01-02T03:04:05.000Z""#)
        _ = try gateway.postRudderStack(old)
        #expect(gateway.receiver.waitForRequests(2))
        let bodies = try gateway.receiver.requests.map(Self.body)
        let payloads = bodies.compactMap { $0["payload"] as? [String: Any] }
        #expect(payloads.count { $0["timestamp"] != nil } == 1, "not the one of January")
        #expect(bodies.allSatisfy { $0["routing_key"] as? String == "0123456789abcdef0123456789abcdef" })
        #expect(Set(bodies.compactMap { $0["dedup_key"] as? String }).count == 2)
        for id in ["m-o-1", "m-o-2"] {
            let isDelivered = eventually {
                try gateway.admin("GET", "/api/explain/\(id)").text.contains(#""status":"delivered""#)
            }
            let shown = try gateway.admin("GET", "/api/explain/\(id)").text
            #expect(isDelivered, "\(shown)")
        }
        // What is kept of a refusal has no key.
        let refusing = try Self.gateway("pagerduty") { _ in .status(400) }
        _ = try refusing.postRudderStack(Self.hostile("Order Refunded", order: "o-3"))
        #expect(eventually { try refusing.admin("GET", "/api/dead").text.contains(#""reason":"rejected""#) })
        #expect(try !refusing.inspect().contains("0123456789abcdef0123456789abcdef"))
    }

    @Test func mixpanelTakesWhateverIdEventsHave() throws {
        let gateway = try Self.gateway("mixpanel", PlatformStandIns.mixpanel)
        _ = try gateway.postRudderStack(try Self.fixture("07-order-completed"))
        _ = try gateway.postRudderStack(Self.hostile(order: "o-1"))
        _ = try gateway.postRudderStack(try Self.fixture("02-page-landing"))
        #expect(gateway.receiver.waitForRequests(3))
        #expect(eventually { try gateway.admin("GET", "/api/destinations").text.contains(#""delivered":3"#) })
        let events = try gateway.receiver.requests.map { request in
            try #require((try JSONSerialization.jsonObject(with: Data(request.body)) as? [[String: Any]])?.first)
        }
        let order = try #require(
            events.first {
                $0["event"] as? String == "Order Completed"
                    && ($0["properties"] as? [String: Any])?["order_id"] as? String == "order_12345"
            })
        let properties = try #require(order["properties"] as? [String: Any])
        #expect((properties["$insert_id"] as? String)?.count == 36, "order_12345 has an underscore")
        #expect(properties["value"] as? Double == 25)
        #expect(
            (properties["products"] as? [Any])?.count == properties["num_items"] as? Int
                || properties["num_items"] != nil)
        let anonymous = try #require(
            events.compactMap { $0["properties"] as? [String: Any] }.first { $0["order_id"] as? String == "o-1" })
        #expect(anonymous["distinct_id"] as? String == "$device:anon-9")
        #expect(anonymous["$insert_id"] as? String == "o-1")
        #expect(anonymous["ip"] as? String == "0")
    }

    @Test func aCollectorGetsASignedUpsert() throws {
        let gateway = try Self.gateway("collector") { _ in .status(201) }
        _ = try gateway.postRudderStack(Self.hostile(order: "o/1"))
        #expect(gateway.receiver.waitForRequests(1))
        let request = gateway.receiver.requests[0]
        #expect(request.method == "PUT")
        #expect(request.target == "/v2/events/o%2F1?env=production")
        #expect(request.values(of: "Authorization") == ["Bearer collector_token_5512"])
        #expect(request.values(of: "Idempotency-Key") == ["o/1"])
        let code = HMAC.code(.sha256, key: Array("collector_signing_8841".utf8), message: request.body)
        #expect(request.values(of: "X-TrackLayer-Signature") == ["sha256=" + Hex.encode(code)])
        let body = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        #expect(body["type"] as? String == "purchase" && body["value"] as? Double == 900)
        #expect((body["items"] as? [[String: Any]])?.first?["quantity"] as? Int == 2)
        #expect((body["profile"] as? String)?.hasPrefix("prf_") == true)
    }
}
