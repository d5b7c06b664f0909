import EventModel
import Testing

@testable import Canonicalizer

@Suite struct EventNameMatcherTests {
    private func match(
        _ name: String, overrides: [String: String] = [:], ambiguous: Set<String> = []
    ) -> EventNameMatcher.Match? {
        var source = SourceProfile(name: "shop", kind: .rudderstack, tenant: CanonicalizerHarness.tenant)
        source.eventOverrides = overrides
        source.enabledAmbiguousNames = ambiguous
        var matcher = EventNameMatcher(source: source)
        let bytes = Array(name.utf8)
        return matcher.match(bytes.span)
    }

    private func normalized(_ name: String) -> String {
        var normalizer = NameNormalizer()
        normalizer.normalize(name)
        return String(decoding: normalizer.bytes, as: UTF8.self)
    }

    @Test(
        "the product's mapping table holds",
        arguments: [
            ("Product Viewed", "view_content"), ("Product Added", "add_to_cart"),
            ("Checkout Started", "begin_checkout"), ("Order Completed", "purchase"), ("Lead Submitted", "lead"),
            ("Signed Up", "sign_up"),
        ])
    func productMappings(_ name: String, _ canonical: String) {
        #expect(match(name)?.name.text == canonical)
    }

    @Test("the rule names the row's name that matched: canonical, TrackStack's or a sender's")
    func rules() {
        #expect(match("order completed")?.rule == "registry:Order Completed")
        #expect(match("PURCHASE")?.rule == "registry:purchase")
        #expect(match("Checkout Started")?.rule == "registry:CheckoutStarted")
    }

    @Test("a page call is page_view and an identify call profile_update")
    func callMappings() throws {
        let harness = CanonicalizerHarness()
        let page = try harness.event(#"{"type":"page","messageId":"m","anonymousId":"a"}"#)
        #expect(page.name.text == "page_view")
        #expect(page.mappingRule == "type:page")
        let identify = try harness.event(#"{"type":"identify","messageId":"m","userId":"u"}"#)
        #expect(identify.name.text == "profile_update")
        #expect(identify.mappingRule == "type:identify")
    }

    @Test("every name of the registry finds its row, in any of the usual spellings")
    func everyAlias() {
        for definition in EventRegistry.definitions {
            let names = definition.sourceNames + [definition.name.text] + (definition.trackStackName.map { [$0] } ?? [])
            for name in names {
                for spelling in spellings(of: name) {
                    #expect(match(spelling)?.name == definition.name, "\(spelling)")
                }
            }
        }
    }

    /// The ways in which senders write one name.
    private func spellings(of name: String) -> [String] {
        let words: [String] = normalized(name).split(separator: " ").map(String.init)
        let capitalized: [String] = words.map { $0.prefix(1).uppercased() + String($0.dropFirst()) }
        let spaced = words.joined(separator: " ")
        let camel = words[0] + capitalized.dropFirst().joined()
        let padded = "  \(capitalized.joined(separator: "\u{A0}"))\t"
        let separated = ["_", "-", "   ", "/"].map { words.joined(separator: $0) }
        return separated + [name, spaced, spaced.uppercased(), capitalized.joined(), camel, padded]
    }

    @Test(
        "names from real payloads find their row",
        arguments: [
            ("Product    Clicked", "select_item"), ("PRODUCT ADDED", "add_to_cart"), ("add_to_Cart", "add_to_cart"),
            ("addToCart", "add_to_cart"), ("AddToCart", "add_to_cart"), ("Order complete", "purchase"),
            ("order completed", "purchase"), ("Purchase", "purchase"), ("Lead", "lead"),
            ("CompleteRegistration", "sign_up"), ("InitiateCheckout", "begin_checkout"), ("$pageview", "page_view"),
            ("ViewContent", "view_content"), ("SSOLogin", "sso_login"), ("SSO Login", "sso_login"),
            ("HubSpotConnected", "hubspot_connected"), ("Hubspot Connected", "hubspot_connected"),
            ("APIDocsViewed", "api_docs_viewed"), ("API Docs Viewed", "api_docs_viewed"),
            ("first_successful_api_call", "first_successful_api_call"), ("Viewed Product", "view_content"),
            ("Viewed Product Category", "view_item_list"), ("Started Checkout", "begin_checkout"),
            ("Opened Cart", "view_cart"), ("Cart Opened", "view_cart"), ("Completed Order", "purchase"),
            ("Refunded Order", "refund"), ("Removed Product", "remove_from_cart"), ("order/completed", "purchase"),
            ("Order: Completed", "purchase"), ("order.completed", "purchase"), ("Account Created", "workspace_created"),
        ])
    func realNames(_ name: String, _ canonical: String) {
        #expect(match(name)?.name.text == canonical)
    }

    @Test(
        "Unicode variants of a name find its row",
        arguments: [
            "Ｏｒｄｅｒ　Ｃｏｍｐｌｅｔｅｄ", "Order\u{2009}Completed", "Order\u{200B} Completed", "\u{202E}Order Completed",
            "Order\u{0} Completed\u{7F}", "Order\u{AD} Comp\u{200D}leted", "Order\u{3000}Completed",
            "\u{FEFF}Order Completed",
        ])
    func unicodeNames(_ name: String) {
        #expect(match(name)?.name.text == "purchase")
    }

    @Test("ligatures are unfolded and capitals beyond ASCII lowered")
    func unicodeFolding() {
        #expect(normalized("O\u{FB03}ce Visited") == "office visited")
        #expect(normalized("ÉtudeTerminée") == "étude terminée")
        #expect(normalized("ÜberÖffnet") == "über öffnet")
    }

    @Test(
        "spaces stand at word boundaries and nowhere else",
        arguments: [
            ("orderCompleted", "order completed"), ("HTTPServerStarted", "http server started"), ("ABC", "abc"),
            ("aB", "a b"), ("Step2Viewed", "step2viewed"), ("__a__b__", "a b"), ("a.b/c:d-e_f$g", "a b c d e f g"),
            ("", ""), (" \t\n", ""), ("$", ""),
        ])
    func wordBoundaries(_ name: String, _ expected: String) {
        #expect(normalized(name) == expected)
    }

    @Test("normalizing twice changes nothing", arguments: 0..<200)
    func normalizationIsIdempotent(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet = Array("aZb Y_-./:$ÉßﬁＡ\u{200B}\u{3000}9\t".unicodeScalars)
        var name = ""
        for _ in 0..<Int(random.next() % 24) {
            name.unicodeScalars.append(alphabet[Int(random.next() % UInt64(alphabet.count))])
        }
        let once = normalized(name)
        #expect(normalized(once) == once)
    }

    @Test("a named page's track event is a page view")
    func namedPages() {
        #expect(match("Viewed Home Page")?.name.text == "page_view")
        #expect(match("Viewed Home Page")?.rule == "registry:Viewed * Page")
        #expect(match("viewed_pricing_page")?.name.text == "page_view")
        #expect(match("Viewed Pages")?.name.text == "custom.viewed_pages")
    }

    @Test("ambiguous names are custom until the account switches them on")
    func ambiguousNames() {
        #expect(match("Order Placed")?.name.text == "custom.order_placed")
        #expect(match("Order Placed", ambiguous: ["order_placed"])?.name.text == "purchase")
        #expect(match("Form Submitted", ambiguous: ["Order Placed"])?.name.text == "custom.form_submitted")
        for name in ["Form Submitted", "Contact", "Schedule", "Product Purchased", "Order Paid", "Subscribed"] {
            #expect(match(name)?.name.isCustom == true, "\(name)")
            #expect(match(name, ambiguous: [name])?.name.isCustom == false, "\(name)")
        }
    }

    @Test("the account's own names come first")
    func overrides() {
        let overrides = ["Order Completed": "order_updated", "bestellung": "Purchase", "Foo": "custom.bar", "x": "Y z"]
        #expect(match("order_completed", overrides: overrides)?.name.text == "order_updated")
        #expect(match("order_completed", overrides: overrides)?.rule == "override:order completed")
        #expect(match("BESTELLUNG", overrides: overrides)?.name.text == "purchase")
        #expect(match("foo", overrides: overrides)?.name.text == "custom.bar")
        #expect(match("X", overrides: overrides)?.name.text == "custom.y_z")
    }

    @Test("unknown names become custom events with a slug of at most 100 bytes")
    func customNames() {
        #expect(match("Video Liked!")?.name.text == "custom.video_liked!")
        #expect(match("Video Liked!")?.rule == "custom")
        #expect(match("🛒 Ordered")?.name.text == "custom.🛒_ordered")
        let long = match(String(repeating: "é", count: 80))?.name.text
        #expect(long == "custom." + String(repeating: "é", count: 50))
        #expect(match(String(repeating: "a", count: 120))?.name.text.utf8.count == 107)
        #expect(match("___") == nil)
    }
}

/// A small random generator whose sequence a seed decides.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
