import Crypto
import EventModel
import Testing

@testable import Canonicalizer

@Suite struct EventIdentityTests {
    private let harness = CanonicalizerHarness()

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var event: String
        var properties: String
        var eventID: String
        var source: String
        var key: String?
        var notes: [Note] = []
        var testDescription: String { name }
    }

    @Test(
        "event ids and business keys",
        arguments: [
            Case(
                name: "an order id is verbatim", event: "Order Completed", properties: #"{"order_id":"Order_12345"}"#,
                eventID: "Order_12345", source: "order_id", key: "order_id:Order_12345"),
            Case(
                name: "a number keeps its digits", event: "Order Completed", properties: #"{"orderId":1001}"#,
                eventID: "1001", source: "order_id", key: "order_id:1001"),
            Case(
                name: "a number that lost digits names nothing", event: "Order Completed",
                properties: #"{"order_id":1.0e20}"#, eventID: "m-1", source: "message_id",
                notes: [.numericIDLossy, .businessIDMissing]),
            Case(
                name: "transaction_id is an order id", event: "Order Completed",
                properties: #"{"transactionId":"t"}"#, eventID: "t", source: "order_id", key: "order_id:t"),
            Case(
                name: "order_id is preferred", event: "Order Completed",
                properties: #"{"transaction_id":"t","orderID":"x","order_id":"o"}"#, eventID: "o", source: "order_id",
                key: "order_id:o"),
            Case(
                name: "id is a purchase's order id", event: "Order Completed", properties: #"{"id":"o"}"#,
                eventID: "o", source: "order_id", key: "order_id:o"),
            Case(
                name: "id is nothing elsewhere", event: "Lead Submitted", properties: #"{"id":"l"}"#, eventID: "m-1",
                source: "message_id", notes: [.businessIDMissing]),
            Case(
                name: "an explicit event id comes first", event: "Order Completed",
                properties: #"{"order_id":"o","event_id":"e"}"#, eventID: "e", source: "event_id", key: "order_id:o"),
            Case(
                name: "and stands for a business id that is missing", event: "Order Completed",
                properties: #"{"event_id":"e"}"#, eventID: "e", source: "event_id"),
            Case(
                name: "in camel case too", event: "Product Viewed", properties: #"{"eventId":"e"}"#, eventID: "e",
                source: "event_id"),
            Case(
                name: "junk is no explicit event id", event: "Product Viewed", properties: #"{"eventId":"null"}"#,
                eventID: "m-1", source: "message_id", notes: [.junkIdentifier]),
            Case(
                name: "a checkout without checkout id goes by its order", event: "Checkout Started",
                properties: #"{"order_id":"o","cart_id":"c"}"#, eventID: "o", source: "order_id", key: "order_id:o"),
            Case(
                name: "or by its token", event: "Checkout Started",
                properties: #"{"order_id":"o","checkout_token":"k"}"#, eventID: "k", source: "checkout_id",
                key: "checkout_id:k"),
            Case(
                name: "a signup goes by its user", event: "Signed Up", properties: "{}", eventID: "u-1",
                source: "user_id", key: "user_id:u-1"),
            Case(
                name: "a key that is no event id", event: "Demo Booked", properties: #"{"meeting_id":"x"}"#,
                eventID: "m-1", source: "message_id", key: "meeting_id:x"),
            Case(
                name: "a composite needs all its parts", event: "Plan Upgraded",
                properties: #"{"subscription_id":"s"}"#, eventID: "m-1", source: "message_id"),
            Case(
                name: "a composite", event: "Plan Upgraded", properties: #"{"subscription_id":"s","plan_id":"pro"}"#,
                eventID: "m-1", source: "message_id", key: "subscription_id+plan_id:s+pro"),
            Case(
                name: "a renewal by invoice", event: "Subscription Renewed",
                properties: #"{"subscription_id":"s","invoice_id":"i","period":"2026-04"}"#, eventID: "i",
                source: "invoice_id", key: "invoice_id:i"),
            Case(
                name: "a renewal is never known by its subscription alone", event: "Subscription Renewed",
                properties: #"{"subscription_id":"s"}"#, eventID: "m-1", source: "message_id"),
            Case(
                name: "a step with a number", event: "Checkout Step Viewed",
                properties: #"{"checkout_id":"c","step":2}"#, eventID: "m-1", source: "message_id",
                key: "checkout_id+step:c+2"),
            Case(
                name: "a chat message's own id", event: "Live Chat Message Sent",
                properties: #"{"message_id":"chat-9"}"#, eventID: "m-1", source: "message_id",
                key: "properties.message_id:chat-9"),
            Case(
                name: "an order update counts by message", event: "Order Updated", properties: #"{"order_id":"o"}"#,
                eventID: "m-1", source: "message_id", key: "order_id+message_id:o+m-1"),
            Case(
                name: "a refund by its own id", event: "Order Refunded",
                properties: #"{"order_id":"o","refund_id":"r"}"#, eventID: "r", source: "refund_id",
                key: "refund_id:r"),
            Case(
                name: "an unregistered event has no business id", event: "Video Liked",
                properties: #"{"order_id":"o"}"#, eventID: "m-1", source: "message_id"),
            Case(
                name: "an id that is an address is hashed", event: "Lead Submitted",
                properties: #"{"lead_id":"Jane@Example.com"}"#, eventID: sha256("jane@example.com"), source: "lead_id",
                key: "lead_id:" + sha256("jane@example.com"), notes: [.personalDataHashed]),
        ])
    func ids(_ c: Case) throws {
        let event = try harness.track(c.event, c.properties)
        #expect(event.eventID == c.eventID)
        #expect(event.eventIDSource == c.source)
        #expect(event.businessKey == c.key)
        #expect(event.notes.notes == c.notes)
    }

    @Test("partial refunds of one order have one key only if their content is the same")
    func partialRefunds() throws {
        let refund = { (properties: String) in
            try harness.track("Order Refunded", #"{"order_id":"o","currency":"USD",\#(properties)}"#)
        }
        let first = try refund(#""total":5"#)
        #expect(first.eventID == "m-1")
        #expect(first.notes.notes == [.refundIDMissing])
        #expect(first.businessKey?.hasPrefix("order_id:o+") == true)
        #expect(try refund(#""total":"5.00""#).businessKey == first.businessKey)
        #expect(try refund(#""total":6"#).businessKey != first.businessKey)
        #expect(try refund(#""total":5,"products":[{"product_id":"a","price":5}]"#).businessKey != first.businessKey)
    }

    @Test("a strict source refuses what lacks its business id")
    func strict() throws {
        let harness = CanonicalizerHarness { $0.requiresBusinessID = true }
        let rejection = try harness.rejection(CanonicalizerHarness.trackText("Order Completed"))
        #expect(rejection?.code == .businessIDMissing)
        #expect(rejection?.field == "properties.order_id")
        #expect(try harness.rejection(CanonicalizerHarness.trackText("Product Viewed")) == nil)
        #expect(try harness.track("Order Completed", #"{"event_id":"e"}"#).eventID == "e")
    }

    @Test("the event's business ids are kept under their canonical names")
    func keptIDs() throws {
        let event = try harness.event(
            #"""
            {"type":"track","messageId":"m","userId":"u","groupId":7,"event":"Order Completed",
            "properties":{"orderId":"o","cartId":"c","step":1,"period":"x"}}
            """#
        )
        #expect(
            Set(event.customData.businessIDs.map { "\($0.name)=\($0.value)" }) == [
                "order_id=o", "cart_id=c", "group_id=7",
            ])
    }

    @Test("context may carry the event id and the group")
    func fromContext() throws {
        let event = try harness.track("E", "{}", #","context":{"event_id":"e","groupId":"g"}"#)
        #expect(event.eventID == "e")
        #expect(event.customData.businessID("group_id") == "g")
    }
}

@Suite struct IdentifierTests {
    private let harness = CanonicalizerHarness()

    @Test("identifiers come strongest first, each once")
    func order() throws {
        let event = try harness.event(
            """
            {"type":"identify","messageId":"m","anonymousId":"a-1","userId":"u-1",
             "context":{"traits":{"email":"Jane@Example.com","crm_id":"c-9","loyaltyId":5},
                        "externalId":[{"type":"brazeExternalId","id":"b-1"},{"type":"brazeExternalId","id":"b-1"}],
                        "device":{"id":"d-1"}},
             "traits":{"customer_id":"k-1","crm_id":"c-9"}}
            """)
        let found = event.identifiers.map { "\($0.type.name)=\($0.value)" }
        #expect(
            found == [
                "user_id=u-1", "email=\(sha256("jane@example.com"))", "crm_id=c-9", "loyalty_id=5", "customer_id=k-1",
                "external.brazeExternalId=b-1", "anonymous_id=a-1", "device_id=d-1",
            ])
        for identifier in event.identifiers {
            let again = Identifier(identifier.type, identifier.value, in: CanonicalizerHarness.tenant, hasher: SHA256())
            #expect(identifier.node == again.node)
        }
    }

    @Test("a user id that is an address is hashed and counts as one")
    func addressAsUserID() throws {
        let event = try harness.event(#"{"type":"track","messageId":"m","userId":"Jane@Example.com","event":"E"}"#)
        let hash = sha256("jane@example.com")
        #expect(event.userData.externalID == hash)
        #expect(event.identifiers(.userID) == [hash])
        #expect(event.identifiers(.email) == [hash])
        #expect(event.notes.notes == [.userIDIsEmail])
    }

    @Test("an alias joins the user with the id before, whichever kind that was")
    func alias() throws {
        let other = try harness.event(#"{"type":"alias","messageId":"m","userId":"new","previousId":"old"}"#)
        #expect(Set(other.identifiers(.userID)) == ["new", "old"])
        #expect(other.identifiers(.anonymousID) == ["old"])
        let own = try harness.event(
            #"{"type":"alias","messageId":"m","userId":"new","previousId":"anon","anonymousId":"anon"}"#)
        #expect(own.identifiers(.userID) == ["new"])
        #expect(own.identifiers(.anonymousID) == ["anon"])
    }

    @Test("a merge call joins all its pairs")
    func merge() throws {
        let event = try harness.event(
            """
            {"type":"merge","messageId":"m","mergeProperties":[{"type":"email","value":"Jane@Example.com"},
             {"type":"phone","value":"+44 20 7946 0018"},{"type":"user_id","value":"u-1"},
             {"type":"anonymousId","value":"a-1"},{"type":"crm_id","value":12},{"type":"Loyalty Card","value":"77"},
             {"type":"email","value":"nobody"},{"type":"x"},{"value":"y"},null,5]}
            """)
        #expect(event.name.text == "identity_link")
        let found = event.identifiers.map { "\($0.type.name)=\($0.value)" }
        #expect(
            found == [
                "user_id=u-1", "email=\(sha256("jane@example.com"))", "phone=\(sha256("442079460018"))", "crm_id=12",
                "external.Loyalty Card=77", "anonymous_id=a-1",
            ])
    }

    @Test(
        "blocked values identify nobody",
        arguments: ["000000", "---", "0-0-0", sha256("undefined"), sha256("null"), sha256(""), sha256("0000")])
    func blocked(_ value: String) throws {
        let event = try harness.event(
            #"{"type":"track","messageId":"m","userId":"\#(value)","anonymousId":"a-1","event":"E"}"#)
        #expect(event.identifiers.map(\.type) == [.anonymousID])
    }

    @Test("configured addresses identify nobody, plain or as user id")
    func blockedEmails() throws {
        let harness = CanonicalizerHarness { $0.blockedEmails = ["test@test.com"] }
        let event = try harness.event(
            #"""
            {"type":"track","messageId":"m","anonymousId":"a","event":"E",
            "context":{"traits":{"email":"Test@test.com"}}}
            """#
        )
        #expect(event.identifiers.map(\.type) == [.anonymousID])
        let user = try harness.event(
            #"{"type":"track","messageId":"m","userId":"TEST@test.com","anonymousId":"a","event":"E"}"#)
        #expect(user.identifiers.map(\.type) == [.anonymousID])
    }

    @Test("a group's traits say nothing about the person")
    func groupTraits() throws {
        let event = try harness.event(
            #"{"type":"group","messageId":"m","userId":"u","groupId":"g","traits":{"crm_id":"company-crm"}}"#)
        #expect(event.identifiers.map(\.type) == [.userID])
    }

    @Test("an event has at most 100 identifiers")
    func limit() throws {
        let pairs = (0..<300).map { #"{"type":"card","value":"c\#($0)"}"# }.joined(separator: ",")
        let event = try harness.event(
            #"{"type":"merge","messageId":"m","userId":"u","mergeProperties":[\#(pairs)]}"#)
        #expect(event.identifiers.count == 100)
        #expect(event.identifiers.first?.type == .userID)
    }

    @Test("no plain address is kept where a name or an id is")
    func noPlainAddress() throws {
        let event = try harness.event(
            #"""
            {"type":"track","messageId":"m","userId":"jane@example.com","anonymousId":"joe@example.com",
            "groupId":"ann@example.com","event":"Mail jane@example.com, now"}
            """#
        )
        #expect(event.userData.anonymousID == sha256("joe@example.com"))
        #expect(event.customData.businessID("group_id") == sha256("ann@example.com"))
        #expect(event.sourceEvent == "Mail [removed], now")
        #expect(!event.name.text.contains("@"))
    }
}
