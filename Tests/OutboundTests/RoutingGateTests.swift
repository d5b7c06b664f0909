import EventModel
import Platform
import Testing

@testable import Outbound

/// The gates of design, section 7: each by itself, their order, and the classes of events and destinations.
@Suite struct RoutingGateTests {
    static let catalog = EventCatalog([
        "purchase": .init(routing: .ordinary, requirement: [.value, .currency]),
        "lead": .init(routing: .ordinary),
        "api_docs_viewed": .init(routing: .warehouseFirst),
        "refund": .init(routing: .warehouseOnly, requirement: .orderReference),
        "churned": .init(routing: .warehouseOnly),
        "video_ad_started": .init(routing: .namedOnly),
        "profile_update": .init(routing: .identityOnly),
    ])

    /// An event that passes every gate.
    static func good(_ name: String = "purchase") -> RouteSubject {
        var subject = RouteSubject(eventName: name, account: "acct", environment: "production", platform: "shopify")
        subject.pageURL = "https://shop.example.com/thanks"
        subject.consent.state.ads = .granted
        subject.consent.state.adsUserData = .granted
        subject.present = [.value, .currency, .orderReference]
        subject.hasIdentitySignal = true
        return subject
    }

    static func rule(_ change: (inout RouteRule) -> Void = { _ in }) -> RouteRule {
        var rule = RouteRule(destination: "meta", policy: RoutingPolicy(AdPlatform.meta))
        change(&rule)
        return rule
    }

    private func reason(_ subject: RouteSubject, _ rule: RouteRule) -> String? {
        Router([rule], catalog: Self.catalog).verdicts(for: subject)[0].refusal
    }

    // MARK: - Order

    /// One gate shut, in order: by the rule or by the event.
    static let shut:
        [(reason: String, rule: @Sendable (inout RouteRule) -> Void, event: @Sendable (inout RouteSubject) -> Void)] = [
            ("disabled", { $0.isEnabled = false }, { _ in }),
            ("account", { $0.account = "other" }, { _ in }),
            ("environment", { $0.environment = "other" }, { _ in }),
            ("credentials", { $0.policy.hasValidCredentials = false }, { _ in }),
            ("allowlist", { $0.policy.allowlist = .listed(NamePatternSet(["nothing"])) }, { _ in }),
            ("class:warehouse_only", { _ in }, { $0.eventName = "refund" }),
            ("filter:event_name", { $0.filter.eventNames = NameChoice(NamePatternSet([])) }, { _ in }),
            ("filter:platform", { $0.filter.platforms = NameChoice(NamePatternSet(["web"])) }, { _ in }),
            ("domain", { $0.policy.domains = NamePatternSet(["example.org"]) }, { _ in }),
            ("integrations_opt_out", { _ in }, { $0.integrations = IntegrationChoices(refused: ["facebookpixel"]) }),
            ("consent_denied:ads", { _ in }, { $0.consent.state.ads = .denied }),
            ("bot", { _ in }, { $0.isBot = true }),
            ("quality:value", { _ in }, { $0.present = [] }),
            ("quality:identity", { _ in }, { $0.hasIdentitySignal = false }),
            ("quality:event_id", { _ in }, { $0.hasEventID = false }),
        ]

    @Test func aGoodEventPassesEveryGate() {
        #expect(reason(Self.good(), Self.rule()) == nil)
        let domain = Self.rule { $0.policy.domains = NamePatternSet(["*.example.com"]) }
        #expect(reason(Self.good(), domain) == nil)
    }

    @Test(arguments: shut.indices)
    func eachGateStopsByItself(_ index: Int) {
        let gate = Self.shut[index]
        var subject = Self.good()
        gate.event(&subject)
        #expect(reason(subject, Self.rule(gate.rule)) == gate.reason)
    }

    @Test(arguments: shut.indices)
    func theFirstNoIsTheReason(_ index: Int) {
        var subject = Self.good()
        var rule = Self.rule()
        for gate in Self.shut[index...] {
            gate.event(&subject)
            gate.rule(&rule)
        }
        #expect(reason(subject, rule) == Self.shut[index].reason)
    }

    @Test func everyReasonBelongsToItsGateAndGatesAreInOrder() {
        for entry in RouteReason.all {
            #expect(RouteGate(ofReason: entry.reason.text) == entry.reason.gate, "\(entry.reason.text)")
        }
        let gates = RouteReason.all.map { RouteGate.allCases.firstIndex(of: $0.reason.gate) ?? -1 }
        #expect(gates == gates.sorted())
        #expect(Set(RouteReason.all.map(\.reason.gate)) == Set(RouteGate.allCases))
        #expect(Set(RouteReason.all.map(\.reason.text)).count == RouteReason.all.count)
        #expect(RouteGate(ofReason: "whatever") == nil)
        #expect(RouteGate.allowlist.earlier == [.enabled, .privacy, .account, .environment, .credentials])
    }

    // MARK: - Lists and classes

    struct ListCase: Sendable, CustomTestStringConvertible {
        var list: Allowlist
        var name: String
        var reason: String?
        var testDescription: String { "\(name) by \(list)" }

        init(_ list: Allowlist, _ name: String, _ reason: String? = nil) {
            self.list = list
            self.name = name
            self.reason = reason
        }
    }

    private static func listed(_ names: String...) -> Allowlist { .listed(NamePatternSet(names)) }

    static let lists: [ListCase] = [
        ListCase(.blank, "purchase"), ListCase(.blank, "api_docs_viewed"),
        ListCase(.blank, "refund", "class:warehouse_only"), ListCase(.blank, "churned", "class:warehouse_only"),
        ListCase(.blank, "video_ad_started", "class:named_only"), ListCase(.blank, "custom.x", "class:named_only"),
        ListCase(.blank, "profile_update", "class:identity_only"),
        ListCase(.all, "purchase"), ListCase(.all, "api_docs_viewed"), ListCase(.all, "video_ad_started"),
        ListCase(.all, "custom.x"), ListCase(.all, "refund", "class:warehouse_only"),
        ListCase(.all, "profile_update", "class:identity_only"), ListCase(.all, "not_registered", "quality:event_name"),
        ListCase(.defaults(["lead"]), "lead"), ListCase(.defaults(["lead"]), "purchase", "allowlist"),
        ListCase(.defaults(["lead"]), "refund", "allowlist"), ListCase(.defaults(["lead"]), "custom.x", "allowlist"),
        ListCase(listed("refund"), "refund"), ListCase(listed("refund"), "churned", "allowlist"),
        ListCase(listed("profile_update"), "profile_update"), ListCase(listed("api_docs_viewed"), "api_docs_viewed"),
        ListCase(listed("custom.x"), "custom.x"), ListCase(listed("custom.*"), "custom.x"),
        ListCase(listed("custom.y"), "custom.x", "allowlist"), ListCase(listed("video_*"), "video_ad_started"),
        ListCase(listed("*"), "purchase"), ListCase(listed("*"), "api_docs_viewed"),
        ListCase(listed("*"), "video_ad_started", "class:named_only"),
        ListCase(listed("*"), "custom.x", "class:named_only"),
        ListCase(listed("*"), "refund", "class:warehouse_only"),
        ListCase(listed("ref*"), "refund", "class:warehouse_only"),
        ListCase(listed("profile_*"), "profile_update", "class:identity_only"),
        ListCase(listed("*", "refund"), "refund"), ListCase(listed(), "purchase", "allowlist"),
    ]

    @Test("what an advertising platform's list lets through", arguments: lists)
    func list(_ c: ListCase) {
        #expect(reason(Self.good(c.name), Self.rule { $0.policy.allowlist = c.list }) == c.reason)
    }

    @Test(arguments: ["purchase", "api_docs_viewed", "refund", "video_ad_started", "profile_update", "custom.x", "?"])
    func everythingGetsEverythingUnlessToldOtherwise(_ name: String) {
        // Not even a good event: nothing said about consent, a bot, no value, no identity.
        var subject = RouteSubject(eventName: name, account: "acct", environment: "production", platform: nil)
        subject.isBot = true
        subject.hasEventID = false
        for list in [Allowlist.blank, .all, Self.listed(name), Self.listed("*")] {
            var rule = RouteRule(destination: "hook")
            rule.policy.allowlist = list
            #expect(reason(subject, rule) == nil)
        }
        var rule = RouteRule(destination: "hook")
        rule.policy.allowlist = Self.listed("lead")
        #expect(reason(subject, rule) == "allowlist")
        rule = RouteRule(destination: "hook")
        rule.policy.suppressesBots = true
        #expect(reason(subject, rule) == "bot")
        rule = RouteRule(destination: "hook")
        rule.policy.consent.purposes = [.analytics]
        #expect(reason(subject, rule) == "consent_unknown:analytics")
    }

    // MARK: - Single gates

    @Test(
        arguments: [
            (nil, nil), ("https://shop.example.com/a?b#c", nil), ("http://SHOP.example.com:8080", nil),
            ("https://user@shop.example.com/", nil), ("https://example.org/", "domain"),
            ("https://shop.example.com.evil.example/", "domain"), ("https://evil.example/?shop.example.com", "domain"),
            ("https://example.com/", "domain"), ("about:blank", "domain"),
        ] as [(String?, String?)])
    func pagesAreOnTheDomains(_ url: String?, reason expected: String?) {
        var subject = Self.good()
        subject.pageURL = url
        let rule = Self.rule { $0.policy.domains = NamePatternSet(["shop.example.com", "*.shop.example.com"]) }
        #expect(reason(subject, rule) == expected)
    }

    @Test(
        arguments: [
            (IntegrationChoices(), nil),
            (IntegrationChoices(refused: ["metaconversionsapi"]), "integrations_opt_out"),
            (IntegrationChoices(refused: ["tiktok"]), nil),
            (IntegrationChoices(refused: ["webhook"]), "integrations_opt_out"),
            (IntegrationChoices(refused: ["webhook"], allowed: ["facebookconversions"]), nil),
            (IntegrationChoices(refusesOthers: true), "integrations_opt_out"),
            (IntegrationChoices(refusesOthers: true, allowed: ["meta"]), nil),
            (IntegrationChoices(refusesOthers: true, allowed: ["tracklayer"]), nil),
            (
                IntegrationChoices(refusesOthers: true, refused: ["meta"], allowed: ["tracklayer"]),
                "integrations_opt_out"
            ),
            (IntegrationChoices(refusesOthers: true, allowed: ["tiktok"]), "integrations_opt_out"),
        ] as [(IntegrationChoices, String?)])
    func sendersRefuseByName(_ choices: IntegrationChoices, reason expected: String?) {
        var subject = Self.good()
        subject.integrations = choices
        #expect(reason(subject, Self.rule()) == expected)
    }

    @Test func aDestinationIsRefusedByItsOwnName() {
        var subject = Self.good()
        subject.integrations = IntegrationChoices(refused: [IntegrationChoices.folded("Ops Hook")])
        #expect(reason(subject, RouteRule(destination: "ops-hook")) == "integrations_opt_out")
        #expect(reason(subject, RouteRule(destination: "other")) == nil)
    }

    @Test(
        arguments: [
            ("purchase", [.currency], "quality:value"), ("purchase", [.value], "quality:currency"),
            ("lead", [], nil), ("refund", [.value, .currency], "quality:order_reference"),
            ("refund", [.orderReference], nil), ("custom.x", [], nil),
        ] as [(String, EventRequirement, String?)])
    func aFamilyHasItsFields(_ name: String, present: EventRequirement, reason expected: String?) {
        var subject = Self.good(name)
        subject.present = present
        #expect(reason(subject, Self.rule { $0.policy.allowlist = Self.listed(name) }) == expected)
    }

    private func platformsThatTake(_ subject: RouteSubject) -> Set<AdPlatform> {
        Set(
            AdPlatform.allCases.filter {
                reason(subject, RouteRule(destination: "p", policy: RoutingPolicy($0))) == nil
            })
    }

    @Test func someTakeVisitorsWhoHaveNotSaidWhoTheyAre() {
        var subject = Self.good("lead")
        subject.consent.state.analytics = .granted
        subject.hasIdentitySignal = false
        #expect(platformsThatTake(subject) == [])
        subject.hasAnonymousID = true
        #expect(platformsThatTake(subject) == [.ga4, .meta, .microsoft])
        subject.hasAnonymousID = false
        subject.hasBrowser = true
        #expect(platformsThatTake(subject) == [.meta, .tiktok, .pinterest, .snapchat, .reddit, .x])
    }

    @Test func noPlatformIsToldOfLessThanNothing() {
        var subject = Self.good("lead")
        subject.hasNegativeValue = true
        #expect(reason(subject, Self.rule()) == "quality:value")
        #expect(reason(subject, RouteRule(destination: "hook")) == nil)
    }

    @Test func quoraTakesCustomEventsThatAreNamed() {
        func reason(_ platform: AdPlatform, _ allowlist: Allowlist) -> String? {
            var rule = RouteRule(destination: "p", policy: RoutingPolicy(platform))
            rule.policy.allowlist = allowlist
            return self.reason(Self.good("custom.x"), rule)
        }
        #expect(reason(.meta, .all) == nil)
        #expect(reason(.quora, .all) == "class:named_only")
        #expect(reason(.quora, Self.listed("custom.x")) == nil)
    }

    @Test func platformsOfGoogleTakeAnOrderWithoutMoney() {
        var subject = Self.good()
        subject.consent.state.analytics = .granted
        subject.present = []
        #expect(platformsThatTake(subject) == [.ga4, .googleAds])
    }

    @Test func aCurrencyOfTheDestinationsStandsIn() {
        var subject = Self.good()
        subject.present = [.value]
        #expect(reason(subject, Self.rule()) == "quality:currency")
        #expect(reason(subject, Self.rule { $0.policy.assumesCurrency = true }) == nil)
        subject.present = [.currency]
        #expect(reason(subject, Self.rule { $0.policy.assumesCurrency = true }) == "quality:value")
    }

    @Test func consentIsOnlyLookedAtWhereItIsDemanded() {
        let rules = [RouteRule(destination: "hook"), Self.rule()]
        let verdicts = Router(rules, catalog: Self.catalog).verdicts(for: Self.good())
        #expect(verdicts[0].consent == nil)
        #expect(verdicts[1].consent?.answers.map(\.answer) == [.granted, .granted])
        #expect(!Router([rules[0]]).readsStoredConsent)
        #expect(Router(rules).readsStoredConsent)
        #expect(!Router([Self.rule { $0.isEnabled = false }]).readsStoredConsent)
    }

    @Test func namesAloneDecideSomeGates() {
        let router = Router(
            [Self.rule(), Self.rule { $0.account = "other" }, Self.rule { $0.isEnabled = false }], catalog: Self.catalog
        )
        #expect(router.reasons(forEventNamed: "purchase") == [nil, nil, .disabled])
        #expect(
            router.reasons(forEventNamed: "refund") == [
                .routingClass(.warehouseOnly), .routingClass(.warehouseOnly), .disabled,
            ])
    }
}
