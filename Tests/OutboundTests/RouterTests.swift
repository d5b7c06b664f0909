import EventModel
import Outbound
import Testing

@Suite struct RouterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var rule: RouteRule
        var platform: String? = "shopify"
        var refusal: String?
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "no filter", rule: RouteRule(destination: "d")),
        Case(
            name: "disabled", rule: RouteRule(destination: "d", isEnabled: false, account: "other"), refusal: "disabled"
        ),
        Case(name: "its account", rule: RouteRule(destination: "d", account: "acct")),
        Case(
            name: "another account", rule: RouteRule(destination: "d", account: "acct2", environment: "x"),
            refusal: "account"),
        Case(name: "its environment", rule: RouteRule(destination: "d", environment: "production")),
        Case(
            name: "another environment",
            rule: RouteRule(destination: "d", environment: "staging", filter: names(["x"])), refusal: "environment"),
        Case(name: "a name listed", rule: RouteRule(destination: "d", filter: names(["refund", "purchase"]))),
        Case(
            name: "a name not listed", rule: RouteRule(destination: "d", filter: names(["refund"])),
            refusal: "filter:event_name"),
        Case(name: "an empty list", rule: RouteRule(destination: "d", filter: names([])), refusal: "filter:event_name"),
        Case(
            name: "not meant for it",
            rule: RouteRule(destination: "d", policy: selected(["lead"])),
            refusal: "allowlist"),
        Case(name: "a pattern", rule: RouteRule(destination: "d", filter: names(["pur*"]))),
        Case(name: "a platform listed", rule: RouteRule(destination: "d", filter: platforms(["shopify"]))),
        Case(
            name: "a platform not listed", rule: RouteRule(destination: "d", filter: platforms(["web"])),
            refusal: "filter:platform"),
        Case(
            name: "no platform", rule: RouteRule(destination: "d", filter: platforms(["*"])), platform: nil,
            refusal: "filter:platform"),
        Case(name: "no platform, no filter", rule: RouteRule(destination: "d"), platform: nil),
    ]

    private static func selected(_ list: [String]) -> RoutingPolicy {
        var policy = RoutingPolicy(.everything)
        policy.allowlist = .listed(NamePatternSet(list))
        return policy
    }
    private static func names(_ list: [String]) -> RouteFilter {
        RouteFilter(eventNames: NameChoice(NamePatternSet(list)))
    }
    private static func platforms(_ list: [String]) -> RouteFilter {
        RouteFilter(platforms: NameChoice(NamePatternSet(list)))
    }

    @Test(arguments: cases)
    func theFirstRuleThatSaysNoIsTheReason(_ c: Case) {
        let subject = RouteSubject(
            eventName: "purchase", account: "acct", environment: "production", platform: c.platform)
        #expect(Router([c.rule]).verdicts(for: subject) == [RouteVerdict(destination: "d", refusal: c.refusal)])
    }

    @Test func everyDestinationGetsAVerdictInOrder() {
        let router = Router([RouteRule(destination: "b"), RouteRule(destination: "a", isEnabled: false)])
        let subject = RouteSubject(eventName: "purchase", account: "acct", environment: "production", platform: nil)
        #expect(
            router.verdicts(for: subject) == [
                RouteVerdict(destination: "b", refusal: nil), RouteVerdict(destination: "a", refusal: "disabled"),
            ])
    }

    @Test(
        arguments: [
            ("*", "", true), ("*", "anything", true), ("a*", "a", true), ("a*", "ba", false), ("*a", "ba", true),
            ("*a", "ab", false), ("a*c", "abbc", true), ("a*c", "abcb", false), ("*b*", "abc", true),
            ("*b*", "ac", false),
            ("a**c", "ac", true), ("custom.*", "custom.x", true), ("custom.*", "customx", false),
            ("*ab*ab", "abab", true), ("*ab*ab", "aab", false), ("*aab", "aaab", true), ("é*", "éa", true),
            ("purchase", "Purchase", false),
        ])
    func aStarStandsForAnyRun(_ pattern: String, name: String, isMember: Bool) {
        #expect(NamePatternSet([pattern]).contains(name) == isMember)
    }
}
