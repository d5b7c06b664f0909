import EventModel
import Foundation
import Platform
import Storage
import TestSupport
import Testing

/// Consent and routing from a sender's post to what a destination receives, over real sockets and a real store.
@Suite struct ConsentTests {
    /// Two destinations more: one that demands consent, and one that measures.
    private static func yaml(_ port: UInt16, _ more: String = "", relay: String = "") -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.destinationLines = """
              - name: relay
                kind: http
                url: http://127.0.0.1:\(port)/relay
                allow_private_addresses: true
                retry: {attempts: 5, backoff: [50ms]}
            \(relay.isEmpty ? "    consent: {purposes: [ads, ads_user_data]}" : relay)
            \(more)
            """
        return yaml.text
    }

    private static func purchase(_ order: String, consent: String, ids: String = #""userId":"u-1""#) -> String {
        let context = consent.isEmpty ? "" : #""context":{"consent":{\#(consent)}},"#
        return #"{"type":"track","event":"Order Completed","messageId":"m-\#(order)",\#(ids),\#(context)"#
            + #""properties":{"order_id":"\#(order)","revenue":5,"currency":"USD"}}"#
    }

    private static let granted = #""ad_storage":"granted","ad_user_data":"granted""#
    private static let denied = #""ad_storage":"denied""#

    private func explain(_ id: String, _ gateway: GatewayHarness) throws -> String {
        let client = try RawHTTPClient(port: gateway.adminPort)
        try client.send(
            "GET", "/api/explain/\(id)", headers: [("Authorization", "Bearer admin_token_55e1")], body: [])
        return try client.readResponse().text
    }

    private func orders(_ gateway: GatewayHarness, _ path: String) -> [String] {
        gateway.receiver.requests.filter { $0.target == path }.compactMap { request in
            let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
            return body?["event_id"] as? String
        }
    }

    @Test func aDeniedEventGetsNoDeliveryAndExplainSaysWhy() throws {
        let gateway = try GatewayHarness(configuration: { Self.yaml($0) })
        #expect(try gateway.postRudderStack(Self.purchase("o-1", consent: Self.denied)).status == 200)
        #expect(try gateway.postRudderStack(Self.purchase("o-2", consent: "", ids: #""userId":"u-2""#)).status == 200)
        let granted = Self.purchase("o-3", consent: Self.granted, ids: #""userId":"u-3""#)
        #expect(try gateway.postRudderStack(granted).status == 200)
        // The hook gets all three, the relay one.
        #expect(gateway.receiver.waitForRequests(4))
        let refused = try explain("o-1", gateway)
        #expect(
            refused.contains(
                #"{"destination":"relay","verdict":"skipped","reason":"consent_denied:ads","gate":"consent","consent":{"purposes":["#
                    + #"{"purpose":"ads","answer":"denied","from":"event"},{"purpose":"ads_user_data","answer":"unknown","from":"event"}]}}"#
            ))
        #expect(try explain("o-2", gateway).contains(#""reason":"consent_unknown:ads""#))
        #expect(
            try explain("o-3", gateway).contains(
                #"{"destination":"relay","verdict":"queued","consent":{"purposes":[{"purpose":"ads","answer":"granted","from":"event"}"#
            ))
        #expect(orders(gateway, "/relay") == ["o-3"])
        #expect(orders(gateway, "/hook").sorted() == ["o-1", "o-2", "o-3"])

        let entries = try gateway.inspect().entries()
        #expect(
            entries.map { entry in entry.deliveries.map { $0.destination } } == [
                ["hook"], ["hook"], ["hook", "relay"],
            ])
    }

    @Test func aDenialStopsADeliveryThatWaits() throws {
        // The receiver is down for the relay until the person has denied.
        let isOpen = Guarded(false)
        let gateway = try GatewayHarness(
            answer: { $0.target == "/relay" && !isOpen.withLock { $0 } ? .status(503) : .status(200) },
            configuration: { Self.yaml($0).replacingOccurrences(of: "backoff: [50ms]", with: "backoff: [2s]") })
        #expect(try gateway.postRudderStack(Self.purchase("o-1", consent: Self.granted)).status == 200)
        #expect(gateway.receiver.waitForRequests(2))
        let update =
            #"{"type":"track","event":"Segment Consent Preference Updated","messageId":"m-u","userId":"u-1","#
            + #""context":{"consent":{"categoryPreferences":{"Advertising":false}}}}"#
        #expect(try gateway.postRudderStack(update).status == 200)
        isOpen.withLock { $0 = true }
        // The next attempt is due two seconds after the first, and never made.
        let deadline = MonotonicTime.now + .seconds(20)
        var text = ""
        while MonotonicTime.now < deadline {
            text = try explain("o-1", gateway)
            if text.contains(#""status":"dropped""#) { break }
            usleep(50_000)
        }
        #expect(text.contains(#""destination":"relay","status":"dropped","reason":"consent","attempts_made":1,"#))
        #expect(text.contains(#""last_error":"consent_denied:ads (said after the event, or without it)""#))
        #expect(text.contains(#""stored_consent":[{"purpose":"ads","denied":true"#))
        #expect(gateway.receiver.requests.count { $0.target == "/relay" } == 1)
        #expect(!gateway.log.lines.contains { $0.contains("consent_denied") && $0.contains("warning") })
    }

    @Test func aDenialBeforeARestartStopsWhatIsQueued() throws {
        let gateway = try GatewayHarness(
            answer: { $0.target == "/relay" ? .status(503) : .status(200) },
            configuration: { Self.yaml($0).replacingOccurrences(of: "backoff: [50ms]", with: "backoff: [1s]") })
        #expect(try gateway.postRudderStack(Self.purchase("o-1", consent: Self.granted)).status == 200)
        #expect(gateway.receiver.waitForRequests(2))
        #expect(try gateway.postRudderStack(Self.purchase("o-2", consent: Self.denied)).status == 200)
        try gateway.restart()
        #expect(gateway.receiver.waitForRequests(3))
        let deadline = MonotonicTime.now + .seconds(20)
        while MonotonicTime.now < deadline, try !explain("o-1", gateway).contains(#""reason":"consent""#) {
            usleep(50_000)
        }
        #expect(try explain("o-1", gateway).contains(#""reason":"consent""#))
        #expect(gateway.receiver.requests.count { $0.target == "/relay" } == 1)
    }

    @Test func aMergedPersonKeepsADenial() throws {
        let gateway = try GatewayHarness(configuration: {
            Self.yaml($0, relay: "    consent: {purposes: [ads], on_unknown: allow}")
        })
        func post(_ order: String, _ ids: String, _ consent: String = "") throws {
            #expect(try gateway.postRudderStack(Self.purchase(order, consent: consent, ids: ids)).status == 200)
        }
        try post("o-1", #""anonymousId":"a-1""#, Self.denied)
        try post("o-2", #""userId":"u-1""#, Self.granted)
        try post("o-3", #""userId":"u-1","anonymousId":"a-1""#)
        try post("o-4", #""userId":"u-1""#)
        try post("o-5", #""userId":"u-9""#)
        #expect(gateway.receiver.waitForRequests(7))
        #expect(orders(gateway, "/relay").sorted() == ["o-2", "o-5"])
        for order in ["o-3", "o-4"] {
            #expect(try explain(order, gateway).contains(#""answer":"denied","from":"profile""#), "\(order)")
        }
    }

    @Test func aDestinationOfClassAdsObeysEveryGate() throws {
        let gateway = try GatewayHarness(configuration: {
            Self.yaml($0, relay: "    routing: ads\n    domains: [shop.example.com]\n    events: [Purchase, refund]")
        })
        func post(_ message: String, _ event: String, _ properties: String, _ context: String = "", _ more: String = "")
            throws
        {
            let body =
                #"{"type":"track","event":"\#(event)","messageId":"\#(message)","userId":"u-1",\#(more)"context":{"consent":{\#(Self.granted)}\#(context)},"#
                + #""properties":\#(properties)}"#
            #expect(try gateway.postRudderStack(body).status == 200)
        }
        let good = #"{"order_id":"%","revenue":5,"currency":"USD"}"#
        try post("m-1", "Order Completed", good.replacing("%", with: "o-1"))
        try post("m-2", "Lead Submitted", "{}")
        try post("m-3", "Order Completed", #"{"order_id":"o-3"}"#)
        try post("m-4", "Order Completed", good.replacing("%", with: "o-4"), #","isBot":true"#)
        try post(
            "m-5", "Order Completed", good.replacing("%", with: "o-5"), #","page":{"url":"https://evil.example/"}"#)
        try post(
            "m-6", "Order Completed", good.replacing("%", with: "o-6"), "",
            #""integrations":{"All":true,"relay":false},"#)
        try post("m-7", "Order Refunded", #"{"order_id":"o-1","total":5,"currency":"USD"}"#)
        #expect(gateway.receiver.waitForRequests(9))
        var reasons: [String: String] = [:]
        for message in (1...7).map({ "m-\($0)" }) {
            let text = try explain(message, gateway)
            let reason = text.firstRange(of: #""destination":"relay","verdict":"skipped","reason":""#)
            reasons[message] = reason.map { String(text[$0.upperBound...].prefix { $0 != "\"" }) } ?? "sent"
        }
        #expect(
            reasons == [
                "m-1": "sent", "m-2": "allowlist", "m-3": "quality:value", "m-4": "bot", "m-5": "domain",
                "m-6": "integrations_opt_out", "m-7": "sent",
            ])
        #expect(gateway.receiver.requests.count { $0.target == "/relay" } == 2)
    }

    @Test func userDataIsStrippedFromWhatIsSent() throws {
        let gateway = try GatewayHarness(configuration: { Self.yaml($0, relay: "    consent: {purposes: [ads]}") })
        let body =
            #"{"type":"track","event":"Order Completed","messageId":"m-1","userId":"u-1","context":{"ip":"203.0.113.7","#
            + #""traits":{"email":"ada@example.com","firstName":"Ada"},"consent":{"ad_storage":"granted","ad_user_data":"denied"}},"#
            + #""properties":{"order_id":"o-1","revenue":5,"currency":"USD","gclid":"click-1","email":"ada@example.com"}}"#
        #expect(try gateway.postRudderStack(body).status == 200)
        #expect(gateway.receiver.waitForRequests(2))
        let sent = gateway.receiver.requests
        let hook = try #require(sent.first { $0.target == "/hook" }).text
        let relay = try #require(sent.first { $0.target == "/relay" }).text
        #expect(hook.contains("email_hash"))
        for personal in ["_hash\":\"", "u-1", "203.0.113.7", "identity\":{", "prf_"] {
            #expect(!relay.contains(personal), "\(personal)")
        }
        #expect(relay.contains("click-1"))
        #expect(relay.contains(#""event_id":"o-1""#))
    }

    @Test func parityDecidesAsTheVendor() throws {
        let gateway = try GatewayHarness(configuration: {
            Self.yaml($0, relay: "    consent_mode: rudderstack\n    consent: {provider: oneTrust, categories: [C4]}")
        })
        func post(_ order: String, _ management: String) throws {
            let body =
                #"{"type":"track","event":"Order Completed","messageId":"m-\#(order)","userId":"u-1","#
                + #""context":{"consentManagement":\#(management)},"properties":{"order_id":"\#(order)","revenue":5}}"#
            #expect(try gateway.postRudderStack(body).status == 200)
        }
        try post("o-1", #"{"provider":"oneTrust","deniedConsentIds":["C4"]}"#)
        // Malformed: the gateway refuses such a thing, RudderStack delivers it.
        try post("o-2", #"{"provider":"oneTrust","deniedConsentIds":"C4"}"#)
        try post("o-3", #"{"provider":"oneTrust","deniedConsentIds":["C2"]}"#)
        #expect(gateway.receiver.waitForRequests(5))
        #expect(orders(gateway, "/relay").sorted() == ["o-2", "o-3"])
        #expect(try explain("o-1", gateway).contains(#""reason":"consent_denied:category:C4""#))
    }
}
