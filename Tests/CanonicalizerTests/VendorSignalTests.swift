import EventModel
import Testing

@testable import Canonicalizer

/// What the vendors would see of an envelope, and whom its sender refuses.
@Suite struct VendorSignalTests {
    private func signals(_ context: String) throws -> [VendorSignal] {
        let event = try PersonJSON(#"{"context": \#(context)}"#)
        var notes = NoteList()
        return ConsentReader.read(
            body: event.value, properties: nil, context: event["context"], traits: nil, integrations: nil,
            source: personSource(), transport: personTransport(), notes: &notes
        ).vendorSignals
    }

    @Test(
        arguments: [
            (#"{"deniedConsentIds": ["a", " b ", "", null]}"#, RudderStackConsent(deniedIDs: ["a", "b"])),
            (
                #"{"provider": "oneTrust", "resolutionStrategy": "or", "deniedConsentIds": ["a"], "allowedConsentIds": 7}"#,
                RudderStackConsent(provider: "oneTrust", deniedIDs: ["a"], resolutionStrategy: "or")
            ),
            (#"{"provider": "custom"}"#, RudderStackConsent(provider: "custom")),
            (#"{"deniedConsentIds": []}"#, RudderStackConsent()),
            (#"{"deniedConsentIds": "a"}"#, RudderStackConsent()),
            (#"{"deniedConsentIds": {"a": true}}"#, RudderStackConsent()),
            (#"{"deniedConsentIds": ["a", 4]}"#, RudderStackConsent()),
            (#"{"provider": 4, "deniedConsentIds": ["a"]}"#, RudderStackConsent()),
            ("[]", RudderStackConsent()),
        ])
    func rudderStackTakesDeniedIDsOrNothing(_ management: String, _ expected: RudderStackConsent) throws {
        #expect(try signals(#"{"consentManagement": \#(management)}"#) == [.rudderstack(expected)])
    }

    @Test(
        arguments: [
            (#"{"categoryPreferences": {"a": true, "b": false, "c": "true", "d": 1}}"#, ["a"]),
            (#"{"categoryPreferences": {}}"#, []), ("{}", []), (#"{"categoryPreferences": []}"#, []),
        ])
    func segmentTakesTrueAlone(_ consent: String, _ granted: [String]) throws {
        #expect(try signals(#"{"consent": \#(consent)}"#) == [.segment(SegmentConsent(grantedIDs: granted))])
    }

    @Test(arguments: ["{}", #"{"consent": null}"#, #"{"consentManagement": null}"#, #"{"consent": "yes"}"#])
    func noSignalWithoutAnObject(_ context: String) throws {
        #expect(try signals(context).isEmpty)
    }

    @Test(
        arguments: [
            (#"{"All": true}"#, IntegrationChoices(), IntegrationChoices()),
            ("{}", IntegrationChoices(), IntegrationChoices()),
            ("[]", IntegrationChoices(), IntegrationChoices()),
            (#"{"All": true, "Mixpanel": true}"#, IntegrationChoices(), IntegrationChoices()),
            (#"{"All": false}"#, IntegrationChoices(refusesOthers: true), IntegrationChoices()),
            (
                #"{"All": false, "Meta": true, "X": {"a": 1}, "Y": "no"}"#,
                IntegrationChoices(refusesOthers: true, allowed: ["meta", "x"]), IntegrationChoices()
            ),
            (
                #"{"All": true, "Facebook Pixel": false}"#, IntegrationChoices(refused: ["facebookpixel"]),
                IntegrationChoices(refused: ["facebookpixel"])
            ),
        ])
    func sendersRefuse(_ text: String, native: IntegrationChoices, webhook: IntegrationChoices) throws {
        let value = try PersonJSON(text)
        #expect(IntegrationChoices(reading: value.value, from: .native) == native)
        #expect(IntegrationChoices(reading: value.value, from: .trackstack) == native)
        #expect(IntegrationChoices(reading: value.value, from: .rudderstack) == webhook)
        #expect(IntegrationChoices(reading: value.value, from: .segment) == webhook)
    }
}
