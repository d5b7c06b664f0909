import EventModel
import Outbound
import Platform
import Testing

/// What filters ask of the values of an event, and which reason they give.
@Suite struct EventConditionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var path: String
        var test: EventCondition.Test
        var holds: Bool
        var testDescription: String { "\(path) \(test)" }

        init(_ path: String, _ test: EventCondition.Test, _ holds: Bool) {
            self.path = path
            self.test = test
            self.holds = holds
        }
    }

    private static func number(_ text: String) -> Amount { Amount(text) ?? .zero }
    private static func any(_ texts: String...) -> EventCondition.Test { .isAny(texts.map { .text($0) }) }
    private static func above(_ text: String) -> EventCondition.Test { .greater(.number(number(text))) }
    private static func below(_ text: String) -> EventCondition.Test { .less(.number(number(text))) }
    private static func time(_ seconds: Int64) -> EventCondition.Bound { .time(Timestamp(seconds: seconds)) }

    static let cases: [Case] = [
        Case("properties.value", above("100"), true), Case("properties.value", above("129.99"), false),
        Case("properties.value", above("129.989999"), true), Case("properties.value", below("129.990001"), true),
        Case("properties.value", below("5"), false), Case("properties.value", .not(above("200")), true),
        Case("properties.value", .all([above("100"), below("150")]), true),
        Case("properties.value", .all([above("100"), below("120")]), false),
        Case("properties.value", .isAny([.number(number("129.990"))]), true),
        Case("properties.value", any("129.99"), true), Case("properties.value", any("129.990"), false),
        // The normalized value, not the sender's "129,99"; and a property that is only the sender's.
        Case("custom_data.value", .isAny([.number(number("129.99"))]), true),
        Case("properties.when", any("2026-04-23"), true), Case("properties.when", any("2026-04-2"), false),
        Case("properties.when", .greater(time(1_767_225_600)), true),
        Case("occurred_at", .less(time(1_776_953_554)), true), Case("occurred_at", .less(time(1_776_953_553)), false),
        Case("event_name", .greater(time(0)), false), Case("event_name", above("0"), false),
        Case("user_data.external_id", any("u-1", "u-2"), true), Case("user_data.external_id", any("u"), false),
        Case("user_data.external_id", .fits(NamePatternSet(["u-*"])), true),
        Case("context.page.url", .fits(NamePatternSet(["*/checkout*", "https://shop.example.com/*"])), true),
        Case("context.page.url", .fits(NamePatternSet(["https://shop.example.com"])), false),
        Case("custom_data.items.1.name", any("Hat"), true), Case("custom_data.items.2.name", .exists, false),
        Case("properties.[my key]", .isAny([.number(Amount(1))]), true),
        Case("notes", any("currency_defaulted"), true), Case("notes", any("other"), false),
        Case("consent.ads", any("granted"), true),
        Case("properties.no", .isAny([.bool(false)]), true), Case("properties.no", .isAny([.bool(true)]), false),
        Case("properties.no", .exists, true), Case("properties.empty", .exists, true),
        Case("properties.none", .exists, false), Case("properties.absent", .exists, false),
        Case("properties.absent.deeper", .exists, false), Case("event_name.deeper", .exists, false),
        // Of what is missing only a negation holds.
        Case("properties.absent", any(""), false), Case("properties.absent", .not(any("x")), true),
        Case("properties.absent", above("0"), false), Case("properties.absent", below("0"), false),
        Case("properties.absent", .not(above("0")), true), Case("properties.absent", .not(.exists), true),
        Case("identity.state", any("merged"), true), Case("identity.state", .not(any("merged")), false),
        Case("traits.plan", .exists, false), Case("properties.zero", .isAny([.number(.zero)]), true),
    ]

    @Test(arguments: cases)
    func aConditionHoldsOrIsTheReason(_ c: Case) throws {
        let condition = EventCondition(try EventPath(c.path), c.test, words: "so much")
        let rule = RouteRule(destination: "d", filter: RouteFilter(conditions: [condition]))
        let subject = RouteSubject(
            eventName: "purchase", account: "acct", environment: "production", platform: "shopify")
        let view = try EventViewReader().view(of: Fixture.event())
        let verdict = try #require(Router([rule]).verdicts(for: subject, event: view).first)
        #expect(verdict.refusal == (c.holds ? nil : "filter:\(c.path)"))
        #expect(verdict.detail == (c.holds ? nil : "wants so much"))
        #expect(Router([rule]).verdicts(for: subject).first?.refusal == "filter:\(c.path)", "without the event")
    }

    @Test func aRouterSaysWhatItHasToBeShown() throws {
        let value = EventCondition(try EventPath("properties.value"), .exists, words: "")
        let state = EventCondition(try EventPath("identity.state"), .exists, words: "")
        func router(_ filter: RouteFilter, isEnabled: Bool = true) -> Router {
            Router([RouteRule(destination: "d", isEnabled: isEnabled, filter: filter)])
        }
        #expect(!router(RouteFilter()).readsValues)
        #expect(router(RouteFilter(conditions: [value])).readsValues)
        #expect(!router(RouteFilter(conditions: [value])).readsIdentity)
        #expect(router(RouteFilter(conditions: [value, state])).readsIdentity)
        #expect(!router(RouteFilter(conditions: [value, state]), isEnabled: false).readsValues)
        #expect(router(RouteFilter(segments: NameChoice(not: NamePatternSet(["x"])))).readsSegments)
        #expect(!router(RouteFilter(platforms: NameChoice(NamePatternSet(["x"])))).readsSegments)
    }

    @Test(
        arguments: [
            ("", "a name is missing here"),
            ("propertis.value", "there is no name \"propertis\"; did you mean \"properties\"?"),
            ("lower event_name", "write a path such as properties.value, without helpers"),
            ("\"text\"", "write a path such as properties.value, without helpers"),
            ("this.x", "there is no name"), ("secrets.token", "secrets may stand"),
            ("event_name}} {{x", "expected }} here"),
            ("event_name extra", "expected }} here"),
            ("segment", "segments are asked for with `segment`, not by a path"),
            ("segments.0", "segments are asked for with `segment`, not by a path"),
        ])
    func whatIsNoPathIsRefused(_ text: String, _ message: String) {
        do throws(EventPathError) {
            _ = try EventPath(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(!error.message.isEmpty)
            if !["this.x", "secrets.token", "event_name}} {{x", "event_name extra"].contains(text) {
                #expect(error.message == message)
            }
        }
    }

    struct NameCase: Sendable {
        var choice: NameChoice
        var names: [String]
        var takes: Bool
    }

    static let nameCases: [NameCase] = {
        func choice(_ wanted: [String]?, _ unwanted: [String]? = nil) -> NameChoice {
            NameChoice(wanted.map { NamePatternSet($0) }, not: unwanted.map { NamePatternSet($0) })
        }
        return [
            NameCase(choice: choice(["vip"]), names: ["vip", "eu"], takes: true),
            NameCase(choice: choice(["vip"]), names: ["eu"], takes: false),
            NameCase(choice: choice(["vip"]), names: [], takes: false),
            NameCase(choice: choice(["v*"]), names: ["eu", "vip"], takes: true),
            NameCase(choice: choice(nil, ["staff"]), names: [], takes: true),
            NameCase(choice: choice(nil, ["staff"]), names: ["vip"], takes: true),
            NameCase(choice: choice(nil, ["st*"]), names: ["vip", "staff"], takes: false),
            NameCase(choice: choice(["vip"], ["staff"]), names: ["vip", "staff"], takes: false),
        ]
    }()

    @Test(arguments: nameCases)
    func segmentsAreChosen(_ c: NameCase) {
        var subject = RouteSubject(eventName: "lead", account: "a", environment: "e", platform: nil)
        subject.segments = c.names
        let router = Router([RouteRule(destination: "d", filter: RouteFilter(segments: c.choice))])
        #expect(router.verdicts(for: subject).first?.refusal == (c.takes ? nil : "filter:segment"))
    }

    @Test func whatIsNotWantedIsRefusedByNameAndPlatform() {
        func refusal(_ filter: RouteFilter, platform: String?) -> String? {
            Router([RouteRule(destination: "d", filter: filter)])
                .verdicts(for: RouteSubject(eventName: "lead", account: "a", environment: "e", platform: platform))
                .first?.refusal
        }
        let noLeads = RouteFilter(eventNames: NameChoice(not: NamePatternSet(["le*"])))
        let noServers = RouteFilter(platforms: NameChoice(not: NamePatternSet(["server"])))
        #expect(refusal(noLeads, platform: nil) == "filter:event_name")
        #expect(refusal(noServers, platform: "server") == "filter:platform")
        #expect(refusal(noServers, platform: "web") == nil)
        #expect(refusal(noServers, platform: nil) == nil)
    }
}
