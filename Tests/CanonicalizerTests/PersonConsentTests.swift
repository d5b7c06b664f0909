import EventModel
import Testing

@testable import Canonicalizer

/// Reads the consent of an event whose envelope is `text`.
func readConsent(
    _ text: String, source: SourceProfile = personSource(), isPrivate: Bool = false
) throws -> (state: ConsentState, notes: [Note]) {
    let event = try PersonJSON(text)
    var notes = NoteList()
    let state = ConsentReader.read(
        body: event.value, properties: event["properties"], context: event["context"], traits: event["traits"],
        integrations: event["integrations"], source: source,
        transport: personTransport { $0.globalPrivacyControl = isPrivate }, notes: &notes)
    return (state, notes.notes)
}

extension ConsentState {
    /// The four purposes as letters: analytics, ads, user data, personalization; g, d or -.
    var letters: String {
        String(
            ConsentPurpose.allCases.map { purpose -> Character in
                switch self[purpose] {
                case .granted: "g"
                case .denied: "d"
                case .unknown: "-"
                }
            })
    }
}

@Suite struct PersonConsentTests {
    @Test func anEventThatSaysNothingLeavesEverythingUnknown() throws {
        let read = try readConsent(#"{"context": {"page": {}}, "properties": {"value": 1}, "traits": {}}"#)
        #expect(read.state == ConsentState())
        #expect(read.notes.isEmpty)
    }

    // MARK: Answers

    @Test(
        "answers",
        arguments: [
            ("true", "g"), (#""true""#, "g"), (#""GRANTED""#, "g"), (#"" yes ""#, "g"), (#""1""#, "g"), ("1", "g"),
            ("false", "d"), (#""False""#, "d"), (#""denied""#, "d"), (#""no""#, "d"), (#""0""#, "d"), ("0", "d"),
            ("null", "-"), (#""unspecified""#, "-"), (#""NOT_SPECIFIED""#, "-"), (#""pending""#, "-"),
        ])
    func answers(_ value: String, _ letter: String) throws {
        let read = try readConsent(#"{"context": {"consent": {"ad_storage": \#(value)}}}"#)
        #expect(read.state.letters == "-\(letter)--")
        #expect(read.notes.isEmpty)
    }

    @Test(
        "any other answer is a refusal",
        arguments: ["2", "-1", "1.0", #""maybe""#, #""granted!""#, #""""#, #"" ""#, "{}", "[true]", "[]"])
    func malformedAnswers(_ value: String) throws {
        let read = try readConsent(#"{"context": {"consent": {"ad_storage": \#(value)}}}"#)
        #expect(read.state.letters == "-d--")
        #expect(read.notes == [.consentMalformed])
    }

    // MARK: Google

    @Test(
        "Google consent mode is found in its places",
        arguments: [
            #"{"context": {"consent": {"ad_storage": "granted", "ad_user_data": "denied"}}}"#,
            #"{"context": {"google_consent": {"ad_storage": "granted", "ad_user_data": "denied"}}}"#,
            #"{"properties": {"consent": {"ad_storage": "granted", "ad_user_data": "denied"}}}"#,
            #"{"traits": {"consent": {"ad_storage": "granted", "ad_user_data": "denied"}}}"#,
            #"{"context": {"traits": {"consent": {"ad_storage": "granted", "ad_user_data": "denied"}}}}"#,
        ])
    func googlePlaces(_ text: String) throws {
        let read = try readConsent(text)
        #expect(read.state.letters == "-gd-")
        #expect(read.state.sources == ["google_consent_mode"])
    }

    @Test func googleFieldsMapOneToOne() throws {
        let read = try readConsent(
            #"""
            {"context": {"consent": {"analytics_storage": "granted", "ad_storage": "denied",
             "ad_user_data": "granted", "ad_personalization": "denied"}}}
            """#)
        #expect(read.state.letters == "gdgd")
    }

    @Test func rudderStacksGoogleDestinationsBringConsentToo() throws {
        let read = try readConsent(
            #"""
            {"integrations": {"All": true, "Google Adwords Enhanced Conversions":
             {"consents": {"adUserData": "GRANTED", "adPersonalization": "DENIED"}}, "Other": {"consents": 7}}}
            """#)
        #expect(read.state.letters == "--gd")
        #expect(read.notes.isEmpty)
    }

    // MARK: RudderStack

    @Test func rudderStackListsAllowAndDeny() throws {
        let read = try readConsent(
            #"""
            {"context": {"consentManagement": {"provider": "oneTrust", "allowedConsentIds": ["C0002", "custom"],
             "deniedConsentIds": ["C0004", "", null], "resolutionStrategy": "and"}}}
            """#)
        #expect(read.state.letters == "gddd")
        #expect(
            read.state.categories == [
                .init(provider: "onetrust", id: "C0004", answer: .denied),
                .init(provider: "onetrust", id: "C0002", answer: .granted),
                .init(provider: "onetrust", id: "custom", answer: .granted),
            ])
        #expect(read.state.resolutionStrategy == "and")
        #expect(read.state.sources == ["rudderstack"])
        #expect(read.notes.isEmpty)
    }

    @Test func anIdOnBothListsIsDenied() throws {
        let read = try readConsent(
            #"{"context": {"consentManagement": {"allowedConsentIds": ["C0002"], "deniedConsentIds": ["C0002"]}}}"#)
        #expect(read.state.letters == "d---")
        #expect(read.state.categories == [.init(provider: "", id: "C0002", answer: .denied)])
    }

    @Test func allowedIdsMayBeAnObject() throws {
        let read = try readConsent(
            #"{"context": {"consentManagement": {"allowedConsentIds": {"C0002": "Performance", "C0004": "Ads"}}}}"#)
        #expect(read.state.letters == "gggg")
        #expect(read.notes.isEmpty)
    }

    @Test(
        "malformed lists fail closed",
        arguments: [
            (#"{"deniedConsentIds": "C0004"}"#, "-ddd"), (#"{"deniedConsentIds": {"C0004": 1}}"#, "dddd"),
            (#"{"deniedConsentIds": true}"#, "dddd"), (#"{"deniedConsentIds": [{}]}"#, "dddd"),
            (#"{"allowedConsentIds": "C0004"}"#, "dddd"), (#"{"allowedConsentIds": [["C0004"]]}"#, "dddd"),
            (#""C0004""#, "dddd"), ("7", "dddd"), (#"["C0004"]"#, "dddd"), ("false", "dddd"),
        ])
    func malformedLists(_ management: String, _ letters: String) throws {
        let read = try readConsent(#"{"context": {"consentManagement": \#(management)}}"#)
        #expect(read.state.letters == letters)
        #expect(read.notes == [.consentMalformed])
    }

    @Test(
        "nothing is no refusal",
        arguments: ["null", "{}", "[]", #"{"deniedConsentIds": []}"#, #"{"deniedConsentIds": null}"#])
    func emptyLists(_ management: String) throws {
        let read = try readConsent(#"{"context": {"consentManagement": \#(management)}}"#)
        #expect(read.state.letters == "----")
        #expect(read.notes.isEmpty)
    }

    // MARK: Segment

    @Test func segmentStampsCategories() throws {
        let read = try readConsent(
            #"""
            {"context": {"consent": {"categoryPreferences":
             {"Advertising": false, "Analytics": true, "Functional": true, "DataSharing": "yes"}}}}
            """#)
        #expect(read.state.letters == "gddd")
        #expect(read.state.categories.count == 4)
        #expect(read.state.sources == ["segment"])
    }

    @Test(
        "malformed preferences fail closed",
        arguments: [
            (#"{"categoryPreferences": ["Advertising"]}"#, "dddd"), (#"{"categoryPreferences": true}"#, "dddd"),
            (#"{"categoryPreferences": {"Advertising": {}}}"#, "-ddd"),
            (#"{"categoryPreferences": {"x": "??"}}"#, "----"),
            (#""granted""#, "dddd"), ("true", "dddd"), ("[1]", "dddd"),
        ])
    func malformedPreferences(_ consent: String, _ letters: String) throws {
        let read = try readConsent(#"{"context": {"consent": \#(consent)}}"#)
        #expect(read.state.letters == letters)
        #expect(read.notes == [.consentMalformed])
    }

    @Test(
        "categories mean purposes",
        arguments: [
            ("C0001", "----"), ("strictly necessary", "----"), ("C0002", "g---"), ("performance", "g---"),
            ("Analytics", "g---"), ("statistics", "g---"), ("C0003", "----"), ("functional", "----"), ("c0004", "-ggg"),
            ("C0005", "-ggg"), ("Targeting", "-ggg"), ("advertising", "-ggg"), ("marketing", "-ggg"), ("ads", "-ggg"),
            ("ad", "-ggg"), ("Social Media", "-ggg"), ("social_media", "-ggg"), ("DataSharing", "--g-"),
            ("sale", "--g-"), ("sell", "--g-"), ("newsletter", "----"),
        ])
    func categories(_ id: String, _ letters: String) throws {
        let read = try readConsent(#"{"context": {"consent": {"categoryPreferences": {"\#(id)": true}}}}"#)
        #expect(read.state.letters == letters)
        #expect(read.state.categories == [.init(provider: "", id: id, answer: .granted)])
    }

    @Test func anAccountsOwnCategoriesComeFirst() throws {
        let source = personSource {
            $0.consentCategories = ["newsletter": [.adsUserData], "marketing": [.analytics]]
        }
        let text = #"{"context": {"consent": {"categoryPreferences": {"Newsletter": true, "Marketing": false}}}}"#
        #expect(try readConsent(text, source: source).state.letters == "d-g-")
    }

    @Test func categoriesHaveALimitButRefusalsCount() throws {
        let many = (0..<500).map { #""c\#($0)": true"# }.joined(separator: ",")
        let read = try readConsent(
            #"{"context": {"consent": {"categoryPreferences": {\#(many), "analytics": true, "ads": false}}}}"#)
        #expect(read.state.categories.count == ConsentReader.categoryLimit)
        #expect(read.state.letters == "-ddd")
    }

    // MARK: Thin bodies

    @Test(
        "a consent in traits, properties or the body may have any shape",
        arguments: [
            (#"{"marketing": true, "analytics": false, "version": 7}"#, "dggg"),
            (#"{"deniedConsentIds": ["C0004"], "provider": "ketch"}"#, "-ddd"),
            (#"{"categoryPreferences": {"C0002": true}}"#, "g---"), ("true", "gggg"), ("false", "dddd"),
            (#""denied""#, "dddd"), (#""pending""#, "----"), ("null", "----"), ("[]", "----"),
        ])
    func thinBodies(_ consent: String, _ letters: String) throws {
        for text in [
            #"{"traits": {"consent": \#(consent)}}"#, #"{"properties": {"consent": \#(consent)}}"#,
            #"{"consent": \#(consent)}"#,
        ] {
            let read = try readConsent(text)
            #expect(read.state.letters == letters, "\(text)")
            #expect(read.notes.isEmpty)
        }
    }

    // MARK: Conflicts

    @Test func deniedWinsThenGranted() throws {
        let read = try readConsent(
            #"""
            {"context": {"consent": {"ad_storage": "granted", "ad_user_data": "pending",
              "categoryPreferences": {"ads": false}}}, "properties": {"consent": {"analytics_storage": "granted"}},
             "traits": {"consent": {"analytics_storage": null}}}
            """#)
        #expect(read.state.letters == "gddd")
        #expect(read.state.sources == ["segment", "google_consent_mode"])
    }
}
