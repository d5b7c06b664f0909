import Foundation
import Platform
import TestSupport
import Testing

/// Clients that come, wait and go as they like (reference inbound, rows 95 to 102, and 3.7).
@Suite struct ConnectionTests {
    private static let headers = [
        ("X-TrackLayer-Secret", GatewayYAML.secret), ("Content-Type", "application/json"),
    ]

    /// The rows that this suite tests.
    static let rows: Set<Int> = [95, 96, 97, 99, 100, 101, 102]

    @Test("101: who waits to be asked for the body is asked")
    func expectation() throws {
        let gateway = try GatewayHarness()
        let client = try RawHTTPClient(port: gateway.port)
        let body = Samples.purchase(order: "o-1")
        try client.send(
            "POST", "/rudderstack/events",
            headers: Self.headers + [("Expect", "100-continue"), ("Content-Length", "\(body.utf8.count)")])
        #expect(try client.readResponse().status == 100)
        try client.send(body)
        #expect(try Reply(try client.readResponse()).item.status == "accepted")
    }

    @Test("100: what a client sent before it went is kept, and known when it comes again")
    func departure() throws {
        let gateway = try GatewayHarness()
        let body = Samples.purchase(order: "o-1")
        let client = try RawHTTPClient(port: gateway.port)
        try client.send("POST", "/rudderstack/events", headers: Self.headers, body: Array(body.utf8))
        client.close()
        #expect(gateway.receiver.waitForRequests(1))
        #expect(try gateway.postRudderStack(body).item.status == "duplicate")
        #expect(try gateway.inspect().entries().count == 1)
    }

    @Test("96: pipelined requests are answered in their order")
    func pipelining() throws {
        let gateway = try GatewayHarness()
        let client = try RawHTTPClient(port: gateway.port)
        let orders = (0..<200).map { "o-\($0)" }
        for order in orders {
            try client.send(
                "POST", "/rudderstack/events", headers: Self.headers, body: Array(Samples.purchase(order: order).utf8))
        }
        let answered = try orders.map { _ in try Reply(try client.readResponse()).item.eventId }
        #expect(answered == orders)
    }

    @Test("95: of one request on two connections at once, one is taken")
    func race() throws {
        let gateway = try GatewayHarness()
        let (first, second) = (try RawHTTPClient(port: gateway.port), try RawHTTPClient(port: gateway.port))
        for number in 0..<20 {
            let body = Array(Samples.purchase(order: "o-\(number)").utf8)
            for client in [first, second] {
                try client.send("POST", "/rudderstack/events", headers: Self.headers, body: body)
            }
            let statuses = try [first, second].map { try Reply(try $0.readResponse()).item.status }
            #expect(statuses.sorted() == ["accepted", "duplicate"])
        }
        #expect(try gateway.inspect().entries().count == 20)
    }

    @Test("96, 97: a source that asks too often is answered 429 with whole seconds, and others are not")
    func rateLimit() throws {
        let gateway = try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.sourceLines = "    rate_limit: 5"
            return yaml.text
        })
        let client = try RawHTTPClient(port: gateway.port)
        for number in 0..<1000 {
            try client.send(
                "POST", "/rudderstack/events", headers: Self.headers,
                body: Array(Samples.purchase(order: "o-\(number)").utf8))
        }
        let replies = try (0..<1000).map { _ in Reply(try client.readResponse()) }
        let refused = replies.filter { $0.status == 429 }
        #expect(replies.prefix(5).allSatisfy { $0.status == 200 })
        #expect(refused.count > 900 && replies.allSatisfy { $0.status == 200 || $0.status == 429 })
        #expect(try refused.allSatisfy { try $0.body.code == "rate_limited" && $0.header("Retry-After") == "1" })
        #expect(try gateway.postSegment(Samples.purchase(order: "segment")).item.status == "accepted")
        #expect(try gateway.inspect().entries().count == replies.count { $0.status == 200 } + 1)
    }

    @Test("99: a stop under load answers what it took, and takes nothing that it does not answer")
    func drain() throws {
        let gateway = try GatewayHarness()
        let port = gateway.port
        let answered = Watched(Set<String>())
        let odd = Watched<[String]>([])
        let senders = (0..<4).map { sender in
            DedicatedThread(name: "sender-\(sender)") {
                guard let client = try? RawHTTPClient(port: port) else { return }
                for number in 0... {
                    let order = "o-\(sender)-\(number)"
                    let body = Array(Samples.purchase(order: order, user: "user-\(order)").utf8)
                    // The end of the connection is how a drain ends.
                    guard
                        (try? client.send("POST", "/rudderstack/events", headers: Self.headers, body: body)) != nil,
                        let response = try? client.readResponse()
                    else { return }
                    let reply = Reply(response)
                    if reply.status == 200 {
                        answered.withLock { _ = $0.insert(order) }
                    } else if (try? reply.body.code) != "shutting_down" || reply.header("Connection") != "close" {
                        odd.withLock { $0.append(reply.text) }
                    }
                }
            }
        }
        #expect(answered.wait { $0.count >= 50 })
        gateway.stop()
        for sender in senders { sender.join() }
        #expect(odd.withLock { $0 }.isEmpty)
        let stored = try gateway.inspect().entries().map(\.event.eventId)
        #expect(stored.count == Set(stored).count)
        #expect(Set(stored) == answered.withLock { $0 })
    }

    @Test("3.7: a browser may ask before it sends")
    func preflight() throws {
        let gateway = try GatewayHarness()
        let client = try RawHTTPClient(port: gateway.port)
        try client.send(
            "OPTIONS", "/v1/track",
            headers: [
                ("Origin", GatewayYAML.origin), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "authorization, anonymousid, content-type"),
            ])
        let response = try client.readResponse()
        #expect(response.status == 204)
        #expect(response.header("Access-Control-Allow-Origin") == GatewayYAML.origin)
        #expect(response.header("Access-Control-Allow-Credentials") == "true")
        #expect(response.header("Access-Control-Allow-Methods") == "POST, GET, OPTIONS")
        #expect(response.header("Access-Control-Allow-Headers") == "authorization, anonymousid, content-type")
        #expect(response.header("Access-Control-Max-Age") == "900")
        #expect(response.header("Vary") == "Origin, Access-Control-Request-Headers")
    }

    @Test func probesAnswerWhoeverAsks() throws {
        let gateway = try GatewayHarness()
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        func get(_ path: String) throws -> RawHTTPResponse {
            let client = try RawHTTPClient(port: gateway.port)
            try client.send("GET", path)
            return try client.readResponse()
        }
        #expect(try get("/healthz").text == #"{"status":"ok"}"#)
        #expect(try get("/version").text.hasPrefix(#"{"version":"0."#))
        #expect(try get("/robots.txt").text == "User-agent: *\nDisallow: /\n")
        #expect(try get("/readyz").text == #"{"status":"ready"}"#)
        #expect(try get("/metrics").header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try get("/metrics").text.contains("accepted"))
    }
}
