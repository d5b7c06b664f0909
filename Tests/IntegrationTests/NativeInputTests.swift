import EventModel
import Foundation
import TestSupport
import Testing

/// The rows of reference inbound, section 9, that SDKs and browsers meet, over real sockets (its sections 3.1 to 3.7).
///
/// After each part of the table the gateway still works, and its store holds what was taken and nothing else.
@Suite struct NativeInputTests {
    static let disabledKey = "write_key_of_disabled_1"
    static let openKey = "write_key_of_open_22"
    static let browserKey = "write_key_of_browsers_333"
    static let captureKey = "write_key_of_captures_4444"

    private static func makeGateway() throws -> GatewayHarness {
        try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.topLines = "http: {read_timeout: 2s, trusted_proxies: [127.0.0.0/8, 10.0.0.0/8]}"
            yaml.sourceLines = [
                ("web-off", "native", "enabled: false, write_keys: [\(disabledKey)]"),
                ("web-open", "native", "write_keys: [\(openKey)]"),
                ("web-browser", "native", "write_keys: [\(browserKey)], origins: [example.com], require_origin: true"),
                ("capture", "trackstack", "write_keys: [\(captureKey)], origins: [app.example.com]"),
            ].map { "  - {name: \($0), kind: \($1), account: acct_1, environment: production, \($2)}" }
                .joined(separator: "\n")
            return yaml.text
        })
    }

    @Test("rows 12 to 19: keys, origins and methods") func proofs() throws { try check(NativeProofs.cases) }
    @Test("rows 20, 49, 65, 68 to 72 and 104: bodies") func bodies() throws { try check(NativeBodies.cases) }

    private func check(_ cases: [BadInput]) throws {
        let gateway = try Self.makeGateway()
        var takenCount = 0
        for input in cases { takenCount += try input.check(gateway).takenCount }
        #expect(
            try gateway.postNative("/v1/track", Samples.purchase(order: "after all that")).item.status == "accepted")
        #expect(try gateway.inspect().entries().count == takenCount + 1)
        #expect(!gateway.log.lines.contains { $0.contains(#""level":"error""#) })
    }

    // MARK: - Pixels

    private static func get(
        _ gateway: GatewayHarness, _ target: String, _ headers: [(String, String)] = []
    ) throws -> RawHTTPResponse {
        let client = try RawHTTPClient(port: gateway.port)
        try client.send("GET", target, headers: headers)
        return try client.readResponse()
    }

    private static func isPixel(_ response: RawHTTPResponse) -> Bool {
        response.status == 200 && response.header("Content-Type") == "image/gif" && response.body.count == 43
            && response.body.starts(with: "GIF89a".utf8) && response.header("Cache-Control") == "no-store, max-age=0"
    }

    private static func refusals(_ gateway: GatewayHarness) throws -> [String: Int] {
        let text = try get(gateway, "/metrics").text
        return Dictionary(
            uniqueKeysWithValues: text.matches(of: #/tracklayer_requests_refused_total\{code="(\w+)"\} (\d+)/#).map {
                (String($0.1), Int($0.2) ?? 0)
            })
    }

    @Test("row 103: a pixel is an image whatever happens, and its failure is counted")
    func failedPixels() throws {
        let gateway = try Self.makeGateway()
        for pixel in NativePixels.cases {
            let before = try Self.refusals(gateway)[pixel.code] ?? 0
            let response = try Self.get(gateway, pixel.target)
            #expect(Self.isPixel(response), "row \(pixel.name): \(response.status) \(response.text)")
            #expect(try Self.refusals(gateway)[pixel.code] == before + 1, "row \(pixel.name)")
        }
        #expect(try gateway.inspect().entries().isEmpty)
    }

    @Test("a pixel's event is stored before its image is sent, in either vendor's form")
    func pixels() throws {
        let gateway = try Self.makeGateway()
        let browser = [
            ("User-Agent", "Mozilla/5.0 (Pixel)"), ("X-Forwarded-For", "198.51.100.7, 93.184.216.34, 10.1.2.3"),
            ("Sec-GPC", "1"),
        ]
        let key = GatewayYAML.writeKey
        let json =
            #"{"writeKey":"\#(key)","messageId":"s-1","userId":"u??>","event":"Email Opened","properties":{"n":7}}"#
        let targets = [
            "/pixel/v1/track?writeKey=\(key)&messageId=r-1&anonymousId=%22anon-1%22&anonymousId=second&event=Order+Completed"
                + "&properties.order_id=o-1&properties.revenue=12.50&properties.products.0.sku=a&properties.products.1.sku=b",
            "/pixel/v1/page/?writeKey=\(key)&messageId=r-2&anonymousId=anon-1&name=",
            NativePixels.segment(json),
            "/v1/pixel/page?writeKey=\(key)&messageId=s-2&anonymousId=anon-1&properties.subject=Hi%20there",
        ]
        for target in targets { #expect(Self.isPixel(try Self.get(gateway, target, browser))) }
        // The same again: a duplicate is a success.
        #expect(Self.isPixel(try Self.get(gateway, targets[0], browser)))
        #expect(try Self.refusals(gateway).isEmpty)

        #expect(gateway.receiver.waitForRequests(targets.count))
        let events = try gateway.receiver.requests.map { request in
            try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        }
        let byID = Dictionary(
            events.map { ($0["message_id"] as? String ?? "", $0) }, uniquingKeysWith: { one, _ in one })
        let purchase = try #require(byID["r-1"])
        #expect(purchase["event_name"] as? String == "purchase" && purchase["event_id"] as? String == "o-1")
        let properties = purchase["properties"] as? [String: Any]
        #expect((properties?["products"] as? [[String: String]])?.map { $0["sku"] } == ["a", "b"])
        let user = try #require(purchase["user_data"] as? [String: Any])
        #expect(user["anonymous_id"] as? String == "anon-1")
        #expect(user["client_user_agent"] as? String == "Mozilla/5.0 (Pixel)")
        #expect(user["client_ip"] as? String == "93.184.216.34")
        #expect(String(decoding: try JSONSerialization.data(withJSONObject: purchase), as: UTF8.self).contains("gpc"))
        #expect(byID["r-2"]?["event_name"] as? String == "page_view")
        #expect(byID["s-1"]?["event_name"] as? String == "email_opened")
        #expect((byID["s-2"]?["properties"] as? [String: Any])?["subject"] as? String == "Hi there")
        #expect(try gateway.inspect().entries().count == targets.count)
    }

    // MARK: - Browsers

    @Test(
        "preflight: the origin is echoed, and the headers that are names",
        arguments: ["/v1/t", "/beacon/v1/batch", "/pixel/v1/page", "/trackstack/events"])
    func preflight(_ path: String) throws {
        let gateway = try Self.makeGateway()
        func ask(_ headers: [(String, String)]) throws -> Reply {
            let client = try RawHTTPClient(port: gateway.port)
            try client.send("OPTIONS", path, headers: headers)
            return Reply(try client.readResponse(hasBody: false))
        }
        let names = "authorization, anonymousid, content-type, sentat, rsa-retry-attempt"
        let reply = try ask([
            ("Origin", "https://any.example.net"), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", names),
        ])
        #expect(reply.status == 204)
        #expect(reply.header("Access-Control-Allow-Origin") == "https://any.example.net")
        #expect(reply.header("Access-Control-Allow-Credentials") == "true")
        #expect(reply.header("Access-Control-Allow-Methods") == "POST, GET, OPTIONS")
        #expect(reply.header("Access-Control-Allow-Headers") == names)
        #expect(reply.header("Access-Control-Max-Age") == "900")
        #expect(reply.header("Vary") == "Origin, Access-Control-Request-Headers")
        let bad = try ask([("Origin", "null"), ("Access-Control-Request-Headers", "a b, c:d")])
        #expect(bad.header("Access-Control-Allow-Origin") == "null")
        #expect(bad.header("Access-Control-Allow-Headers") == nil)
        #expect(try ask([]).header("Access-Control-Allow-Origin") == nil)
    }

    @Test("a browser's address is what the trusted proxies say; a server's is nobody's")
    func clientAddresses() throws {
        let gateway = try Self.makeGateway()
        let forwarded = ("X-Forwarded-For", "1.1.1.1, 93.184.216.34,10.0.0.9")
        let open = NativeProofs.basic("\(Self.openKey):")
        for (order, headers) in [
            ("browser", [("Origin", "https://shop.example.net"), forwarded]), ("server", [forwarded]),
            ("unreadable", [("Origin", "https://shop.example.net"), ("X-Forwarded-For", "93.184.216.34, unknown")]),
        ] {
            let reply = try gateway.post("/v1/track", Array(Samples.purchase(order: order).utf8), [open] + headers)
            #expect(try reply.item.status == "accepted")
        }
        #expect(gateway.receiver.waitForRequests(3))
        let addresses = try gateway.receiver.requests.map { request -> [String: String?] in
            let event = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
            let user = event["user_data"] as? [String: Any]
            return [event["event_id"] as? String ?? "": user?["client_ip"] as? String]
        }
        #expect(addresses.contains(["browser": "93.184.216.34"]))
        #expect(addresses.contains(["server": nil]))
        #expect(addresses.contains(["unreadable": nil]))
    }

    @Test("what SDKs send again is counted")
    func retries() throws {
        let gateway = try Self.makeGateway()
        for (number, headers) in [
            [("X-Retry-Count", "1")], [("X-Retry-Count", "0")],
            [("Rsa-Retry-Attempt", "2"), ("Rsa-Retry-Reason", "x")],
            [],
        ].enumerated() {
            let request = NativeProofs.track(
                "retry-\(number)", [NativeProofs.basic("\(GatewayYAML.writeKey):")] + headers)
            guard case .post(let path, let headers, let body) = request else { continue }
            #expect(try gateway.post(path, body, headers).item.status == "accepted")
        }
        let text = try Self.get(gateway, "/metrics").text
        #expect(text.contains("tracklayer_sdk_retries_total{sdk=\"segment\"} 1\n"))
        #expect(text.contains("tracklayer_sdk_retries_total{sdk=\"rudderstack\"} 1\n"))
    }

    // MARK: - TrackStack

    private func capture(
        _ gateway: GatewayHarness, _ body: String, _ headers: [(String, String)] = [],
        path: String = "/trackstack/events"
    ) throws -> Reply { try gateway.post(path, Array(body.utf8), headers) }

    @Test("captures: one, a list or a batch, with a key in any place")
    func captures() throws {
        let gateway = try Self.makeGateway()
        let basic = NativeProofs.basic("\(Self.captureKey):")
        let one = #"{"event":"SignUp","eventId":"e-1","email":"jane@example.com","externalId":"u-1"}"#
        let first = try capture(gateway, one, [basic]).item
        #expect(first.status == "accepted" && first.canonicalEvent == "sign_up" && first.eventId == "e-1")
        // The canonical spelling is the same event: the same id again is a duplicate, told by that id.
        let again = try capture(
            gateway, #"{"event":"sign_up","eventId":"e-1","email":"jane@example.com","externalId":"u-1","n":1}"#,
            path: "/trackstack/events?writeKey=\(Self.captureKey)"
        ).item
        #expect(again.status == "duplicate" && again.duplicateOf == "e-1" && again.matchedKey == "event_id")
        let member = "\"writeKey\":\"\(Self.captureKey)\""
        let list = try capture(
            gateway,
            "[{\(member),\"event\":\"PageView\",\"eventId\":\"e-2\",\"anonymousId\":\"a\"},{\"event\":\"FeatureUsed\"}]",
            [("Content-Type", "text/plain"), ("Origin", "https://app.example.com")])
        #expect(list.header("Access-Control-Allow-Origin") == "https://app.example.com")
        #expect(try list.body.results?.map(\.status) == ["accepted", "rejected"])
        let batch = try capture(
            gateway, "{\(member),\"batch\":[{\"event\":\"Purchase\",\"email\":\"jane@example.com\",\"value\":5}]}")
        #expect(try batch.item.status == "accepted")
        #expect(try batch.item.notes?.contains(Note.businessIDMissing.rawValue) == true)
        let known = try capture(
            gateway, "{\(member),\"event\":\"Purchase\",\"eventId\":\"o-1\",\"email\":\"jane@example.com\"}"
        ).item
        #expect(known.eventId == "o-1" && known.notes?.contains(Note.businessIDMissing.rawValue) == false)
        #expect(
            try capture(gateway, one, [basic, ("Origin", "https://evil.example")]).body.code == "origin_not_allowed")
        let store = try gateway.inspect()
        #expect(try store.entries().count == 4)
        #expect(try !store.contains("jane@example.com") && !store.contains(Self.captureKey))
    }
}
