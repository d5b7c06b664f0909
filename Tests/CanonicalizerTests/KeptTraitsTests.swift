import EventModel
import Testing

/// What an event keeps of the traits in its context: filters, segments and templates ask for them.
@Suite struct KeptTraitsTests {
    private func context(_ traits: String, more: String = "", type: String = "track") throws -> String {
        let text =
            #"{"type":"\#(type)","event":"Order Completed","messageId":"m-1","userId":"u-1","#
            + #""context":{\#(more)"traits":\#(traits)},"properties":{"order_id":"1"}}"#
        return String(decoding: try CanonicalizerHarness().event(text).context, as: UTF8.self)
    }

    @Test(
        arguments: [
            (#"{"plan":"gold","score":7}"#, #"{"traits":{"plan":"gold","score":7}}"#),
            (
                #"{"plan":"gold","email":"ada@example.com","name":"Ada","phone":"+4930123456"}"#,
                #"{"traits":{"plan":"gold"}}"#
            ),
            (#"{"email":"ada@example.com"}"#, "{}"), ("{}", "{}"),
            (
                #"{"segments":["vip"],"company":{"plan":"ent"}}"#,
                #"{"traits":{"segments":["vip"],"company":{"plan":"ent"}}}"#
            ),
        ])
    func whatIsNoPersonalDataStays(_ traits: String, _ kept: String) throws {
        #expect(try context(traits) == kept)
    }

    @Test func theRestOfTheContextStaysAsItWas() throws {
        #expect(
            try context(#"{"plan":"gold"}"#, more: #""locale":"en-US","#)
                == #"{"locale":"en-US","traits":{"plan":"gold"}}"#)
    }

    @Test func anAddressUnderAnotherNameIsHashed() throws {
        let kept = try context(#"{"contact":"ada@example.com"}"#)
        #expect(!kept.contains("ada"))
        #expect(kept.contains(#"{"traits":{"contact":""#))
    }

    @Test func anIdentifyCallHasThemAmongItsPropertiesAlone() throws {
        let text =
            #"{"type":"identify","messageId":"m-1","userId":"u-1","context":{"traits":{"plan":"gold"}}}"#
        let event = try CanonicalizerHarness().event(text)
        #expect(String(decoding: event.properties, as: UTF8.self) == #"{"plan":"gold"}"#)
        #expect(String(decoding: event.context, as: UTF8.self) == "{}")
    }
}
