import Foundation
import Outbound
import Platform
import TestSupport
import Testing

/// Runs the snippets of docs/guides/verifying-signatures.md against requests that the gateway signed.
@Suite struct VerifyingSignaturesGuideTests {
    /// A request, the secrets that its receiver knows, and whether that must take it.
    private struct Case: Encodable {
        var body: Data
        var headers: [String: String]
        var secrets: [String]
        var isSigned: Bool
    }

    /// How a snippet's language is run: where its program is, and what calls the snippet.
    struct Runtime: Sendable, CustomTestStringConvertible {
        let language: String
        let programs: [String]
        /// Names of the files that the snippet and the caller are written to.
        let files: (snippet: String, caller: String)
        let caller: String
        let arguments: [String]

        var testDescription: String { language }
    }

    static let runtimes = [
        Runtime(
            language: "js", programs: ["/usr/bin/node", "/usr/local/bin/node"], files: ("snippet.mjs", "main.mjs"),
            caller: """
                import { readFileSync } from "node:fs";
                import { isSigned } from "./snippet.mjs";
                const cases = JSON.parse(readFileSync(process.argv[2]));
                const results = cases.map((c) => isSigned(Buffer.from(c.body, "base64"), c.headers, c.secrets));
                console.log("results " + results.join(" "));
                """, arguments: []),
        Runtime(
            language: "python", programs: ["/usr/bin/python3", "/usr/local/bin/python3"],
            files: ("snippet.py", "main.py"),
            caller: """
                import base64, json, sys
                from snippet import is_signed
                cases = json.load(open(sys.argv[1]))
                results = [is_signed(base64.b64decode(c["body"]), c["headers"], c["secrets"]) for c in cases]
                print("results", *[str(result).lower() for result in results])
                """, arguments: ["-B"]),
        Runtime(
            language: "go", programs: ["/usr/bin/go", "/usr/local/go/bin/go", "/usr/local/bin/go"],
            files: ("snippet.go", "main.go"),
            caller: """
                package main

                import (
                \t"encoding/json"
                \t"fmt"
                \t"net/http"
                \t"os"
                )

                func main() {
                \tvar cases []struct {
                \t\tBody    []byte
                \t\tHeaders map[string]string
                \t\tSecrets []string
                \t}
                \tdata, _ := os.ReadFile(os.Args[1])
                \tif err := json.Unmarshal(data, &cases); err != nil {
                \t\tpanic(err)
                \t}
                \tfmt.Print("results")
                \tfor _, c := range cases {
                \t\theader := http.Header{}
                \t\tfor name, value := range c.Headers {
                \t\t\theader.Set(name, value)
                \t\t}
                \t\tfmt.Print(" ", isSigned(c.Body, header, c.Secrets))
                \t}
                \tfmt.Println()
                }
                """, arguments: []),
    ]

    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/guides/verifying-signatures.md")

    /// The only code of a language on the page.
    private static func snippet(_ language: String) throws -> String {
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```\(language)\n")
        try #require(parts.count == 2, "the page has \(parts.count - 1) snippets for \(language)")
        return try #require(parts[1].components(separatedBy: "\n```").first) + "\n"
    }

    private static func cases() throws -> [Case] {
        let body = Array("{\"event_id\":\"A-1\",\"name\":\"Zoë\",\"value\":129.90}\n".utf8)
        func headers(_ secrets: [String]) throws -> [String: String] {
            let signer = RequestSigner(
                secrets: try secrets.map { try #require(SigningSecret($0)) }, sendsStandardWebhooks: true)
            let headers = signer.headers(body: body, eventID: "A-1", time: Timestamp(seconds: 1_776_953_553))
            return Dictionary(headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }
        }
        let signed = try headers(["new_secret", "old_secret"])
        let name = "x-tracklayer-signature"
        func with(_ value: String?) -> [String: String] {
            var headers = signed
            headers["\(name)-previous"] = nil
            headers[name] = value
            return headers
        }
        let good = try #require(signed[name])
        func one(_ headers: [String: String], _ secrets: [String], _ isSigned: Bool, body: [UInt8] = body) -> Case {
            Case(body: Data(body), headers: headers, secrets: secrets, isSigned: isSigned)
        }
        return [
            one(signed, ["new_secret"], true), one(signed, ["old_secret"], true),
            one(signed, ["other", "old_secret"], true), one(with(good), ["new_secret"], true),
            // Three secrets at once: the header of the older ones comes twice, which many servers join.
            one(try headers(["a", "b", "old_secret"]), ["old_secret"], true),
            one(try headers(["whsec_bmV3X3NlY3JldA=="]), ["whsec_bmV3X3NlY3JldA=="], true),
            one(signed, ["other"], false), one(signed, [], false), one(with(nil), ["new_secret"], false),
            one(signed, ["new_secret"], false, body: Array(body.dropLast())), one(with(""), ["new_secret"], false),
            one(with("sha256="), ["new_secret"], false), one(with(String(good.dropLast())), ["new_secret"], false),
            one(with("sha256=" + String(repeating: "0", count: 64)), ["new_secret"], false),
            one(with("sha256=\u{e9}"), ["new_secret"], false),
            one(with("sha1=" + good.dropFirst(7)), ["new_secret"], false),
            one(with(String(good.dropFirst(7))), ["new_secret"], false),
        ]
    }

    @Test("the page's snippet takes what the gateway signed and nothing else", arguments: runtimes)
    func run(_ runtime: Runtime) throws {
        var snippet = try Self.snippet(runtime.language)
        guard let program = runtime.programs.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            print("test: THE \(runtime.language) SNIPPET WAS NOT RUN, as there is none of \(runtime.programs)")
            return
        }
        if runtime.language == "go" { snippet = "package main\n\n" + snippet }
        let directory = TemporaryDirectory()
        let cases = try Self.cases()
        try snippet.write(toFile: directory.file(runtime.files.snippet), atomically: true, encoding: .utf8)
        try runtime.caller.write(toFile: directory.file(runtime.files.caller), atomically: true, encoding: .utf8)
        try JSONEncoder().encode(cases).write(to: URL(fileURLWithPath: directory.file("cases.json")))
        var files = [directory.file(runtime.files.caller)]
        if runtime.language == "go" { files = ["run", directory.file(runtime.files.snippet)] + files }
        let words = ["HOME=\(directory.path)", program] + runtime.arguments + files + [directory.file("cases.json")]
        let line: String?
        if let child = ChildProgram("/usr/bin/env", words) {
            line = child.line(beginningWith: "results ")
        } else {
            line = nil
        }
        #expect(line == "results " + cases.map { String($0.isSigned) }.joined(separator: " "))
    }

    @Test func theSwiftSnippetTakesWhatTheGatewaySignedAndNothingElse() throws {
        let snippet = try Self.snippet("swift")
        guard let compiler = SwiftSnippetProgram.compiler else {
            print("test: THE swift SNIPPET WAS NOT RUN, as there is no swiftc in the search path")
            return
        }
        let cases = try Self.cases()
        let names = ["x-tracklayer-signature", "x-tracklayer-signature-previous"]
        let line = try SwiftSnippetProgram.results(
            snippet, compiler: compiler,
            cases: cases.map { c in (Array(c.body), names.compactMap { c.headers[$0] }, c.secrets) })
        #expect(line == "results " + cases.map { String($0.isSigned) }.joined(separator: " "))
    }
}
