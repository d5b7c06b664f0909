import EventModel
import Platform
import Testing

@testable import Outbound

/// Decisions as the vendors make them, from the text of reference inbound, 7.2.
@Suite struct VendorConsentTests {
    struct RudderStackCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var signal: RudderStackConsent?
        var rules: RudderStackConsentRules
        var denied: [String] = []

        init(_ name: String, _ signal: RudderStackConsent?, _ rules: RudderStackConsentRules, _ denied: [String] = []) {
            testDescription = name
            self.signal = signal
            self.rules = rules
            self.denied = denied
        }
    }

    private static func lists(
        _ lists: [(String, [String], Bool)] = [], oneTrust: [String] = [], ketch: [String] = []
    ) -> RudderStackConsentRules {
        RudderStackConsentRules(
            lists: lists.map { RudderStackConsentRules.List(provider: $0.0, ids: $0.1, isOr: $0.2) },
            legacyOneTrust: oneTrust, legacyKetch: ketch)
    }

    private static func denies(_ ids: [String], by provider: String = "", _ strategy: String = "") -> RudderStackConsent
    {
        RudderStackConsent(provider: provider, deniedIDs: ids, resolutionStrategy: strategy)
    }

    private static let two = lists([("oneTrust", ["a", "b"], false)])
    private static let customOr = lists([("custom", ["a", "b"], true)])
    private static let customAnd = lists([("custom", ["a", "b"], false)])

    static let rudderstack: [RudderStackCase] = [
        RudderStackCase("no consent at all", nil, two),
        RudderStackCase("no usable denied ids", denies([], by: "oneTrust"), two),
        RudderStackCase("and: one denied", denies(["a"], by: "oneTrust", "and"), two, ["a"]),
        RudderStackCase("no strategy is and", denies(["a"], by: "oneTrust"), two, ["a"]),
        RudderStackCase("an unknown strategy is and", denies(["b"], by: "oneTrust", "any"), two, ["b"]),
        RudderStackCase("or: one denied", denies(["a", "z"], by: "oneTrust", "or"), two),
        RudderStackCase("or: all denied", denies(["b", "a"], by: "oneTrust", "or"), two, ["a", "b"]),
        RudderStackCase("another id denied", denies(["z"], by: "oneTrust"), two),
        RudderStackCase("custom: the destination says or", denies(["a"], by: "custom", "and"), customOr),
        RudderStackCase("custom: all denied", denies(["a", "b"], by: "custom", "and"), customOr, ["a", "b"]),
        RudderStackCase("custom: the destination says and", denies(["a"], by: "custom", "or"), customAnd, ["a"]),
        RudderStackCase("another provider", denies(["a"], by: "iubenda"), two),
        RudderStackCase("the provider is compared exactly", denies(["a"], by: "onetrust"), two),
        RudderStackCase("old SDK: OneTrust's list, any", denies(["a"]), lists(oneTrust: ["a", "b"]), ["a"]),
        RudderStackCase(
            "OneTrust without a list for it", denies(["a"], by: "oneTrust"), lists(oneTrust: ["a", "b"]), ["a"]),
        RudderStackCase("old SDK: Ketch's list, one", denies(["a"]), lists(ketch: ["a", "b"])),
        RudderStackCase("old SDK: Ketch's list, all", denies(["a", "b"]), lists(ketch: ["a", "b"]), ["a", "b"]),
        RudderStackCase(
            "Ketch without a list for it", denies(["a", "b"], by: "ketch"), lists(ketch: ["a", "b"]), ["a", "b"]),
        RudderStackCase("Ketch does not ask OneTrust's", denies(["a"], by: "ketch"), lists(oneTrust: ["a"])),
        RudderStackCase("OneTrust does not ask Ketch's", denies(["a"], by: "oneTrust"), lists(ketch: ["a"])),
        RudderStackCase(
            "a list goes before older ones", denies(["z"], by: "oneTrust"),
            lists([("oneTrust", ["a"], false)], oneTrust: ["z"])),
        RudderStackCase(
            "an iubenda event asks no older list", denies(["a"], by: "iubenda"), lists(oneTrust: ["a"], ketch: ["a"])),
        RudderStackCase("no list at all", denies(["a"]), lists()),
    ]

    @Test("RudderStack", arguments: rudderstack)
    func asRudderStackDecides(_ c: RudderStackCase) {
        #expect(c.rules.deniedCategories(c.signal.map { [.rudderstack($0)] } ?? []) == c.denied)
    }

    @Test func aPolicysListIsOneProvidersAndItsOlderOne() {
        var policy = ConsentPolicy()
        policy.mode = .rudderstack
        policy.categories = ["C4", ""]
        policy.provider = "oneTrust"
        func refusal(_ signals: [VendorSignal]) -> String? {
            var state = ConsentState()
            state.vendorSignals = signals
            // What the gateway would have made of it does not count here.
            for purpose in ConsentPurpose.allCases { state[purpose] = .denied }
            return ConsentDecision(
                policy, ConsentFacts(state: state, occurredAt: Timestamp(milliseconds: 0))
            ).refusal?.text
        }
        #expect(refusal([]) == nil)
        #expect(refusal([.rudderstack(RudderStackConsent(provider: "oneTrust"))]) == nil)
        let denial = RudderStackConsent(provider: "", deniedIDs: ["C4"])
        #expect(refusal([.segment(SegmentConsent()), .rudderstack(denial)]) == "consent_denied:category:C4")
        policy.provider = "ketch"
        #expect(refusal([.rudderstack(denial)]) == "consent_denied:category:C4")
        policy.provider = "iubenda"
        #expect(refusal([.rudderstack(denial)]) == nil)
    }

    struct SegmentCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var granted: [String]?
        var mapped: [String]
        var denied: [String] = []

        init(_ name: String, _ granted: [String]?, _ mapped: [String], _ denied: [String] = []) {
            testDescription = name
            self.granted = granted
            self.mapped = mapped
            self.denied = denied
        }
    }

    static let segment: [SegmentCase] = [
        SegmentCase("no consent object", nil, ["Ads"]),
        SegmentCase("mapped to nothing", [], []),
        SegmentCase("every category true", ["Ads", "Social", "More"], ["Ads", "Social"]),
        SegmentCase("one category is not true", ["Ads"], ["Ads", "Social"], ["Social"]),
        SegmentCase("empty preferences block what is mapped", [], ["Ads"], ["Ads"]),
        SegmentCase("ids are compared exactly", ["ads"], ["Ads"], ["Ads"]),
    ]

    @Test("Segment", arguments: segment)
    func asSegmentDecides(_ c: SegmentCase) {
        var policy = ConsentPolicy()
        policy.mode = .segment
        policy.categories = c.mapped
        var state = ConsentState()
        state.vendorSignals = c.granted.map { [.segment(SegmentConsent(grantedIDs: $0))] } ?? []
        let decision = ConsentDecision(policy, ConsentFacts(state: state, occurredAt: Timestamp(milliseconds: 0)))
        #expect(decision.finding.deniedCategories == c.denied)
        #expect(decision.refusal == c.denied.first.map(ConsentRefusal.category))
        #expect(decision.finding.transformation.isEmpty)
    }

    @Test func whatWasSaidBeforeDoesNotCountForVendors() {
        for mode in [ConsentPolicy.Mode.rudderstack, .segment] {
            var policy = ConsentPolicy.adPlatform
            policy.mode = mode
            policy.categories = ["C4"]
            policy.provider = "oneTrust"
            #expect(!policy.readsStoredConsent)
            #expect(ConsentDecision(policy, ConsentDecisionTests.says(stored: "-ads -C4")).refusal == nil)
        }
    }
}
