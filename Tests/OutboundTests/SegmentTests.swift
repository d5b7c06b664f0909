import EventModel
import Outbound
import Testing

/// Which segments an event is in, and what templates show of them.
@Suite struct SegmentTests {
    private static func event(
        type: String = "track", traits: String = "{}", properties: String = "{}", group: String? = nil
    ) -> String {
        let context = type == "identify" ? "{}" : #"{"traits":\#(traits)}"#
        let own = type == "identify" ? traits : properties
        let data = group.map { #"{"group_id":"\#($0)","value":10}"# } ?? #"{"value":10}"#
        return #"{"event_name":"purchase","event_id":"e-1","type":"\#(type)","custom_data":\#(data),"#
            + #""properties":\#(own),"context":\#(context)}"#
    }

    private static func table() throws -> SegmentTable {
        func plan(_ names: String...) throws -> EventCondition {
            EventCondition(try EventPath("traits.plan"), .isAny(names.map { .text($0) }), words: "")
        }
        let value = EventCondition(
            try EventPath("properties.value"), .greater(.number(Amount(9))), words: "")
        return SegmentTable([
            SegmentRule("acme", [SegmentCase(groups: NamePatternSet(["acme", "acme-*"]))]),
            SegmentRule("vip", [SegmentCase(conditions: [try plan("gold", "platinum"), value])]),
            SegmentRule(
                "either", [SegmentCase(groups: NamePatternSet(["x"])), SegmentCase(conditions: [try plan("pro")])]),
        ])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var event: String
        var segments: [String]
        var testDescription: String { "\(segments)" }

        init(_ event: String, _ segments: [String]) {
            self.event = event
            self.segments = segments
        }
    }

    static let cases: [Case] = [
        Case(event(), []), Case(event(traits: #"{"plan":"gold"}"#), ["vip"]),
        Case(event(type: "identify", traits: #"{"plan":"gold"}"#), ["vip"]),
        Case(event(properties: #"{"plan":"gold"}"#), []),
        Case(event(traits: #"{"plan":"pro"}"#, group: "acme-2"), ["acme", "either"]),
        Case(event(group: "x"), ["either"]), Case(event(group: "acm"), []),
        Case(event(traits: #"{"segments":["b","a"],"segment":"c"}"#), ["c", "b", "a"]),
        Case(event(type: "identify", traits: #"{"segments":["b"]}"#), ["b"]),
        Case(event(traits: #"{"plan":"gold","segment":"vip"}"#), ["vip"]),
        Case(event(properties: #"{"segment":"p"}"#), ["p"]),
        Case(event(traits: #"{"segment":"t"}"#, properties: #"{"segment":"p"}"#), ["t"]),
        Case(event(traits: #"{"segments":["",1,null,{"a":1},"ok","ok"]}"#), ["ok"]),
        Case(event(traits: #"{"segments":{"a":true}}"#), []),
    ]

    @Test(arguments: cases)
    func anEventIsInTheSegmentsOfTheRulesAndOfItsSender(_ c: Case) throws {
        let view = try EventViewReader().view(of: Fixture.event(canonical: c.event, decisions: "{}"))
        #expect(try Self.table().segments(of: view) == c.segments)
    }

    @Test func aSenderCannotNameSegmentsWithoutEnd() throws {
        let names = (0..<500).map { "\"s\($0)\"" }.joined(separator: ",")
        let long = "\"\(String(repeating: "x", count: SegmentTable.nameByteLimit + 1))\""
        let text = Self.event(traits: #"{"segments":[\#(long),\#(names)]}"#)
        let view = try EventViewReader().view(of: Fixture.event(canonical: text, decisions: "{}"))
        let segments = SegmentTable().segments(of: view)
        #expect(segments.count == SegmentTable.limit - 1)
        #expect(segments.first == "s0")
    }

    @Test(
        arguments: [
            (#""{{segment}}""#, #""vip,eu""#), ("{{json segments}}", #"["vip","eu"]"#),
            ("[{{#each segments}}\"{{this}}\"{{#unless @last}}, {{/unless}}{{/each}}]", #"["vip", "eu"]"#),
            (#""{{segments.1}}""#, #""eu""#), (#""{{lookup segments 0}}""#, #""vip""#),
            (#"{{#if segments}}1{{else}}0{{/if}}"#, "1"),
        ])
    func templatesShowThem(_ template: String, _ rendered: String) throws {
        let stated = Self.event(traits: #"{"segments":["vip","eu"]}"#)
        // What the committer found, and without that what the sender says.
        for decisions in [#"{"segments":["vip","eu"]}"#, "{}"] {
            let canonical = decisions == "{}" ? stated : Self.event(traits: #"{"segment":"other"}"#)
            let view = try EventViewReader().view(of: Fixture.event(canonical: canonical, decisions: decisions))
            let compiled = try Template(template, kind: .json)
            #expect(String(decoding: try compiled.render(view), as: UTF8.self) == rendered)
        }
    }

    @Test func withoutSegmentsTheyAreMissing() throws {
        let view = try EventViewReader().view(
            of: Fixture.event(canonical: Self.event(), decisions: #"{"segments":[]}"#))
        let compiled = try Template(#"["{{default segment "none"}}", {{#if segments}}1{{else}}0{{/if}}]"#, kind: .json)
        #expect(String(decoding: try compiled.render(view), as: UTF8.self) == #"["none", 0]"#)
    }
}
