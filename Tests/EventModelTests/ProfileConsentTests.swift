import EventModel
import JSON
import Platform
import Testing

/// What is kept of what people say, and what is read back.
@Suite struct ProfileConsentTests {
    private func said(_ answers: [ConsentPurpose: ConsentAnswer], at time: Int64) -> ProfileConsent {
        var state = ConsentState()
        for (purpose, answer) in answers { state[purpose] = answer }
        return ProfileConsent(state, saidAt: Timestamp(milliseconds: time)) ?? ProfileConsent()
    }

    @Test func anEventThatAnswersNothingIsNotKept() {
        #expect(ProfileConsent(ConsentState(), saidAt: Timestamp(milliseconds: 1)) == nil)
        var state = ConsentState()
        state.categories = [ConsentState.Category(provider: "", id: "C4", answer: .unknown)]
        #expect(ProfileConsent(state, saidAt: Timestamp(milliseconds: 1)) == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var old: (ConsentAnswer, Int64)
        var new: (ConsentAnswer, Int64)
        var applied: ConsentAnswer
        var merged: ConsentAnswer
        var isWritten: Bool

        init(
            _ name: String, _ old: (ConsentAnswer, Int64), _ new: (ConsentAnswer, Int64), applied: ConsentAnswer,
            merged: ConsentAnswer, isWritten: Bool
        ) {
            testDescription = name
            self.old = old
            self.new = new
            self.applied = applied
            self.merged = merged
            self.isWritten = isWritten
        }
    }

    static let cases = [
        Case("a later denial", (.granted, 1), (.denied, 2), applied: .denied, merged: .denied, isWritten: true),
        Case("an earlier denial", (.granted, 2), (.denied, 1), applied: .granted, merged: .denied, isWritten: false),
        Case(
            "a denial of the same time", (.granted, 1), (.denied, 1), applied: .denied, merged: .denied, isWritten: true
        ),
        Case("a later grant", (.denied, 1), (.granted, 2), applied: .granted, merged: .denied, isWritten: true),
        Case("an earlier grant", (.denied, 2), (.granted, 1), applied: .denied, merged: .denied, isWritten: false),
        Case(
            "a grant of the same time", (.denied, 1), (.granted, 1), applied: .denied, merged: .denied, isWritten: false
        ),
        Case("a grant again", (.granted, 1), (.granted, 2), applied: .granted, merged: .granted, isWritten: false),
        Case("a denial again", (.denied, 1), (.denied, 2), applied: .denied, merged: .denied, isWritten: true),
    ]

    @Test("two answers for one purpose", arguments: cases)
    func answers(_ c: Case) {
        var applied = said([.ads: c.old.0], at: c.old.1)
        let isWritten = applied.apply(said([.ads: c.new.0], at: c.new.1))
        #expect(isWritten == c.isWritten)
        #expect(applied[.ads]?.isDenied == (c.applied == .denied))
        var merged = said([.ads: c.old.0], at: c.old.1)
        _ = merged.merge(said([.ads: c.new.0], at: c.new.1))
        #expect(merged[.ads]?.isDenied == (c.merged == .denied))
        var other = said([.ads: c.new.0], at: c.new.1)
        _ = other.merge(said([.ads: c.old.0], at: c.old.1))
        #expect(merged == other, "who took in whom makes no difference")
    }

    @Test func aDenialThatIsSaidAgainCannotBeTakenBackByAnEventInBetween() {
        var consent = said([.ads: .denied], at: 1)
        _ = consent.apply(said([.ads: .denied], at: 9))
        _ = consent.apply(said([.ads: .granted], at: 5))
        #expect(consent[.ads]?.isDenied == true)
    }

    @Test func purposesAreKeptApart() {
        var consent = said([.ads: .denied], at: 1)
        let isChanged = consent.apply(said([.analytics: .granted], at: 2))
        #expect(isChanged)
        #expect(consent[.ads]?.isDenied == true)
        #expect(consent[.analytics]?.isDenied == false)
        #expect(consent[.adsUserData] == nil)
    }

    @Test func categoriesHaveALimitButDenialsFindAPlace() {
        var consent = ProfileConsent()
        for number in 0..<200 {
            var state = ConsentState()
            state.categories = [
                ConsentState.Category(provider: "p", id: "c\(number)", answer: number < 128 ? .granted : .denied)
            ]
            if let one = ProfileConsent(state, saidAt: Timestamp(milliseconds: 1)) { _ = consent.apply(one) }
        }
        #expect(consent.categories.count == ProfileConsent.categoryLimit)
        #expect(consent.categories.count { $0.isDenied } == 72)
    }

    @Test func aStoredStateDecidesAsTheOneThatWasStored() throws {
        var state = ConsentState()
        state.ads = .granted
        state.adsUserData = .denied
        state.categories = [
            ConsentState.Category(provider: "onetrust", id: "C4", answer: .denied),
            ConsentState.Category(provider: "", id: "Ads", answer: .granted),
        ]
        state.resolutionStrategy = "or"
        state.tcfGoogleVendor = false
        var json = JSONWriter()
        state.write(to: &json)
        let document = JSONDocument()
        #expect(ConsentState(reading: try document.parse(json.bytes)) == state)
        let odd = ConsentState(reading: try document.parse(#"{"ads":"perhaps","analytics":1}"#))
        #expect(odd.ads == .denied)
        #expect(odd.analytics == .denied)
        #expect(odd.adsUserData == .unknown)
    }

    @Test func aProfilesNameIsReadBack() {
        let profile = ProfileID(NodeID(high: 0x0101_fa14_7e6a_917a, low: 0x9b79_5ae1_b403_0a7f))
        #expect(ProfileID(profile.description) == profile)
        for text in ["", "prf_", "prf_1", profile.description + "0", String(profile.description.dropLast()) + "+"] {
            #expect(ProfileID(text) == nil, "\(text)")
        }
    }

    @Test(
        arguments: [
            ("Facebook Conversions API", "facebookconversionsapi"), ("FACEBOOK_CONVERSIONS", "facebookconversions"),
            ("ops-hook", "opshook"), ("Google Analytics 4 (GA4)", "googleanalytics4ga4"), ("", ""), ("é", "é"),
        ])
    func namesOfIntegrationsAreFolded(_ name: String, _ folded: String) {
        #expect(IntegrationChoices.folded(name) == folded)
    }
}
