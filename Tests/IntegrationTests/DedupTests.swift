import EventModel
import TestSupport
import Testing

/// Repeated events (reference identity, second part; inbound 6.6 and rows 59, 60, 79, 94 and 95).
@Suite struct DedupTests {
    @Test func aMessageThatComesAgainIsADuplicate() throws {
        let gateway = try GatewayHarness()
        let event = Samples.purchase(order: "o-1", message: "m-1")
        #expect(try gateway.postRudderStack(event).item.status == "accepted")
        let again = try gateway.postRudderStack(event)
        #expect(again.status == 200)
        #expect(
            again.text == #"{"success":true,"request_id":"*","accepted":0,"duplicates":1,"ignored":0,"rejected":0,"#
                + #""results":[{"index":0,"message_id":"m-1","status":"duplicate","event_id":"o-1","#
                + #""canonical_event":"purchase","duplicate_of":"o-1","matched_key":"message_id","#
                + #""notes":["timestamp_stale"]}]}"#)
        #expect(gateway.receiver.waitForRequests(1))
        let store = try gateway.inspect()
        #expect(try store.entries().count == 1)
        #expect(try store.count(.sightings) == 1)
        #expect(gateway.receiver.requests.count == 1)
    }

    @Test func transportTimesMakeNoConflict() throws {
        let gateway = try GatewayHarness()
        let times = [#""sentAt":"2026-04-23T14:12:34Z","#, #""sentAt":"2026-04-23T15:40:00Z","#]
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1", message: "m-1", more: times[0]))
        let item = try gateway.postRudderStack(Samples.purchase(order: "o-1", message: "m-1", more: times[1])).item
        #expect(item.status == "duplicate")
        #expect(item.conflict == nil)
    }

    @Test func aMessageIDWithOtherContentIsAConflict() throws {
        let gateway = try GatewayHarness()
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1", message: "m-1", revenue: "10"))
        let item = try gateway.postRudderStack(Samples.purchase(order: "o-1", message: "m-1", revenue: "20")).item
        #expect(item.status == "duplicate")
        #expect(item.matchedKey == "message_id")
        #expect(item.conflict == true)
        #expect(item.notes?.contains("message_id_reused") == true)
        #expect(gateway.receiver.waitForRequests(1))
        #expect(gateway.receiver.requests[0].text.contains(#""value":10"#))
        let store = try gateway.inspect()
        #expect(try store.entries().count == 1)
        #expect(try store.contains("custom_data.value"), "the differing field is recorded")
    }

    @Test func anOrderUnderAnotherMessageIDIsADuplicateWhoseIdentifiersJoin() throws {
        let gateway = try GatewayHarness()
        func post(_ body: String) throws -> AnswerBody.Item { try gateway.postRudderStack(body).item }
        #expect(try post(Samples.purchase(order: "o-1", message: "server", user: "user-1")).status == "accepted")
        let copy = try post(Samples.purchase(order: "o-1", message: "browser", user: "user-1", anonymous: "anon-1"))
        #expect(copy.status == "duplicate")
        #expect(copy.matchedKey == "event_id")
        #expect(copy.duplicateOf == "o-1")
        // What only the copy said is known now.
        let later = try post(Samples.purchase(order: "o-2", user: nil, anonymous: "anon-1"))
        #expect(later.identityState == "existing")
        // And the copy is known by its own message id.
        let again = try post(Samples.purchase(order: "o-1", message: "browser", user: "user-1", anonymous: "anon-1"))
        #expect(again.matchedKey == "message_id")
        #expect(again.duplicateOf == "o-1" && again.eventId == "o-1")
        #expect(try gateway.inspect().entries().map(\.event.eventId) == ["o-1", "o-2"])
    }

    @Test func aRepetitionOfARepetitionHasTheFirstEventsID() throws {
        let gateway = try GatewayHarness()
        func post(_ message: String, _ more: String = "") throws -> AnswerBody.Item {
            let properties = #"{"order_id":"o-1","revenue":5,"currency":"USD"\#(more)}"#
            return try gateway.postRudderStack(
                Samples.track("Order Completed", message: message, properties: properties)
            ).item
        }
        #expect(try post("a", #","event_id":"E1""#).eventId == "E1")
        for _ in 1...2 {
            let copy = try post("b")
            #expect(copy.status == "duplicate" && copy.eventId == "E1" && copy.duplicateOf == "E1", "\(copy)")
        }
    }

    @Test func anOrderOfSomebodyElseJoinsNobody() throws {
        let gateway = try GatewayHarness()
        func post(_ body: String) throws -> AnswerBody.Item { try gateway.postRudderStack(body).item }
        _ = try post(Samples.purchase(order: "o-1", message: "m-1", user: "user-1", anonymous: "anon-1"))
        let item = try post(Samples.purchase(order: "o-1", message: "m-2", user: "user-2", anonymous: "anon-2"))
        #expect(item.status == "duplicate")
        #expect(item.matchedKey == "event_id")
        #expect(item.notes?.contains("business_id_identity_conflict") == true)
        #expect(try post(Samples.purchase(order: "o-2", user: "user-2")).identityState == "existing")
        // Had anon-2 been joined to user-2, or to user-1 through the order, this would be refused.
        let apart = try post(Samples.purchase(order: "o-3", user: "user-3", anonymous: "anon-2"))
        #expect(apart.identityState == "existing")
    }

    @Test func oneBatchKnowsItsOwnItems() throws {
        let gateway = try GatewayHarness()
        let events = [
            Samples.purchase(order: "o-1", message: "m-1"), Samples.purchase(order: "o-1", message: "m-1"),
            Samples.purchase(order: "o-1", message: "m-2"), Samples.purchase(order: "o-1", message: "m-2"),
            Samples.purchase(order: "o-1", message: "m-1", revenue: "5"),
            Samples.purchase(order: "o-2", message: "m-3"),
        ]
        let items = try #require(
            try gateway.postRudderStack("[\(events.joined(separator: ","))]").body.results)
        #expect(items.map(\.status) == ["accepted"] + Array(repeating: "duplicate", count: 4) + ["accepted"])
        #expect(items.map(\.matchedKey) == [nil, "message_id", "event_id", "message_id", "message_id", nil])
        #expect(items.map(\.conflict) == [nil, nil, nil, nil, true, nil])
        #expect(try gateway.inspect().entries().map(\.event.eventId) == ["o-1", "o-2"])
    }

    @Test func purchaseAndRefundOfOneOrderAreTwoEvents() throws {
        let gateway = try GatewayHarness()
        let refund = Samples.track(
            "Order Refunded", message: "m-2", properties: #"{"order_id":"o-1","total":129.99,"currency":"USD"}"#)
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-1", message: "m-1")).item.status == "accepted")
        #expect(try gateway.postRudderStack(refund).item.status == "accepted")
        #expect(try gateway.inspect().entries().map(\.event.eventName) == ["purchase", "refund"])
    }

    @Test func twoPartialRefundsOfOneOrderAreTwoEvents() throws {
        let gateway = try GatewayHarness()
        func refund(_ message: String, _ total: String) -> String {
            Samples.track(
                "Order Refunded", message: message,
                properties: #"{"order_id":"o-1","total":\#(total),"currency":"USD"}"#)
        }
        #expect(try gateway.postRudderStack(refund("m-1", "10")).item.status == "accepted")
        #expect(try gateway.postRudderStack(refund("m-2", "20")).item.status == "accepted")
        #expect(try gateway.inspect().entries().count == 2)
    }

    @Test func sourcesAndEnvironmentsDoNotEatEachOthersMessages() throws {
        let gateway = try GatewayHarness()
        let event = Samples.track("Product Viewed", message: "m-1")
        #expect(try gateway.postRudderStack(event).item.status == "accepted")
        #expect(try gateway.postSegment(event).item.status == "accepted")
        #expect(try gateway.postRudderStack(event, secret: GatewayYAML.stagingSecret).item.status == "accepted")
        // An order is one order, whichever source tells of it, but not in another environment.
        let order = Samples.purchase(order: "o-1")
        #expect(try gateway.postRudderStack(order).item.status == "accepted")
        #expect(try gateway.postSegment(order).item.matchedKey == "event_id")
        #expect(try gateway.postRudderStack(order, secret: GatewayYAML.stagingSecret).item.status == "accepted")
    }

    @Test func oneEventOnManyConnectionsAtOnceIsStoredOnce() throws {
        let gateway = try GatewayHarness()
        let body = Array(Samples.purchase(order: "o-1").utf8)
        let clients = try (0..<64).map { _ in try RawHTTPClient(port: gateway.port) }
        let headers = [("X-TrackLayer-Secret", GatewayYAML.secret), ("Content-Type", "application/json")]
        for client in clients { try client.send("POST", "/rudderstack/events", headers: headers, body: body) }
        let items = try clients.map { try Reply(try $0.readResponse()).item }
        #expect(items.filter { $0.status == "accepted" }.count == 1)
        #expect(items.filter { $0.status == "duplicate" }.count == 63)
        #expect(Set(items.map(\.eventId)) == ["o-1"])
        #expect(gateway.receiver.waitForRequests(1))
        let store = try gateway.inspect()
        #expect(try store.entries().count == 1)
        #expect(try store.count(.deliveries) == 1)
        #expect(gateway.receiver.requests.count == 1)
    }

    @Test func bareEventsWithoutAMessageIDAreKeptApartByTheirBytes() throws {
        let gateway = try GatewayHarness()
        let bare = #"{"type":"track","event":"Product Viewed","userId":"user-1","properties":{"sku":"a"}}"#
        let first = try gateway.postRudderStack(bare).item
        #expect(first.status == "accepted")
        #expect(first.notes?.contains("message_id_generated") == true)
        #expect(try gateway.postRudderStack(bare).item.status == "duplicate")
        #expect(try gateway.postRudderStack(bare.replacing("\"a\"", with: "\"b\"")).item.status == "accepted")
    }
}
