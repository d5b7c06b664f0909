import Gateway
import Platform
import TestSupport
import Testing

/// The whole way to advertising platforms: from a webhook to a batch that a stand-in of the platform's API accepts.
@Suite(.timeLimit(.minutes(5))) struct PlatformTests {
    /// A destination of a stand-in's kind, as an operator writes it.
    private static func lines(_ standIn: StandIn) -> String {
        var maps: [String: [String]] = [:]
        var lines = [
            "  - name: \(standIn.api.kind)", "    kind: \(standIn.api.kind)", "    allow_private_addresses: true",
            "    events: [purchase, lead]",
        ]
        for word in standIn.settings {
            let parts = word.split(separator: "=", maxSplits: 1)
            let path = parts[0].split(separator: ".", maxSplits: 1)
            if path.count == 2 {
                maps[String(path[0]), default: []].append("\(path[1]): \"\(parts[1])\"")
            } else {
                lines.append("    \(parts[0]): \"\(parts[1])\"")
            }
        }
        return (lines + maps.sorted { $0.key < $1.key }.map { "    \($0.key): {\($0.value.joined(separator: ", "))}" })
            .joined(separator: "\n")
    }

    private static func event(_ name: String, _ number: Int, at time: Timestamp, consent: Bool = true) -> String {
        #"{"type":"track","event":"\#(name)","messageId":"m-\#(name)-\#(number)","userId":"user-\#(number)","#
            + #""anonymousId":"anon-\#(number)","channel":"web","originalTimestamp":"\#(time.rfc3339)","#
            + #""context":{"ip":"203.0.113.45","userAgent":"Mozilla/5.0","locale":"en-US","#
            + #""page":{"url":"https://shop.example.com/thanks"},"consent":{"categoryPreferences":"#
            + #"{"advertising":\#(consent),"analytics":\#(consent)}},"#
            + #""traits":{"email":"person-\#(number)@example.com","phone":"+1 415 555 01\#(10 + number)"}},"#
            + #""properties":{"order_id":"O-\#(number)","lead_id":"L-\#(number)","revenue":12.5,"value":12.5,"#
            + #""currency":"USD","products":[{"product_id":"SKU-1","name":"Mug","price":12.5,"quantity":1}]}}"#
    }

    @Test func eventsReachEveryPlatformInBatchesThatItAccepts() throws {
        let standIns = StandIns.all.map { StandIn($0) }
        defer { for standIn in standIns { standIn.stop() } }
        let gateway = try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.destinationLines = standIns.map(Self.lines).joined(separator: "\n")
            return yaml.text
        })
        let now = SystemClock().now
        let events = (0..<10).flatMap { number in
            ["Order Completed", "Lead Submitted"].map { Self.event($0, number, at: now) }
        }
        let refused = Self.event("Order Completed", 77, at: now, consent: false)
        let reply = try gateway.postRudderStack("[" + (events + [refused]).joined(separator: ",") + "]")
        #expect(try reply.body.accepted == 21)
        for standIn in standIns {
            #expect(standIn.waitForAccepted(10), "\(standIn.api.kind): \(standIn.faults)")
            #expect(standIn.faults == [], "\(standIn.api.kind)")
            // Those of one person who said no went nowhere.
            #expect(standIn.requests.allSatisfy { !$0.text.contains("O-77") }, "\(standIn.api.kind)")
            #expect(standIn.batchSizes.contains { $0 > 1 } || standIn.api.kind == "ga4", "\(standIn.api.kind)")
        }
        let shown = try gateway.admin("GET", "/api/explain/O-77").text
        #expect(shown.contains("consent_denied:ads"))
        #expect(!gateway.log.lines.contains { $0.contains("example-") })
    }
}
