import EventModel
import Testing

@testable import Canonicalizer

@Suite struct ThinBodyTests {
    private let harness = CanonicalizerHarness()

    @Test("the thinned template's body means what the full envelope means")
    func thinAndFull() throws {
        let properties =
            #"{"order_id":"o-1","revenue":"39.95","currency":"USD","products":[{"sku":"s","price":39.95}]}"#
        let thin = try harness.event(
            #"""
            {"message_id":"m-1","type":"track","event":"Order Completed","sent_at":"2026-04-23T14:12:33Z",
            "anonymous_id":"a-1","user_id":"u-1","traits":null,"properties":\#(properties)}
            """#
        )
        let full = try harness.event(
            #"""
            {"messageId":"m-1","type":"track","event":"Order Completed","timestamp":"2026-04-23T14:12:33Z",
            "anonymousId":"a-1","userId":"u-1","properties":\#(properties)}
            """#
        )
        #expect(thin.name == full.name)
        #expect(thin.eventID == "o-1")
        #expect(thin.businessKey == full.businessKey)
        #expect(thin.occurredAt == full.occurredAt)
        #expect(thin.customData == full.customData)
        #expect(thin.identifiers == full.identifiers)
        #expect(thin.notes.isEmpty)
    }

    @Test("any envelope field may come in snake case")
    func moreFields() throws {
        let event = try harness.event(
            """
            {"message_id":"m","type":"group","user_id":"u","group_id":"g","channel":"server","received_at":"x",
             "context":{"ip":"203.0.113.9"},"context_traits":{"email":"jane@example.com"}}
            """)
        #expect(event.customData.businessID("group_id") == "g")
        #expect(event.actionSource == .system)
        #expect(event.identifiers(.email) == [sha256("jane@example.com")])
    }

    @Test("values that the template had not got are absent")
    func missingValues() throws {
        let event = try harness.event(
            #"""
            {"message_id":"m","type":"page","event":"<no value>","sent_at":"<no value>","anonymous_id":"a",
            "user_id":"<nil>","traits":null,"properties":null}
            """#
        )
        #expect(event.name.text == "page_view")
        #expect(event.userData.externalID == nil)
        #expect(event.notes.notes == [.junkIdentifier])
    }
}
