import Crypto
import EventModel
import Foundation
import TestSupport
import Testing

/// From a sender's post to what a destination receives, over real sockets and a real store.
@Suite struct EndToEndTests {
    @Test func aPurchaseOfRudderStackIsAnsweredAndDeliveredOnce() throws {
        let gateway = try GatewayHarness()
        let reply = try gateway.postRudderStack(Samples.purchase(order: "order_12345", message: "m-1"))
        #expect(reply.status == 200)
        #expect(reply.header("Content-Type") == "application/json; charset=utf-8")
        #expect(
            reply.text == #"{"success":true,"request_id":"*","accepted":1,"duplicates":0,"ignored":0,"rejected":0,"#
                + #""results":[{"index":0,"message_id":"m-1","status":"accepted","event_id":"order_12345","#
                + #""canonical_event":"purchase","identity_state":"new","downstream_ready":true,"#
                + #""notes":["timestamp_stale"]}]}"#)

        #expect(gateway.receiver.waitForRequests(1))
        let delivered = gateway.receiver.requests[0]
        #expect(delivered.method == "POST")
        #expect(delivered.target == "/hook")
        let body = try #require(
            try JSONSerialization.jsonObject(with: Data(delivered.body)) as? [String: Any])
        #expect(body["event_id"] as? String == "order_12345")
        #expect(body["event_name"] as? String == "purchase")
        #expect((body["custom_data"] as? [String: Any])?["value"] as? Double == 129.99)
        #expect((body["identity"] as? [String: Any])?["state"] as? String == "new")

        let store = try gateway.inspect()
        let entries = try store.entries()
        #expect(entries.map(\.event.eventId) == ["order_12345"])
        #expect(entries.flatMap(\.deliveries).map(\.status) == [.delivered])
        #expect(gateway.receiver.requests.count == 1)
    }

    @Test func whatIsDeliveredIsSignedOverItsExactBytes() throws {
        let gateway = try GatewayHarness()
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-é\\\"1", message: "m-1"))
        #expect(gateway.receiver.waitForRequests(1))
        let request = gateway.receiver.requests[0]
        let code = HMAC.code(.sha256, key: Array(GatewayYAML.signingSecret.utf8), message: request.body)
        #expect(request.values(of: "X-TrackLayer-Signature") == ["sha256=\(Hex.encode(code))"])

        let id = try #require(request.values(of: "webhook-id").first)
        let time = try #require(request.values(of: "webhook-timestamp").first)
        let message = Array("\(id).\(time).".utf8) + request.body
        let webhookCode = HMAC.code(.sha256, key: Array(GatewayYAML.signingSecret.utf8), message: message)
        #expect(request.values(of: "webhook-signature") == ["v1,\(Base64.encode(webhookCode))"])
        #expect(id == "o-é\"1")
    }

    @Test func neitherStoreNorLogHasPlainPersonalData() throws {
        let gateway = try GatewayHarness()
        let traits = #"{"email":"Ada.Lovelace@example.org","phone":"+44 20 7946 0958","firstName":"Augusta"}"#
        let reply = try gateway.postRudderStack(
            Samples.identify(message: "m-1", user: "user-1", anonymous: "anon-1", traits: traits))
        #expect(reply.status == 200)
        let named =
            #"{"type":"identify","messageId":"m-2","userId":"user-2","traits":{"Name":"Grace Hopper","plan":"pro"}}"#
        #expect(try gateway.postSegment(named).status == 200)
        #expect(gateway.receiver.waitForRequests(2))
        let sent = gateway.receiver.requests.map(\.text).joined().lowercased()
        let log = gateway.log.lines.joined().lowercased()
        let store = try gateway.inspect()
        for plain in ["Lovelace", "79460958", "7946 0958", "Augusta", "Grace", "Hopper"] {
            #expect(try !store.contains(plain), "\(plain) is in the store")
            #expect(try !store.contains(plain.lowercased()), "\(plain) is in the store")
            #expect(!sent.contains(plain.lowercased()), "\(plain) was sent")
            #expect(!log.contains(plain.lowercased()), "\(plain) is in the log")
        }
        #expect(sent.contains("pro"))
    }

    // MARK: - Segment

    @Test func anEventOfSegmentIsTakenWithItsSignature() throws {
        let gateway = try GatewayHarness()
        let event = Samples.purchase(order: "o-1")
        let item = try gateway.postSegment(event).item
        #expect(item.status == "accepted")
        #expect(item.eventId == "o-1")
        let forged = try gateway.postSegment(event, signed: event + " ")
        #expect(forged.status == 401)
        #expect(
            forged.text
                == #"{"success":false,"code":"signature_mismatch","message":"the signature is not that of this "#
                + #"body under a secret of the source, or is more than 5 minutes off","request_id":"*"}"#)
        #expect(gateway.receiver.waitForRequests(1))
    }

    @Test func aBatchOfSegmentSignedOverItsFirstItemGivesOnlyThat() throws {
        let gateway = try GatewayHarness()
        let events = ["o-1", "o-2", "o-3"].map { Samples.purchase(order: $0) }
        let reply = try gateway.postSegment("[\(events.joined(separator: ","))]", signed: events[0])
        #expect(reply.status == 200)
        let body = try reply.body
        #expect([body.accepted, body.duplicates, body.ignored, body.rejected] == [1, 0, 0, 2])
        #expect(body.results?.map(\.status) == ["accepted", "rejected", "rejected"])
        #expect(body.results?.map(\.code) == [nil, "unsigned_item", "unsigned_item"])

        let whole = try gateway.postSegment("[\(events.joined(separator: ","))]").body
        #expect(whole.results?.map(\.status) == ["duplicate", "accepted", "accepted"])
        #expect(try gateway.inspect().entries().map(\.event.eventId).sorted() == ["o-1", "o-2", "o-3"])
    }

    // MARK: - SDKs

    @Test func aBatchOfAnSDKIsAnsweredItemByItem() throws {
        let gateway = try GatewayHarness()
        let batch = [
            Samples.purchase(order: "o-1"), #"{"type":"track","messageId":"m-2","userId":"user-1"}"#,
            #"{"type":"audiencelist","messageId":"m-3","userId":"user-1"}"#, Samples.purchase(order: "o-1"),
        ].joined(separator: ",")
        let reply = try gateway.postNative("/v1/batch", #"{"batch":[\#(batch)],"sentAt":"2026-04-23T14:12:34Z"}"#)
        #expect(reply.status == 200)
        let body = try reply.body
        #expect([body.accepted, body.duplicates, body.ignored, body.rejected] == [1, 1, 1, 1])
        let items = try #require(body.results)
        #expect(items.map(\.index) == [0, 1, 2, 3])
        #expect(items.map(\.status) == ["accepted", "rejected", "ignored", "duplicate"])
        #expect(items.map(\.code) == [nil, "event_missing", "type_unsupported", nil])
        #expect(items[3].duplicateOf == "o-1")
        #expect(items[3].matchedKey == "message_id")
    }

    // MARK: - Identity

    @Test func theAnswerSaysHowAnEventMetTheGraph() throws {
        let gateway = try GatewayHarness()
        func state(_ body: String) throws -> String? { try gateway.postRudderStack(body).item.identityState }
        #expect(try state(Samples.purchase(order: "1", user: nil, anonymous: "anon-1")) == "new")
        #expect(try state(Samples.purchase(order: "2", user: "user-1")) == "new")
        #expect(try state(Samples.purchase(order: "3", user: nil, anonymous: "anon-1")) == "existing")
        #expect(try state(Samples.identify(message: "i-1", user: "user-1", anonymous: "anon-1")) == "merged")
        #expect(try state(Samples.purchase(order: "4", user: "user-1", anonymous: "anon-1")) == "existing")
        #expect(try state(Samples.purchase(order: "5", user: "user-2", anonymous: "anon-1")) == "refused")
    }

    // MARK: - Delivery

    @Test func afterRefusalsTheSameBodyIsSentAgainUntilItIsTaken() throws {
        let refusals = Watched(0)
        let gateway = try GatewayHarness { _ in
            let count = refusals.withLock { count in
                count += 1
                return count
            }
            return .status(count <= 3 ? 503 : 200)
        }
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        #expect(gateway.receiver.waitForRequests(4))
        let requests = gateway.receiver.requests
        #expect(Set(requests.map(\.body)).count == 1)
        #expect(Set(requests.flatMap { $0.values(of: "webhook-id") }) == ["o-1"])
        #expect(Set(requests.flatMap { $0.values(of: "X-TrackLayer-Signature") }).count == 1)
        let deliveries = try gateway.inspect().entries().flatMap(\.deliveries)
        #expect(deliveries.map(\.status) == [.delivered])
        #expect(deliveries.map(\.attemptCount) == [4])
    }

    @Test func aRedirectIsNotFollowed() throws {
        let gateway = try GatewayHarness { request in
            request.target == "/hook" ? .status(302, headers: ["Location: /elsewhere"]) : .status(200)
        }
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1"))
        #expect(gateway.receiver.waitForRequests(1))
        let deliveries = try gateway.inspect().entries().flatMap(\.deliveries)
        #expect(!gateway.receiver.requests.contains { $0.target == "/elsewhere" })
        #expect(deliveries.map(\.lastStatusCode) == [302])
        #expect(deliveries.allSatisfy { $0.status != .delivered })
    }

    // MARK: - Restart

    @Test func aRestartKeepsDeliveriesVerdictsAndIdentity() throws {
        let isOpen = Watched(false)
        let gateway = try GatewayHarness(answer: { _ in .status(isOpen.withLock { $0 } ? 200 : 503) }) { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.attempts = 100
            return yaml.text
        }
        let orders = (1...20).map { "o-\($0)" }
        for order in orders {
            let reply = try gateway.postRudderStack(Samples.purchase(order: order, user: "user-1", anonymous: "anon-1"))
            #expect(reply.status == 200)
        }
        try gateway.restart()
        for order in orders {
            let item = try gateway.postRudderStack(
                Samples.purchase(order: order, user: "user-1", anonymous: "anon-1")
            ).item
            #expect(item.status == "duplicate")
            #expect(item.matchedKey == "message_id")
            #expect(item.eventId == order)
        }
        let next = try gateway.postRudderStack(Samples.purchase(order: "o-21", user: "user-1", anonymous: "anon-1"))
        #expect(try next.item.identityState == "existing")
        let refused = gateway.receiver.requests.count
        isOpen.withLock { $0 = true }
        #expect(gateway.receiver.waitForRequests(refused + 21))
        let entries = try gateway.inspect().entries()
        #expect(entries.map(\.event.eventId) == orders + ["o-21"])
        #expect(entries.allSatisfy { entry in entry.deliveries.map(\.status) == [.delivered] })
    }

    @Test func afterTheDrainBeginsNobodyIsServed() throws {
        let gateway = try GatewayHarness()
        let port = gateway.port
        #expect(try gateway.postRudderStack(Samples.purchase(order: "o-1")).status == 200)
        gateway.stop()
        #expect(throws: RawHTTPError.self) { try RawHTTPClient(port: port) }
    }
}
