import TestSupport
import Testing

/// A source's lists, and what is counted for each source, over real sockets.
@Suite struct SourceListTests {
    private func metrics(_ gateway: GatewayHarness) throws -> [String] {
        let client = try RawHTTPClient(port: gateway.port)
        try client.send("GET", "/metrics")
        return try client.readResponse().text.split(separator: "\n").map(String.init)
    }

    @Test func whatTheListsLeaveOutIsIgnoredAndCounted() throws {
        let gateway = try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.sourceLines = "    include: [purchase, Lead Submitted, 'Product *']\n    exclude: [Product Clicked]"
            return yaml.text
        })
        let taken = ["Completed Order", "lead_submitted", "Product Viewed"]
        let ignored = ["Product Clicked", "Button Pressed", "Order Refunded"]
        for (number, name) in (taken + ignored).enumerated() {
            let item = try gateway.postRudderStack(Samples.track(name, message: "m-\(number)")).item
            #expect(item.status == (taken.contains(name) ? "accepted" : "ignored"), "\(name)")
            #expect(item.code == (taken.contains(name) ? nil : "filtered"), "\(name)")
            #expect(item.messageId == "m-\(number)")
        }
        // A page call, and one of no known type; who somebody is passes a list of conversions.
        let page = try gateway.postRudderStack(#"{"type":"page","messageId":"p","userId":"u"}"#)
        #expect(page.status == 200)
        #expect(try page.item.status == "ignored")
        #expect(try gateway.postRudderStack(#"{"type":"record","messageId":"r"}"#).item.code == "type_unsupported")
        #expect(
            try gateway.postRudderStack(Samples.identify(message: "i", user: "u", anonymous: nil)).item.status
                == "accepted")
        let lines = try metrics(gateway)
        #expect(lines.contains(#"tracklayer_items_ignored_total{source="rudderstack",code="filtered"} 4"#))
        #expect(lines.contains(#"tracklayer_items_ignored_total{source="rudderstack",code="type_unsupported"} 1"#))
        #expect(try gateway.inspect().entries().count == 4)
    }

    @Test func aBatchKeepsWhatTheListsTake() throws {
        let gateway = try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.sourceLines = "    exclude: [page, 'custom.*']"
            return yaml.text
        })
        let body =
            "[\(Samples.purchase(order: "o-1")),\(Samples.track("Video Liked", message: "v")),"
            + #"{"type":"page","messageId":"p","userId":"u"},{"type":"page"}]"#
        let reply = try gateway.postRudderStack(body)
        #expect(reply.status == 200)
        #expect(try reply.body.results?.map(\.status) == ["accepted", "ignored", "ignored", "ignored"])
        let alone = try gateway.postRudderStack(#"{"type":"page","messageId":"p","userId":"u"}"#)
        #expect(alone.status == 200)
        #expect(try gateway.inspect().entries().map(\.event.eventId) == ["o-1"])
    }

    @Test func unmappedEventsAreCountedBySourceAndNeverByName() throws {
        let gateway = try GatewayHarness()
        for number in 0..<3 {
            _ = try gateway.postRudderStack(Samples.track("Secret Launch \(number)", message: "m-\(number)"))
        }
        _ = try gateway.postSegment(Samples.track("Other Thing", message: "m"))
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        let lines = try metrics(gateway)
        #expect(lines.contains(#"tracklayer_events_unmapped_total{source="rudderstack"} 3"#))
        #expect(lines.contains(#"tracklayer_events_unmapped_total{source="segment"} 1"#))
        #expect(!lines.contains { $0.lowercased().contains("launch") || $0.contains("other_thing") })
    }
}
