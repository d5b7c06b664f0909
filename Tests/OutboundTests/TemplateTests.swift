import Foundation
import JSON
import Outbound
import Testing

@Suite struct TemplateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var template: String
        var rendered: String
        var kind = TemplateKind.json
        var missing = MissingFieldPolicy.empty
        var testDescription: String { template }
    }

    static let paths = [
        Case(template: #"{"a":"{{event_name}}"}"#, rendered: #"{"a":"purchase"}"#),
        Case(template: #"{"a":"{{ event_name }}-{{platform}}"}"#, rendered: #"{"a":"purchase-shopify"}"#),
        Case(
            template: #"["{{user_data.external_id}}","{{identity.state}}","{{consent.ads}}"]"#,
            rendered: #"["u-1","merged","granted"]"#),
        // The normalized value comes before the source's own, which comes before nothing.
        Case(
            template: #"["{{properties.value}}","{{properties.revenue}}","{{custom_data.revenue}}"]"#,
            rendered: #"["129.99","129.99",""]"#),
        Case(template: "{{json properties.value}}", rendered: "129.99"),
        Case(template: "{{properties.value}}", rendered: "129.99"),
        Case(template: "{{event_id}}", rendered: #""A-10293""#),
        Case(template: "{{json properties.items.1.name}}", rendered: #""Hat""#),
        Case(template: "{{json properties.items.[0].sku}}", rendered: #""s1""#),
        Case(template: "{{properties.[my key]}}", rendered: "1"),
        Case(template: "{{json custom_data.items.7}}", rendered: "null"),
        Case(template: "{{json user_data.external_id.x}}", rendered: "null"),
        Case(template: #""{{json consent}}""#, rendered: #""{\"ads\":\"granted\"}""#),
        Case(template: #""{{json event_id}}""#, rendered: #""\"A-10293\"""#),
        Case(template: "{{json segment}}", rendered: "null"),
    ]

    static let missing = [
        Case(template: #"{"a":"{{properties.none}}"}"#, rendered: #"{"a":""}"#),
        Case(template: #"{"a":"{{properties.absent}}"}"#, rendered: #"{"a":null}"#, missing: .null),
        Case(template: #"{"a":"x{{properties.absent}}"}"#, rendered: #"{"a":"x"}"#, missing: .null),
        Case(template: #"{"a":"{{event_name}}"}"#, rendered: #"{"a":"purchase"}"#, missing: .null),
        Case(template: #"{"a":{{properties.absent}}}"#, rendered: #"{"a":null}"#),
        Case(template: #"{"a":{{json properties.absent}}}"#, rendered: #"{"a":null}"#, missing: .fail),
        Case(template: #"{"a":"{{default properties.absent "x"}}"}"#, rendered: #"{"a":"x"}"#, missing: .fail),
    ]

    static let blocks = [
        Case(template: #"{{#if properties.value}}1{{else}}2{{/if}}"#, rendered: "1"),
        Case(template: #"{{#if properties.absent}}1{{else}}2{{/if}}"#, rendered: "2"),
        Case(template: #"{{#if properties.zero}}1{{else}}2{{/if}}"#, rendered: "1"),
        Case(template: #"{{#if properties.empty}}1{{else}}2{{/if}}"#, rendered: "2"),
        Case(template: #"{{#if properties.no}}1{{else}}2{{/if}}"#, rendered: "2"),
        Case(template: #"{{#if properties.list}}1{{else}}2{{/if}}"#, rendered: "2"),
        Case(template: #"{{#unless properties.absent}}1{{/unless}}"#, rendered: "1"),
        Case(
            template: #"{{#if properties.no}}1{{else if properties.empty}}2{{else if event_name}}3{{else}}4{{/if}}"#,
            rendered: "3"),
        Case(template: #"{{#if properties.no}}1{{else if properties.empty}}2{{else}}4{{/if}}"#, rendered: "4"),
        Case(template: #"[1{{#if properties.no}},2{{else if properties.empty}},3{{/if}}]"#, rendered: "[1]"),
        Case(template: #""{{#if properties.no}}a{{else}}b{{event_name}}{{/if}}""#, rendered: #""bpurchase""#),
        Case(
            template: #"[{{#each properties.items}}{{#unless @first}},{{/unless}}"{{this.product_id}}"{{/each}}]"#,
            rendered: #"["p1","p2"]"#),
        Case(
            template: #"[{{#each properties.items}}{{json name}}{{#unless @last}},{{/unless}}{{/each}}]"#,
            rendered: #"["Shirt \"L\"","Hat"]"#),
        Case(
            template: #"[{{#each properties.items}}[{{@index}},{{price}},"{{event_name}}"],{{/each}}0]"#,
            rendered: #"[[0,50,"purchase"],[1,29.99,"purchase"],0]"#),
        Case(template: #"{{#each properties.list}}1{{else}}2{{/each}}"#, rendered: "2"),
        Case(template: #"[{{#each properties.absent}}1{{/each}}]"#, rendered: "[]"),
        Case(template: #"{ {{#each consent}}"{{@key}}":{{json this}}{{/each}}}"#, rendered: #"{ "ads":"granted"}"#),
        Case(
            template: #"[{{#each properties.items}}{{#each this}}"{{@key}}",{{/each}}{{@index}},{{/each}}0]"#,
            rendered: #"["product_id","sku","name","price","quantity",0,"product_id","name","price","quantity",1,0]"#),
    ]

    static let helpers = [
        Case(template: "{{lower source_event}}", rendered: #""order completed""#),
        Case(template: "{{upper properties.emoji}}", rendered: #""É😀""#),
        Case(
            template: "{{sha256 user_data.external_id}}",
            rendered: #""a24a7f55f278dd49fb1f99c5507800cb198a5bfe10fe2126cd0b25672152b0da""#),
        Case(template: "{{json (sha256 properties.absent)}}", rendered: "null"),
        Case(template: "{{json (lower properties.absent)}}", rendered: "null"),
        Case(template: #"{{default properties.absent properties.empty "none"}}"#, rendered: #""none""#),
        Case(template: "{{default properties.zero 5}}", rendered: "0"),
        Case(template: #"{{concat event_name "-" properties.zero true}}"#, rendered: #""purchase-0true""#),
        Case(template: #"{{json (concat properties.absent properties.none)}}"#, rendered: "null"),
        Case(template: #"{{lookup user_data "fbp"}}"#, rendered: #""fb.1.2.3""#),
        Case(template: #"{{lookup properties "value"}}"#, rendered: "129.99"),
        Case(template: #"{{lookup properties.items 1 "name"}}"#, rendered: #""Hat""#),
        Case(template: #"{{upper (lookup properties.items 1 "name")}}"#, rendered: #""HAT""#),
        Case(template: "{{round properties.value}}", rendered: "130"),
        Case(template: "{{round properties.value 1}}", rendered: "130.0"),
        Case(template: "{{round 1.005 2}}", rendered: "1.01"),
        Case(template: "{{round -2.5}}", rendered: "-3"),
        Case(template: #"{{round "12" 2}}"#, rendered: "12.00"),
        Case(template: "{{json (round event_name 2)}}", rendered: "null"),
        Case(template: "{{date occurred_at}}", rendered: #""2026-04-23T14:12:33.481Z""#),
        Case(template: #"{{date occurred_at "unix"}}"#, rendered: "1776953553"),
        Case(template: #"{{date occurred_at "unix_ms"}}"#, rendered: "1776953553481"),
        Case(template: #"{{date occurred_at "%d.%m.%Y %H:%M:%S.%L %%"}}"#, rendered: #""23.04.2026 14:12:33.481 %""#),
        Case(template: #"{{date properties.when "date"}}"#, rendered: #""2026-04-23""#),
        Case(template: #"{{date 1776953553}}"#, rendered: #""2026-04-23T14:12:33.000Z""#),
        Case(template: #"{{date 1776953553481}}"#, rendered: #""2026-04-23T14:12:33.481Z""#),
        Case(template: #"{{date "2026-04-23T16:12:33+02:00"}}"#, rendered: #""2026-04-23T14:12:33.000Z""#),
        Case(template: #"{{json (date event_name)}}"#, rendered: "null"),
    ]

    static let text = [
        Case(template: #"a \{{b}} {{! not seen }}{{!-- nor }} this --}}c"#, rendered: "a {{b}} c", kind: .text),
        Case(template: #"\\{{event_name}}"#, rendered: #"\\purchase"#, kind: .text),
        Case(template: #"{{properties.note}}"#, rendered: "line\nbreak", kind: .text),
        Case(
            template: "a={{properties.path}}&b={{properties.emoji}}", rendered: "a=..%2Fa%20b&b=%C3%A9%F0%9F%98%80",
            kind: .form),
        Case(
            template: "https://a.example/{{event_id}}?q={{properties.path}}",
            rendered: "https://a.example/A-10293?q=..%2Fa%20b", kind: .url),
        Case(template: "Event {{event_name}}", rendered: "Event purchase", kind: .header),
        Case(template: "", rendered: "", kind: .text),
        Case(template: "{{properties.no}}{{properties.zero}}", rendered: "false0", kind: .text),
    ]

    @Test(arguments: paths + missing + blocks + helpers + text)
    func rendersAsExpected(_ c: Case) throws {
        #expect(try Fixture.render(c.template, c.kind, missing: c.missing) == c.rendered)
    }

    @Test func wholePropertiesAreTheNormalizedOnesOverTheSourcesOwn() throws {
        let text = try Fixture.render(#"{"properties": {{json properties}}}"#)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [String: Any]])
        let properties = try #require(object["properties"])
        #expect(properties["value"] as? Double == 129.99)
        #expect(properties["order_id"] as? String == "A-10293")
        #expect(properties["note"] as? String == "line\nbreak")
        #expect(properties["none"] is NSNull)
    }

    @Test func aMissingValueFailsWhenThePolicySaysSo() {
        #expect(throws: RenderFailure("{{properties.absent}} has no value", body: Array(#"{"a":"#.utf8))) {
            try Fixture.render(#"{"a":"{{properties.absent}}"}"#, missing: .fail)
        }
    }

    @Test func aMissingValueInAURLAlwaysFails() {
        #expect(throws: RenderFailure.self) { try Fixture.render("https://a.example/{{properties.absent}}", .url) }
    }

    @Test func aBodyThatIsNotJSONIsKept() {
        let failure = #expect(throws: RenderFailure.self) { try Fixture.render(#"{"a":{{event_name}} {{event_id}}}"#) }
        #expect(failure?.body == Array(#"{"a":"purchase" "A-10293"}"#.utf8))
        #expect(failure?.message.hasPrefix("the rendered body is not JSON: ") == true)
    }

    @Test func theVersionIsTheBeginningOfTheTextsHash() throws {
        // printf '{}' | sha256sum
        #expect(try Template("{}", kind: .json).version == "44136fa355b3")
    }

    @Test func decisionsMayBeAbsent() throws {
        let reader = EventViewReader()
        let view = try reader.view(of: Fixture.event(decisions: ""))
        let body = try Template("{{json identity.state}}", kind: .json).render(view)
        #expect(String(decoding: body, as: UTF8.self) == "null")
    }

    @Test func nestedLoopsOverLongListsComeToAnEnd() throws {
        let list = "[" + Array(repeating: "1", count: 2000).joined(separator: ",") + "]"
        let template = "{{#each properties.l}}{{#each properties.l}}{{#each properties.l}}{{/each}}{{/each}}{{/each}}"
        #expect(throws: RenderFailure.self) {
            try Fixture.render(template, .text, canonical: #"{"properties":{"l":\#(list)}}"#)
        }
    }
}
