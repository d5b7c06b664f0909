import Outbound
import Testing

@Suite struct TemplateErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var template: String
        var line: Int
        var column: Int
        var message: String
        var kind = TemplateKind.json
        var testDescription: String { template }
    }

    static let cases = [
        Case(
            template: "{\n  \"a\": {{jsno properties}}\n}", line: 2, column: 10,
            message: #"there is no helper "jsno"; did you mean "json"?"#),
        Case(
            template: "{{evnt_name}}", line: 1, column: 3,
            message: #"there is no name "evnt_name"; did you mean "event_name"?"#),
        Case(
            template: "{{proprties.order_id}}", line: 1, column: 3,
            message: #"there is no name "proprties"; did you mean "properties"?"#),
        Case(template: "{{xyzzy}}", line: 1, column: 3, message: #"there is no name "xyzzy""#),
        Case(
            template: "{{#iff a}}{{/iff}}", line: 1, column: 3,
            message: ##"there is no block "#iff"; did you mean "#if"?"##),
        Case(template: "{{#if event_name}}", line: 1, column: 1, message: "this block is never closed"),
        Case(template: "{{#if event_name}}{{/each}}", line: 1, column: 19, message: "expected {{/if}} here"),
        Case(template: "{{/if}}", line: 1, column: 1, message: "/if closes a block that was not opened"),
        Case(template: "{{else}}", line: 1, column: 1, message: "else stands outside of a block, or comes twice"),
        Case(
            template: "{{#if event_name}}{{else}}{{else}}{{/if}}", line: 1, column: 27,
            message: "else stands outside of a block, or comes twice"),
        Case(template: "{{event_name", line: 1, column: 13, message: "the tag is never closed with }}"),
        Case(template: "{{event_name}", line: 1, column: 13, message: "expected }} here"),
        Case(template: "{{}}", line: 1, column: 3, message: "a name is missing here"),
        Case(template: "{{event_name.}}", line: 1, column: 14, message: "a name is missing here"),
        Case(
            template: "{{{event_name}}}", line: 1, column: 1,
            message: "{{{ is not supported, as values are always escaped; write {{json name}} or { {{"),
        Case(
            template: "{{> partial}}", line: 1, column: 3,
            message: "partials, whitespace control and unescaped values are not supported"),
        Case(template: "{{lower}}", line: 1, column: 3, message: "lower needs 1 or more values"),
        Case(template: "{{lower event_name event_id}}", line: 1, column: 20, message: "lower takes at most 1 values"),
        Case(
            template: #"{{date occurred_at "%Q"}}"#, line: 1, column: 3,
            message: #"date takes "iso", "date", "unix", "unix_ms" or a pattern of %Y %m %d %H %M %S %L"#),
        Case(
            template: "{{round properties.value 7}}", line: 1, column: 3,
            message: "round takes a number of digits from 0 to 6"),
        Case(template: "{{default event_name 1.}}", line: 1, column: 22, message: "this is no number"),
        Case(template: #"{{default event_name "x}}"#, line: 1, column: 22, message: "the text is never closed"),
        Case(template: "{{json (lower event_name}}", line: 1, column: 8, message: "the bracket is never closed"),
        Case(template: "{{this}}", line: 1, column: 3, message: "this has a meaning inside #each only"),
        Case(template: "{{@index}}", line: 1, column: 3, message: "@index has a meaning inside #each only"),
        Case(
            template: "{{#each notes}}{{@indx}}{{/each}}", line: 1, column: 18,
            message: #"there is no variable "@indx"; did you mean "@index"?"#),
        Case(template: "{{!-- a }}", line: 1, column: 1, message: "the comment is never closed with --}}"),
        Case(template: #"{"a": "b}"#, line: 1, column: 10, message: "a text in quotes is never closed"),
        Case(
            template: #"{{#if event_name}}"a{{/if}}""#, line: 1, column: 21,
            message: "every branch of a block must open and close the same quotes"),
        Case(
            template: #"{{#if event_name}}"a{{else}}1{{/if}}"#, line: 1, column: 30,
            message: "every branch of a block must open and close the same quotes"),
        Case(
            template: #"{{#each notes}}"{{/each}}"#, line: 1, column: 17,
            message: "every branch of a block must open and close the same quotes"),
        Case(
            template: #""\u00{{event_name}}""#, line: 1, column: 6, message: #"a value cannot stand inside a \ escape"#),
        Case(
            template: "{{sha256 secrets.token}}", line: 1, column: 3,
            message: "in a body a secret stands by itself, as {{secrets.NAME}}, so that it can be masked"),
        Case(
            template: "{{#if secrets.token}}{{/if}}", line: 1, column: 3,
            message: "in a body a secret stands by itself, as {{secrets.NAME}}, so that it can be masked"),
        Case(
            template: "{{truncate event_name 0}}", line: 1, column: 3,
            message: "truncate takes a whole number from 1 to 100000"),
        Case(
            template: "{{recent occurred_at event_name}}", line: 1, column: 3,
            message: "recent takes a whole number from 1 to 100000"),
        Case(
            template: "{{safe_id event_id event_name}}", line: 1, column: 3,
            message: "safe_id takes a name in quotes, such as \"mixpanel\""),
        Case(
            template: "{{secrets.tokn}}", line: 1, column: 3,
            message: #"there is no secret "tokn"; did you mean "token"?"#,
            kind: .header),
        Case(
            template: "a\r\nX: b", line: 1, column: 2,
            message: "a header's value is one line without control characters",
            kind: .header),
        Case(
            template: "https://a.example/\u{0}b", line: 1, column: 19,
            message: "a URL is one line without control characters", kind: .url),
        Case(
            template: "https://{{properties.host}}/", line: 1, column: 9,
            message: "scheme and host of a URL must be given; values may follow after the host's /", kind: .url),
        Case(
            template: "{{secrets.token}}", line: 1, column: 1,
            message: "scheme and host of a URL must be given; values may follow after the host's /", kind: .url),
    ]

    @Test(arguments: cases)
    func saysWhatIsWrongAndWhere(_ c: Case) {
        let error = #expect(throws: TemplateError.self) {
            try Template(c.template, kind: c.kind, secrets: ["token": "t"])
        }
        #expect(error?.description == "line \(c.line), column \(c.column): \(c.message)")
    }

    @Test func tooLargeATemplateIsRefused() {
        #expect(throws: TemplateError.self) { try Template(String(repeating: "a", count: 256 << 10 | 1), kind: .text) }
    }

    @Test func tooDeepBlocksAndBracketsAreRefused() {
        let blocks = String(repeating: "{{#if event_name}}", count: 17) + String(repeating: "{{/if}}", count: 17)
        #expect(throws: TemplateError.self) { try Template(blocks, kind: .text) }
        let brackets =
            "{{json " + String(repeating: "(json ", count: 17) + "event_name" + String(repeating: ")", count: 17)
        #expect(throws: TemplateError.self) { try Template(brackets + "}}", kind: .text) }
    }
}
