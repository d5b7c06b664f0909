import Outbound
import Testing

@testable import Gateway

/// Filters and segments in the file: how they are read, and what is said about bad ones.
@Suite struct ConfigurationFilterTests {
    typealias Case = ConfigurationFaultCase

    private func filter(_ lines: String, top: String = "") throws -> DestinationFilter {
        let text =
            top + ConfigurationFixture.minimal
            + "destinations:\n  - name: hook\n    kind: http\n    url: https://example.com/hook\n    filter:\n" + lines
        return try #require(try ConfigurationFixture().load(text).configuration.destinations.first).filter
    }

    @Test func namesAreWantedOrNot() throws {
        let filter = try filter(
            """
                  event_name: purchase
                  platform: [shopify, "woo*"]
                  segment: {in: [vip], not: [staff, "test_*"]}

            """)
        #expect(filter.eventNames == NameFilter(wanted: ["purchase"]))
        #expect(filter.platforms == NameFilter(wanted: ["shopify", "woo*"]))
        #expect(filter.segments == NameFilter(wanted: ["vip"], unwanted: ["staff", "test_*"]))
    }

    @Test func conditionsAreReadInTheirOrderAndSaidInWords() throws {
        let filter = try filter(
            """
                  where:
                    properties.value: {greater: 100, less: 1e3}
                    user_data.country: [us, ca]
                    properties.coupon: {exists: false}
                    context.locale: en-US
                    properties.first: true
                    occurred_at: {not: {less: 2026-01-01T00:00:00Z}}
                    traits.plan: {not: [free, trial]}
                    context.page.path: {matches: ["/checkout*", /cart]}
                    properties.plan_id: "7"

            """)
        #expect(
            filter.conditions.map { "\($0.path.text) \($0.words)" } == [
                "properties.value greater than 100 and less than 1e3", "user_data.country one of us, ca",
                "properties.coupon absent", "context.locale equal to en-US", "properties.first equal to true",
                "occurred_at not less than 2026-01-01T00:00:00Z", "traits.plan not one of free, trial",
                "context.page.path like /checkout* or /cart", "properties.plan_id equal to 7",
            ])
        #expect(filter.conditions[1].test == .isAny([.text("us"), .text("ca")]))
        #expect(filter.conditions[4].test == .isAny([.bool(true)]))
        #expect(filter.conditions[8].test == .isAny([.text("7")]))
    }

    @Test func whatCameFromOutsideIsNotShown() throws {
        let text =
            ConfigurationFixture.minimal
            + "destinations:\n  - name: hook\n    kind: http\n    url: https://example.com/\n"
            + "    filter: {where: {properties.key: \"${KEY}\", properties.value: {greater: \"${MIN}\"}}}\n"
        let loaded = try ConfigurationFixture(variables: ["KEY": "hidden_key_1", "MIN": "12345"]).load(text)
        let conditions = try #require(loaded.configuration.destinations.first).filter.conditions
        #expect(conditions.map(\.words) == ["equal to ***", "greater than ***"])
        #expect(!loaded.settings.contains { "\($0.value)".contains("hidden_key_1") || "\($0.value)".contains("12345") })
    }

    @Test func segmentsHaveCases() throws {
        let text =
            """
            segments:
              vip:
                where: {traits.plan: [gold]}
              acme:
                - {groups: ["acme*"]}
                - {where: {traits.company.name: Acme}, groups: [x]}

            """ + ConfigurationFixture.minimal
        let configuration = try ConfigurationFixture().load(text).configuration
        #expect(configuration.segments.keys.sorted() == ["acme", "vip"])
        #expect(configuration.segments["acme"]?.map(\.groups) == [["acme*"], ["x"]])
        #expect(!configuration.segmentTable.isEmpty)
        #expect(!ConfigurationDiff(from: [], to: try ConfigurationFixture().load(text).settings).changes.isEmpty)
    }

    @Test("bad filters", arguments: cases)
    func faults(_ c: Case) { #expect(ConfigurationFixture().faults(c.text) == c.faults) }

    static let cases: [Case] = [
        .destination(
            "unknown key", "filter: {events: [purchase]}",
            "11:14: destinations[0].filter.events: unknown key; known here: event_name, platform, segment, where"),
        .destination(
            "misspelt key", "filter: {platfrom: web}",
            "11:14: destinations[0].filter.platfrom: unknown key; did you mean `platform`?"),
        .destination(
            "unknown word of names", "filter: {platform: {nto: web}}",
            "11:25: destinations[0].filter.platform.nto: unknown key; did you mean `not`?"),
        .destination(
            "a number for a name", "filter: {segment: [1]}",
            "11:24: destinations[0].filter.segment[0]: \"1\" is a number; put quotes around it to make it text"),
        .destination(
            "no mapping", "filter: {where: [properties.value]}",
            "11:21: destinations[0].filter.where: must be a mapping of paths to conditions, not a list"),
        .destination(
            "misspelt path", "filter: {where: {propertys.value: 1}}",
            "11:22: destinations[0].filter.where.propertys.value: there is no name \"propertys\"; did you mean \"properties\"?"
        ),
        .destination(
            "a segment by path", "filter: {where: {segment: vip}}",
            "11:22: destinations[0].filter.where.segment: segments are asked for with `segment`, not by a path"),
        .destination(
            "unknown operator", "filter: {where: {properties.value: {graeter: 5}}}",
            "11:41: destinations[0].filter.where.properties.value.graeter: unknown key; did you mean `greater`?"),
        .destination(
            "strange operator", "filter: {where: {properties.value: {regex: 5}}}",
            "11:41: destinations[0].filter.where.properties.value.regex: unknown key; known here: equals, in, matches, exists, greater, less, not"
        ),
        .destination(
            "no operator", "filter: {where: {properties.value: {}}}",
            "11:40: destinations[0].filter.where.properties.value: says nothing; give one or more of equals, in, matches, exists, greater, less, not"
        ),
        .destination(
            "text above", "filter: {where: {properties.value: {greater: much}}}",
            "11:50: destinations[0].filter.where.properties.value.greater: \"much\" is neither a number, without quotes, nor a time such as 2026-01-31T12:00:00Z"
        ),
        .destination(
            "a number in quotes", "filter: {where: {properties.value: {less: '5'}}}",
            "11:47: destinations[0].filter.where.properties.value.less: \"5\" is neither a number, without quotes, nor a time such as 2026-01-31T12:00:00Z"
        ),
        .destination(
            "exists what", "filter: {where: {properties.value: {exists: 1}}}",
            "11:49: destinations[0].filter.where.properties.value.exists: \"1\" is not allowed; use true or false, without quotes"
        ),
        .destination(
            "in a value", "filter: {where: {properties.value: {in: 1}}}",
            "11:45: destinations[0].filter.where.properties.value.in: must be a list of values, not a single value"),
        .destination(
            "a mapping to equal", "filter: {where: {properties.value: {equals: {a: 1}}}}",
            "11:49: destinations[0].filter.where.properties.value.equals: must be a text, a number, true or false, not a mapping"
        ),
        .destination(
            "twice not", "filter: {where: {properties.value: {not: {not: 1}}}}",
            "11:47: destinations[0].filter.where.properties.value.not.not: unknown key; known here: equals, in, matches, exists, greater, less"
        ),
        .destination(
            "nothing", "filter: {where: {properties.value: }}",
            "11:40: destinations[0].filter.where.properties.value: has no value; give it one, or remove the key"),
        .destination(
            "a number beyond all", "filter: {where: {properties.value: 1234567890123456}}",
            "11:40: destinations[0].filter.where.properties.value: \"1234567890123456\" is no number with up to 15 digits before the point; quotes make it text"
        ),
        .top(
            "a segment of all", "segments: {all: {}}",
            "1:17: segments.all.where: holds of every event; give it `groups` or `where`"),
        .top(
            "a segment with a strange name", "segments: {'a b': {groups: [x]}}",
            "1:12: segments.a b: the name of a segment must have only letters, digits, _, - and ."),
        .top(
            "a segment with a strange key", "segments: {a: {group: [x]}}",
            "1:15: segments.a.where: holds of every event; give it `groups` or `where`",
            "1:16: segments.a.group: unknown key; did you mean `groups`?"),
        Case(
            "a segment that is nearly there",
            "segments: {vip_customers: {groups: [x]}}\n" + ConfigurationFixture.minimal
                + "destinations:\n  - {name: a, kind: http, url: https://x.example, filter: {segment: [vip_customer, other]}}\n",
            "9:69: warning: destinations[0].filter.segment: \"vip_customer\" is not among `segments`; did you mean vip_customers?"
        ),
    ]
}
