import Foundation
import JSON
import Outbound
import Testing

@Suite struct TemplateSafetyTests {
    /// Texts that try to end a string literal, begin another member, or be read as a template.
    static let hostileTexts = [
        #"""#, #"\"#, #"\\"#, #"\""#, #"","admin":true,"x":""#, "{{event_name}}", "{{secrets.token}}", "}}{{",
        #"\u0022"#,
        "\u{0}", "\u{1}\u{1F}", "\n\r\t\u{8}\u{C}", "\u{2028}\u{2029}", "é😀\u{FEFF}", "</script>", "null", "[1]",
        #"{"a":1}"#,
    ]

    private func canonical(_ value: String) throws -> String {
        let object: [String: Any] = ["event_id": value, "properties": ["x": value, "list": [value]]]
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    @Test(arguments: hostileTexts)
    func noValueBreaksOutOfAStringLiteral(_ value: String) throws {
        let template = #"""
            {"part":"<{{properties.x}}>","whole":"{{event_id}}","typed":{{properties.x}},"json":{{json event_id}},
            "both":"{{concat properties.x properties.x}}","text":"{{json properties}}",
            "list":[{{#each properties.list}}"{{this}}"{{/each}}]}
            """#
        let text = try Fixture.render(template, canonical: try canonical(value))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object.keys.sorted() == ["both", "json", "list", "part", "text", "typed", "whole"])
        #expect(object["part"] as? String == "<\(value)>")
        #expect(object["whole"] as? String == value)
        #expect(object["typed"] as? String == value)
        #expect(object["json"] as? String == value)
        #expect(object["both"] as? String == value + value)
        #expect(object["list"] as? [String] == [value])
    }

    @Test(arguments: hostileTexts)
    func noValueBreaksOutOfAMembersName(_ value: String) throws {
        let text = try Fixture.render(#"{"{{properties.x}}":1}"#, canonical: try canonical(value))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Int])
        #expect(object == [value: 1])
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "\u{0}", "a\u{7F}"])
    func aHeaderTakesNoLineBreak(_ value: String) throws {
        let canonical = try canonical(value)
        #expect(throws: RenderFailure.self) { try Fixture.render("v {{properties.x}}", .header, canonical: canonical) }
    }

    @Test(arguments: [".", "..", "...", ""])
    func aURLTakesNoDots(_ value: String) throws {
        let canonical = try canonical(value)
        #expect(throws: RenderFailure.self) {
            try Fixture.render("https://a.example/{{properties.x}}/b", .url, canonical: canonical)
        }
    }

    @Test(arguments: ["/", "?a=b", "#f", "a/../b", "%2e", "@evil.example", "\r\n", "é"])
    func aURLTakesValuesAsDataOnly(_ value: String) throws {
        let url = try Fixture.render("https://a.example/{{properties.x}}/b", .url, canonical: try canonical(value))
        let encoded = url.dropFirst("https://a.example/".count).dropLast(2)
        #expect(encoded.removingPercentEncoding == value)
        #expect(!encoded.contains { "/?#@\r\n".contains($0) })
    }

    @Test func secretsStandInHeadersAndURLsButNotInWhatIsShown() throws {
        let secrets = ["token": "t0p s3cret"]
        #expect(try Fixture.render("Bearer {{secrets.token}}", .header, secrets: secrets) == "Bearer t0p s3cret")
        #expect(
            try Fixture.render("https://a.example/{{secrets.token}}", .url, secrets: secrets)
                == "https://a.example/t0p%20s3cret")
        let template = try Template("https://a.example/{{secrets.token}}", kind: .url, secrets: secrets)
        let reader = EventViewReader()
        let shown = try template.render(try reader.view(of: Fixture.event()), masksSecrets: true)
        #expect(String(decoding: shown, as: UTF8.self) == "https://a.example/***")
        #expect(!"\(template)".contains("s3cret"))
    }

    /// Pieces that random templates are made of.
    static let pieces = [
        "{{", "}}", "{{{", "}}}", "{", "}", "#if ", "/if", "#each ", "/each", "#unless ", "/unless", "else", "else if ",
        "event_name", "properties", ".items", ".0", "this", "@index", "@", "(", ")", "\"", "'", "\\", "\\u", "json ",
        "date ",
        "round ", "lookup ", "concat ", " ", "\n", "[", "]", ":", ",", "1", "-", "1e", "é", "\u{0}", "!", "!--", "--",
        "~", "secrets.",
    ]

    @Test(arguments: 0..<16)
    func arbitraryTextNeverTraps(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let kinds: [TemplateKind] = [.json, .text, .form, .url, .header]
        let reader = EventViewReader()
        let view = try reader.view(of: Fixture.event())
        var compiledCount = 0
        for _ in 0..<150 {
            let count = Int.random(in: 0..<12, using: &random)
            var text = ""
            for _ in 0..<count { text += Self.pieces.randomElement(using: &random) ?? "" }
            // A tag that is likely to compile, so that rendering is reached, too.
            if Bool.random(using: &random) { text = "{{#each properties}}" + text + "{{/each}}" }
            for kind in kinds {
                // Whether it compiles and renders is not the question here.
                guard let template = try? Template(text, kind: kind) else { continue }
                compiledCount += 1
                guard let body = try? template.render(view), kind == .json else { continue }
                let document = JSONDocument()
                #expect(throws: Never.self) { try document.parse(body) }
            }
        }
        #expect(compiledCount > 0)
    }
}
