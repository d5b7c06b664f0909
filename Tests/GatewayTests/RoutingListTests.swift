import Canonicalizer
import EventModel
import Foundation
import Outbound
import Testing

@testable import Gateway

/// The platforms' lists against the registry, the matrix, and the page that lists the reasons.
@Suite struct RoutingListTests {
    @Test(arguments: AdPlatform.allCases)
    func defaultListsNameOrdinaryEventsOnly(_ platform: AdPlatform) throws {
        #expect(!platform.defaultEvents.isEmpty)
        #expect(Set(platform.defaultEvents).count == platform.defaultEvents.count)
        for name in platform.defaultEvents {
            let event = try #require(EventRegistry.definition(named: name), "\(name) is no event")
            #expect(event.routing == .ordinary, "\(name)")
            #expect(event.trackStackName != nil, "\(name) is not among the 66")
        }
    }

    @Test(arguments: AdPlatform.allCases)
    func namesOfPlatformsAreFoldedAndNobodyElses(_ platform: AdPlatform) {
        for name in platform.integrationNames {
            #expect(IntegrationChoices.folded(name) == name)
            #expect(!IntegrationChoices.gatewayNames.contains(name))
            let owners = AdPlatform.allCases.filter { $0.integrationNames.contains(name) }
            #expect(owners == [platform], "\(name)")
        }
        #expect(platform.integrationNames.contains(IntegrationChoices.folded(platform.rawValue)))
    }

    @Test func aPlatformsMatrixShowsEachWayToFillItsList() throws {
        let matrix = RouteMatrix(.meta)
        #expect(matrix.columns.map(\.name) == ["defaults", "blank", "all", "[\"*\"]"])
        func refusals(_ name: String) throws -> [String?] {
            try #require(matrix.rows.first { $0.name == name }).refusals
        }
        #expect(try refusals("purchase") == [nil, nil, nil, nil])
        #expect(try refusals("begin_checkout") == ["allowlist", nil, nil, nil])
        #expect(try refusals("api_docs_viewed") == ["allowlist", nil, nil, nil])
        #expect(try refusals("add_to_cart") == ["allowlist", nil, nil, nil])
        let refund = "class:warehouse_only"
        #expect(try refusals("refund") == ["allowlist", refund, refund, refund])
        #expect(try refusals("login") == ["allowlist", "class:named_only", nil, "class:named_only"])
        #expect(try refusals("custom.*") == ["allowlist", "class:named_only", nil, "class:named_only"])
    }

    /// Design, section 7: a blank list means all of the 66 and TrackLayer's own less the warehouse-only.
    @Test func aBlankListIsThe66AndOurOwnLessTheWarehouseOnly() {
        let blank = RouteMatrix(.meta).rows.filter { $0.refusals[1] == nil }
        #expect(blank.count { $0.trackStackName != nil } == 63)
        #expect(
            blank.filter { $0.trackStackName == nil }.map(\.name).sorted() == [
                "add_to_cart", "add_to_wishlist", "app_installed", "search", "view_item_list",
            ])
    }

    @Test func listsTakeBothSpellingsAndPatterns() throws {
        let text =
            ConfigurationFixture.minimal + """
                destinations:
                  - {name: hook, kind: http, url: https://x.example/}
                  - name: relay
                    kind: http
                    url: https://x.example/
                    routing: ads
                    events: [Purchase, Refund, "video_*", custom.vip]
                    filter: {event_name: [Purchase, custom.vip]}
                """
        let matrix = RouteMatrix(try ConfigurationFixture().load(text).configuration)
        func refusals(_ name: String) throws -> [String?] {
            try #require(matrix.rows.first { $0.name == name }).refusals
        }
        #expect(try refusals("purchase") == [nil, nil])
        #expect(try refusals("custom.vip") == [nil, nil])
        #expect(try refusals("refund") == [nil, "filter:event_name"])
        #expect(try refusals("video_ad_started") == [nil, "filter:event_name"])
        #expect(try refusals("lead") == [nil, "allowlist"])
        #expect(try refusals("custom.*") == [nil, "allowlist"])
        #expect(matrix.columns[0].conditions == ["events: every one", "consent: none demanded"])
        #expect(
            matrix.columns[1].conditions == [
                "events: those listed", "consent: ads, ads_user_data; unknown: block", "no bots",
                "quality: required fields, an identity signal, event_id",
            ])
    }

    /// Run with `UPDATE_GOLDEN=1` to write the tables anew.
    @Test func thePageListsEveryGateAndReason() throws {
        var page = try ConfigurationLoaderTests.repositoryFile("docs/routing.md")
        let gates = RouteGate.allCases.enumerated().map { "| \($0 + 1) | `\($1.rawValue)` | \($1.question) |" }
        let reasons = RouteReason.all.map { "| `\($0.reason.text)` | \($0.meaning) |" }
        let platforms = AdPlatform.allCases.map { platform in
            "| `\(platform.rawValue)` | \(platform.defaultEvents.joined(separator: ", ")) "
                + "| \(platform.consent.purposes.map(\.rawValue).joined(separator: ", ")) |"
        }
        let original = page
        for (name, rows) in [("gates", gates), ("reasons", reasons), ("platforms", platforms)] {
            let start = try #require(page.range(of: "<!-- \(name) -->\n")).upperBound
            let end = try #require(page.range(of: "\n<!-- end \(name) -->")).lowerBound
            // The first two lines are the heading.
            let head = page[start..<end].split(separator: "\n").prefix(2).joined(separator: "\n")
            page.replaceSubrange(start..<end, with: ([head] + rows).joined(separator: "\n"))
        }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            let url = ConfigurationLoaderTests.repository.appendingPathComponent("docs/routing.md")
            try page.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(original == page, "UPDATE_GOLDEN=1 writes the tables of docs/routing.md anew")
        }
    }

    // MARK: - Configuration

    static let faults: [ConfigurationFaultCase] = [
        .destination(
            "purpose that is not there", "consent: {purposes: [marketing]}",
            "11:26: destinations[0].consent.purposes[0]: \"marketing\" is not allowed; use analytics, ads, ads_user_data or ads_personalization"
        ),
        .destination(
            "regime without by_region", "consent: {default_region: opt_out}",
            "11:31: warning: destinations[0].consent.default_region: has no effect without `on_unknown: by_region`"),
        .destination(
            "provider without categories", "consent: {provider: oneTrust}",
            "11:25: warning: destinations[0].consent.provider: has no effect without `categories`"),
        .destination(
            "RudderStack's rules without a provider",
            "{consent_mode: rudderstack, consent: {categories: [C4]}}".dropBraces,
            "11:19: destinations[0].consent_mode: needs `consent.provider`: RudderStack's lists belong to one provider by its exact name"
        ),
        .destination(
            "a vendor's rules without categories", "consent_mode: segment",
            "11:19: warning: destinations[0].consent_mode: without `consent.categories` Segment maps the destination to nothing: every event is sent, whatever people said"
        ),
        .destination(
            "no host", "domains: [https://x.example]",
            "11:15: destinations[0].domains[0]: is no host in lower case, such as shop.example.com or *.example.com"),
        .destination(
            "an event that is not there", "events: [purchase, Purchse]",
            "11:13: warning: destinations[0].events: \"Purchse\" is no event of the registry; did you mean purchase?"),
        .destination("custom events and patterns", "events: [custom.anything, \"sub*\", HubSpotConnected]"),
        .destination(
            "a full set",
            "consent: {purposes: [ads], on_unknown: by_region, default_region: opt_out, categories: C4, provider: oneTrust, strategy: or, missing_is_denied: true}"
        ),
    ]

    @Test("settings of routing and consent", arguments: faults)
    func settings(_ c: ConfigurationFaultCase) { #expect(ConfigurationFixture().faults(c.text) == c.faults) }

    @Test(
        "a currency that the destination's settings name stands in for a missing one",
        arguments: [
            ("kind: meta, pixel_id: '123456789012345', access_token: token-of-meta", false),
            ("kind: meta, pixel_id: '123456789012345', access_token: token-of-meta, default_currency: EUR", true),
            ("kind: quora, account_id: '527745581653587', access_token: token-of-quora, account_currency: USD", true),
            ("kind: http, url: https://x.example/", false),
        ])
    func assumedCurrency(_ settings: String, isAssumed: Bool) throws {
        let text = ConfigurationFixture.minimal + "\ndestinations:\n  - {name: d, \(settings)}\n"
        let policy = try ConfigurationFixture().load(text).configuration.destinations[0].routeRule.policy
        #expect(policy.assumesCurrency == isAssumed)
    }

    @Test func settingsBecomeThePolicy() throws {
        let text =
            ConfigurationFixture.minimal + """
                destinations:
                  - name: relay
                    kind: http
                    url: https://x.example/
                    routing: ads
                    bots: send
                    domains: ["*.example.com"]
                    consent: {on_unknown: by_region, default_region: opt_out, categories: [C4], provider: ketch, strategy: or, missing_is_denied: true}
                  - {name: plain, kind: http, url: https://x.example/}
                  - {name: asked, kind: http, url: https://x.example/, consent: {purposes: [analytics]}, bots: suppress}
                """
        let policies = try ConfigurationFixture().load(text).configuration.destinations.map(\.routeRule.policy)
        #expect(policies[0].destinationClass == .adPlatform)
        #expect(policies[0].consent.purposes == [.ads, .adsUserData], "those of its class")
        #expect(policies[0].consent.onUnknown == .byRegion)
        #expect(policies[0].consent.defaultRegime == .optOut)
        #expect(policies[0].consent.categories == ["C4"])
        #expect(policies[0].consent.provider == "ketch")
        #expect(policies[0].consent.strategy == .or)
        #expect(policies[0].consent.missingIsDenied)
        #expect(!policies[0].suppressesBots)
        #expect(policies[0].domains?.contains("a.example.com") == true)
        #expect(policies[1] == RoutingPolicy(.everything))
        #expect(policies[2].consent.purposes == [.analytics])
        #expect(policies[2].suppressesBots)
        #expect(policies[2].destinationClass == .everything)
    }
}

extension String {
    /// The inside of a flow mapping, over two lines of a block mapping.
    fileprivate var dropBraces: String {
        dropFirst().dropLast().replacingOccurrences(of: ", consent:", with: "\n    consent:")
    }
}
