import Crypto
import EventModel
import JSON
import Testing

@testable import Canonicalizer

/// What senders do to names, places and values, and must not cost them anything: one rule a test.
@Suite struct MessySenderTests {
    private let harness = CanonicalizerHarness()

    private func sha(_ text: String) -> String { SHA256.digest(of: text).hex }

    // MARK: - Persons

    @Test("what the traits leave out is looked for in the properties, whatever they say (4.3)")
    func personInProperties() throws {
        let event = try harness.track(
            "Order Completed",
            #"{"first_name":"Jane","shipping_address":{"city":"Paris","country":"FR","zip":"75001"}}"#,
            #","context":{"traits":{"email":"jane@example.com","phone":"06 12 34 56 78"}}"#)
        #expect(event.userData[.firstName]?.hex == sha("jane"))
        #expect(event.userData.country == "fr" && event.userData.postalCode == "75001")
        #expect(event.userData[.phone]?.hex == sha("33612345678"), "the address says where the number is from")
    }

    @Test(
        "of an array the first good value counts",
        arguments: [#"["nope","b@example.com"]"#, #"[null,7,"b@example.com"]"#])
    func arrays(_ list: String) throws {
        let event = try harness.track("E", "{}", #","context":{"traits":{"email":\#(list)}}"#)
        #expect(event.userData[.email]?.hex == sha("b@example.com"))
        let two = try harness.track("E", "{}", #","traits":{"email":["a@example.com","b@example.com"]}"#)
        #expect(two.userData[.email]?.hex == sha("a@example.com"))
    }

    @Test(
        "an id that is somebody's address or number is kept as its hash",
        arguments: [
            ("jane%40example.com", "jane@example.com", "email"),
            ("Jane <jane@example.com>", "jane@example.com", "email"),
            ("mailto:jane@example.com", "jane@example.com", "email"), ("+49 176 12345678", "4917612345678", "phone"),
        ])
    func plainUserIDs(_ id: String, _ hashed: String, _ type: String) throws {
        let event = try harness.event(#"{"type":"page","messageId":"m","userId":"\#(id)"}"#)
        #expect(event.userData.externalID == sha(hashed))
        #expect(
            event.identifiers.map { "\($0.type.name) \($0.value)" } == [
                "user_id \(sha(hashed))", "\(type) \(sha(hashed))",
            ])
    }

    @Test("a plus, a percent sign or a bracket alone makes no address", arguments: ["+1", "50%40", "a<b>", "A+B"])
    func harmlessUserIDs(_ id: String) throws {
        let event = try harness.event(#"{"type":"page","messageId":"m","userId":"\#(id)"}"#)
        #expect(event.userData.externalID == id)
    }

    @Test("the pairs of a merge are normalized as those of persons are (identity, rule 1)")
    func mergePairs() throws {
        let german = CanonicalizerHarness { $0.defaultCountry = "DE" }
        func merged(_ type: String, _ value: String) throws -> (identifiers: [String], notes: [Note]) {
            let event = try german.event(
                #"{"type":"merge","messageId":"m","mergeProperties":[{"type":"user_id","value":"u"},"#
                    + #"{"type":"\#(type)","value":"\#(value)"}]}"#)
            return (event.identifiers.map(\.value), event.notes.notes)
        }
        for number in ["+49 (0)176 12345678", "0176 12345678", "0049 176 12345678", "tel:+4917612345678 ext 5"] {
            #expect(try merged("phone", number).identifiers == ["u", sha("4917612345678")], "\(number)")
        }
        for address in ["ada@example.com", "Ada@Example.com", "Ada <ada@example.com>", "mailto:ada@example.com"] {
            #expect(try merged("email", address).identifiers == ["u", sha("ada@example.com")], "\(address)")
        }
        let hash = sha("x")
        #expect(try merged("phone", hash.uppercased()).identifiers == ["u", hash])
        #expect(try merged("phone", "12").notes.contains(.phoneInvalid))
        #expect(try merged("email", "nobody").notes.contains(.emailInvalid))
    }

    // MARK: - Ids

    @Test(
        "an id that says nothing does not hide its other spelling (6.2, row 78)",
        arguments: [
            (#"{"order_id":"","transaction_id":"T","revenue":1,"currency":"EUR"}"#, "T"),
            (#"{"order_id":"undefined","transaction_id":"T","revenue":1,"currency":"EUR"}"#, "T"),
            (#"{"transaction_id":"T","order_id":"null","revenue":1,"currency":"EUR"}"#, "T"),
            (#"{"order_id":"O","transaction_id":"T","revenue":1,"currency":"EUR"}"#, "O"),
            (#"{"event_id":"undefined","order_id":"O"}"#, "CE"),
        ])
    func junkAndAlias(_ properties: String, _ id: String) throws {
        let more = id == "CE" ? #","context":{"event_id":"CE"}"# : ""
        #expect(try harness.track("Order Completed", properties, more).eventID == id)
    }

    @Test func aUserIDThatSaysNothingDoesNotHideItsOtherSpelling() throws {
        let event = try harness.event(#"{"type":"page","messageId":"m","userId":"null","user_id":"real"}"#)
        #expect(event.userData.externalID == "real")
    }

    // MARK: - Names in other capitals (2.3)

    @Test func clickIDsAreFoundInAnyCapitals() throws {
        let event = try harness.track("E", #"{"GCLID":"Cj0K","FBP":"fb.1.1776000000000.1234567890"}"#)
        #expect(event.userData[ClickIDKind.gclid] == "Cj0K")
        #expect(event.userData[ClickIDKind.fbp] == "fb.1.1776000000000.1234567890")
    }

    @Test(
        "a refusal is heard in any capitals",
        arguments: [
            (#"{"properties":{"Consent":{"ad_storage":"denied"}}}"#, "-d--"),
            (#"{"context":{"consent":{"AD_STORAGE":"denied"}}}"#, "-d--"),
            (#"{"context":{"Consent":{"Ad_User_Data":false}}}"#, "--d-"),
            (#"{"integrations":{"Google Analytics 4 (GA4)":{"consents":{"ad_user_data":"DENIED"}}}}"#, "--d-"),
            (#"{"integrations":{"GA4":{"consents":{"ad_personalization":"DENIED"}}}}"#, "---d"),
            (#"{"integrations":{"Google Ads":{"consents":{"adUserData":"UNKNOWN"}}}}"#, "----"),
        ])
    func consent(_ text: String, _ letters: String) throws {
        let read = try readConsent(text)
        #expect(read.state.letters == letters)
        #expect(!read.notes.contains(.consentMalformed))
    }

    @Test(
        "what a batch says of consent counts beside an item's own context (1.7)",
        arguments: [
            ("null", "-d--"), (#"{"library":{"name":"x"}}"#, "-d--"), ("[]", "-d--"),
            (#"{"consent":{"ad_storage":"granted","analytics_storage":"granted"}}"#, "gd--"),
        ])
    func batchConsent(_ context: String, _ letters: String) throws {
        let batch =
            #"{"context":{"consent":{"ad_storage":"denied"}},"batch":[{"type":"page","messageId":"m","userId":"u","context":"#
        let root = try harness.document.parse(batch + context + "}]}")
        var envelope = Envelope(body: try #require(root[name: "batch"]?.elements.first { _ in true }))
        envelope.batchContext = root[name: "context"]
        let event = try harness.canonicalizer.canonicalize(envelope, harness.transport).get()
        #expect(event.consent.letters == letters)
        #expect(event.consent.sources == ["google_consent_mode"])
    }

    @Test func optingOutIsHeardInAnyCapitals() throws {
        #expect(try readConsent(#"{"properties":{"Opt_Out":true}}"#).state.optOut == true)
    }

    @Test(arguments: [#"{"location":{"country":"DE"}}"#, #"{"geo":{"country":"Germany"}}"#])
    func theCountryOfThePlaceCountsForConsent(_ context: String) throws {
        let event = try harness.track("E", "{}", #","context":\#(context)"#)
        #expect(event.consent.country == "de" && event.userData.country == nil)
        let french = try harness.track("E", "{}", #","context":\#(context),"traits":{"address":{"country":"FR"}}"#)
        #expect(french.userData.country == "fr" && french.consent.country == nil)
    }

    // MARK: - The rest

    @Test(arguments: ["query", "search_string", "search_term"])
    func whatWasSearchedFor(_ name: String) throws {
        #expect(try harness.track("Products Searched", #"{"\#(name)":"boots"}"#).customData.searchQuery == "boots")
    }

    @Test(
        "card data goes under any name that says card (row 84)",
        arguments: [
            "cardnum", "card_id", "card_number_raw", "cardNumberFull", "card_details", "creditcardinfo", "cardpan",
            "cc_info",
            "primary_account_number", "pan_number",
        ])
    func cardNumbers(_ name: String) throws {
        let number = "4111 1111 1111 1111"
        let event = try harness.track("E", #"{"\#(name)":"\#(number)","order_number":"4111111111111111"}"#)
        let kept = String(decoding: event.properties, as: UTF8.self)
        #expect(!kept.contains(number) && kept.contains("4111111111111111"), "\(kept)")
        #expect(event.notes.notes.contains(.cardDataRemoved))
        #expect(try harness.track("E", #"{"\#(name)":"gold"}"#).properties == Array(#"{"\#(name)":"gold"}"#.utf8))
    }

    @Test(arguments: ["cvv_value", "cardcvv", "cardcvc", "ccv", "card_verification_value", "cvv2"])
    func checkNumbers(_ name: String) throws {
        let event = try harness.track("E", #"{"\#(name)":"123","discard_reason":"123"}"#)
        #expect(!String(decoding: event.properties, as: UTF8.self).contains(#""\#(name)":"123""#))
        #expect(String(decoding: event.properties, as: UTF8.self).contains(#""discard_reason":"123""#))
    }
}
