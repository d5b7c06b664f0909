import EventModel
import Platform
import Testing

@testable import Outbound

/// Every branch of reference inbound, 7.4, and rule 9 of 7.3.
@Suite struct ConsentDecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var policy: ConsentPolicy
        var facts: ConsentFacts
        var refusal: String?
        var transformation: ConsentTransformation = []

        init(
            _ name: String, _ policy: ConsentPolicy, _ facts: ConsentFacts, _ refusal: String? = nil,
            _ transformation: ConsentTransformation = []
        ) {
            testDescription = name
            self.policy = policy
            self.facts = facts
            self.refusal = refusal
            self.transformation = transformation
        }
    }

    /// A policy of an advertising platform, changed.
    static func ads(_ change: (inout ConsentPolicy) -> Void = { _ in }) -> ConsentPolicy {
        var policy = ConsentPolicy.adPlatform
        change(&policy)
        return policy
    }

    /// A policy that asks categories only, changed.
    static func categories(_ ids: [String], _ change: (inout ConsentPolicy) -> Void = { _ in }) -> ConsentPolicy {
        var policy = ConsentPolicy()
        policy.categories = ids
        change(&policy)
        return policy
    }

    /// What an event says: `+ads` granted, `-ads` denied, `+onetrust/C1` a category, country and all.
    static func says(
        _ words: String = "", country: String? = nil, at time: Int64 = 100, stored: String? = nil,
        storedAt: Int64 = 50, _ change: (inout ConsentState) -> Void = { _ in }
    ) -> ConsentFacts {
        var state = ConsentState()
        for word in words.split(separator: " ") {
            let answer: ConsentAnswer = word.first == "+" ? .granted : .denied
            let name = String(word.dropFirst())
            if let purpose = ConsentPurpose(rawValue: name) {
                state[purpose] = answer
            } else {
                let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
                state.categories.append(
                    ConsentState.Category(
                        provider: parts.count > 1 ? parts[0] : "", id: parts.last ?? "", answer: answer))
            }
        }
        change(&state)
        var facts = ConsentFacts(state: state, country: country, occurredAt: Timestamp(milliseconds: time))
        if let stored {
            facts.stored = ProfileConsent(says(stored).state, saidAt: Timestamp(milliseconds: storedAt))
        }
        return facts
    }

    static let cases: [Case] = [
        // Who demands nothing gets everything.
        Case("no demand, all denied", ConsentPolicy(), says("-analytics -ads -ads_user_data -ads_personalization")),
        Case("no demand, nothing said", ConsentPolicy(), says()),

        // Purposes.
        Case("both granted", ads(), says("+ads +ads_user_data")),
        Case("ads denied", ads(), says("-ads +ads_user_data"), "consent_denied:ads"),
        Case("user data denied", ads(), says("+ads -ads_user_data"), "consent_denied:ads_user_data"),
        Case("both denied names the first", ads(), says("-ads -ads_user_data"), "consent_denied:ads"),
        Case("nothing said blocks by default", ads(), says(), "consent_unknown:ads"),
        Case("half said blocks", ads(), says("+ads"), "consent_unknown:ads_user_data"),
        Case("unknown allowed", ads { $0.onUnknown = .allow }, says()),
        Case(
            "denied although unknown is allowed", ads { $0.onUnknown = .allow }, says("-ads_user_data"),
            "consent_denied:ads_user_data"),
        Case("another purpose does not help", ads(), says("+analytics"), "consent_unknown:ads"),
        Case("a denial of what is not demanded", ads(), says("+ads +ads_user_data -analytics")),

        // By region.
        Case("Germany asks first", ads { $0.onUnknown = .byRegion }, says(country: "de"), "consent_unknown:ads"),
        Case("Norway asks first", ads { $0.onUnknown = .byRegion }, says(country: "no"), "consent_unknown:ads"),
        Case(
            "the United Kingdom asks first", ads { $0.onUnknown = .byRegion }, says(country: "gb"),
            "consent_unknown:ads"),
        Case("Switzerland asks first", ads { $0.onUnknown = .byRegion }, says(country: "ch"), "consent_unknown:ads"),
        Case("Réunion asks first", ads { $0.onUnknown = .byRegion }, says(country: "re"), "consent_unknown:ads"),
        Case("the United States do not", ads { $0.onUnknown = .byRegion }, says(country: "us")),
        Case("nobody knows where", ads { $0.onUnknown = .byRegion }, says(), "consent_unknown:ads"),
        Case(
            "nobody knows where, and the account says opt out",
            ads {
                $0.onUnknown = .byRegion; $0.defaultRegime = .optOut
            }, says()),
        Case(
            "a known country beats the account",
            ads {
                $0.onUnknown = .byRegion; $0.defaultRegime = .optOut
            },
            says(country: "fr"), "consent_unknown:ads"),
        Case(
            "denied in the United States", ads { $0.onUnknown = .byRegion }, says("-ads", country: "us"),
            "consent_denied:ads"),

        // Transformations.
        Case("no personalization", ads(), says("+ads +ads_user_data -ads_personalization"), nil, .nonPersonalized),
        Case(
            "user data denied and not demanded", ads { $0.purposes = [.ads] }, says("+ads -ads_user_data"), nil,
            .stripUserData),
        Case(
            "both", ads { $0.purposes = [.ads] }, says("+ads -ads_user_data -ads_personalization"), nil,
            [.stripUserData, .nonPersonalized]),
        Case("user data unknown is no denial", ads { $0.purposes = [.ads] }, says("+ads")),
        Case("a blocked event is not transformed", ads(), says("-ads -ads_personalization"), "consent_denied:ads"),

        // Categories.
        Case("one of two denied, and", categories(["C2", "C4"]), says("+C2 -C4"), "consent_denied:category:C4"),
        Case("none denied", categories(["C2", "C4"]), says("+C2 +C4")),
        Case("one of two denied, or", categories(["C2", "C4"]) { $0.strategy = .or }, says("+C2 -C4")),
        Case(
            "all denied, or", categories(["C2", "C4"]) { $0.strategy = .or }, says("-C2 -C4"),
            "consent_denied:category:C2"),
        Case("the event's own strategy", categories(["C2", "C4"]), says("+C2 -C4") { $0.resolutionStrategy = "or" }),
        Case(
            "the destination's strategy first", categories(["C2", "C4"]) { $0.strategy = .and },
            says("+C2 -C4") { $0.resolutionStrategy = "or" }, "consent_denied:category:C4"),
        Case("an absent category", categories(["C2", "C4"]), says("+C2")),
        Case(
            "an absent category counts", categories(["C2", "C4"]) { $0.missingIsDenied = true }, says("+C2"),
            "consent_denied:category:C4"),
        Case("another tool's denial", categories(["C4"]) { $0.provider = "oneTrust" }, says("-ketch/C4 +onetrust/C4")),
        Case(
            "the tool's denial", categories(["C4"]) { $0.provider = "oneTrust" }, says("-onetrust/C4"),
            "consent_denied:category:C4"),
        Case(
            "an unnamed tool's denial", categories(["C4"]) { $0.provider = "oneTrust" }, says("-C4"),
            "consent_denied:category:C4"),
        Case("upper and lower case", categories(["c4"]), says("-C4"), "consent_denied:category:c4"),
        Case("no category at all", categories(["C4"]), says(), "consent_unknown:categories"),
        Case("no category at all, allowed", categories(["C4"]) { $0.onUnknown = .allow }, says()),
        Case("no category at all, by region", categories(["C4"]) { $0.onUnknown = .byRegion }, says(country: "us")),
        Case(
            "unreadable, although unknown is allowed", categories(["C4"]) { $0.onUnknown = .allow },
            says("-analytics -ads -ads_user_data -ads_personalization"), "consent_denied:categories"),
        Case(
            "no category of the tool: the purposes decide",
            ads {
                $0.categories = ["C4"]; $0.provider = "ketch"
            },
            says("-onetrust/C4 +ads +ads_user_data")),
        Case(
            "categories before purposes", ads { $0.categories = ["C4"] }, says("-C4 -ads"), "consent_denied:category:C4"
        ),
        Case("purposes after categories", ads { $0.categories = ["C4"] }, says("+C4 -ads"), "consent_denied:ads"),

        // Google, vendor 755.
        Case(
            "TCF without Google", AdPlatform.googleAds.consent,
            says("+ads +ads_user_data") { $0.tcfGoogleVendor = false },
            "consent_denied:tcf_vendor_755"),
        Case(
            "TCF with Google", AdPlatform.googleAds.consent, says("+ads +ads_user_data") { $0.tcfGoogleVendor = true }),
        Case("TCF does not say", AdPlatform.googleAds.consent, says("+ads +ads_user_data")),
        Case(
            "TCF without Google, to Meta", AdPlatform.meta.consent,
            says("+ads +ads_user_data") { $0.tcfGoogleVendor = false }),
        Case("Google Analytics measures", AdPlatform.ga4.consent, says("+analytics")),
        Case(
            "Google Analytics needs consent to measure", AdPlatform.ga4.consent, says("-analytics +ads"),
            "consent_denied:analytics"),

        // 7.3 rule 9: what was said before.
        Case("stored denial, nothing said", ads { $0.onUnknown = .allow }, says(stored: "-ads"), "consent_denied:ads"),
        Case("stored grant does not fill in", ads(), says(stored: "+ads +ads_user_data"), "consent_unknown:ads"),
        Case("granted after the stored denial", ads(), says("+ads +ads_user_data", stored: "-ads")),
        Case(
            "denied after the event", ads(), says("+ads +ads_user_data", stored: "-ads", storedAt: 101),
            "consent_denied:ads"),
        Case("granted and denied at one time", ads(), says("+ads +ads_user_data", stored: "-ads", storedAt: 100)),
        Case(
            "a stored grant overrides no denial", ads(), says("-ads +ads_user_data", stored: "+ads", storedAt: 101),
            "consent_denied:ads"),
        Case(
            "a stored denial of another purpose", ads(),
            says("+ads +ads_user_data", stored: "-analytics", storedAt: 101)),
        Case(
            "stored: no personalization", ads(), says("+ads +ads_user_data", stored: "-ads_personalization"), nil,
            .nonPersonalized),
        Case(
            "stored: no user data", ads { $0.purposes = [.ads] }, says("+ads", stored: "-ads_user_data"), nil,
            .stripUserData),
        Case("stored category", categories(["C4"]), says(stored: "-C4"), "consent_denied:category:C4"),
        Case("stored category, granted since", categories(["C4"]), says("+C4", stored: "-C4")),
        Case(
            "stored category, denied since", categories(["C4"]), says("+C4", stored: "-C4", storedAt: 101),
            "consent_denied:category:C4"),
    ]

    @Test("an event and a policy", arguments: cases)
    func decides(_ c: Case) {
        let decision = ConsentDecision(c.policy, c.facts)
        #expect(decision.refusal?.text == c.refusal)
        #expect(decision.finding.transformation == c.transformation)
    }

    @Test func theFindingNamesEveryDemandedPurposeAndWhoAnswered() {
        let decision = ConsentDecision(Self.ads(), Self.says("-ads_user_data", stored: "-ads"))
        #expect(
            decision.finding.answers == [
                ConsentFinding.Answer(.ads, .denied, from: .profile),
                ConsentFinding.Answer(.adsUserData, .denied, from: .event),
            ])
        let regional = ConsentDecision(Self.ads { $0.onUnknown = .byRegion }, Self.says("+ads", country: "us"))
        #expect(
            regional.finding.answers == [
                ConsentFinding.Answer(.ads, .granted, from: .event),
                ConsentFinding.Answer(.adsUserData, .unknown, from: .optOutRegion),
            ])
    }

    @Test(arguments: ["", "+ads", "-ads", "+ads +ads_user_data", "-ads -ads_user_data", "+C4 -ads"])
    func aDenialMoreNeverLetsMorePass(_ words: String) {
        for policy in [Self.ads(), Self.ads { $0.onUnknown = .allow }, Self.ads { $0.categories = ["C4"] }] {
            let before = ConsentDecision(policy, Self.says(words))
            for more in ["-ads", "-ads_user_data", "-C4"] {
                let after = ConsentDecision(policy, Self.says(words, stored: more, storedAt: 101))
                #expect(before.refusal == nil || after.refusal != nil, "\(words) and \(more)")
            }
        }
    }
}
