import Foundation
import Testing

@testable import Gateway

/// docs/configuration.md lists every key that is read, and no other.
@Suite struct ConfigurationReferenceTests {
    private static let page = "docs/configuration.md"

    /// The page with each table, between `<!-- keys SECTION -->` and `<!-- end -->`, replaced by what `table` gives.
    private static func replacingTables(in page: String, _ table: (String) -> String) -> String {
        var parts = page.components(separatedBy: "<!-- keys ")
        for index in parts.indices.dropFirst() {
            guard let head = parts[index].range(of: " -->\n"), let end = parts[index].range(of: "\n<!-- end -->") else {
                Issue.record("a table of \(Self.page) has no end")
                continue
            }
            let section = String(parts[index][..<head.lowerBound])
            parts[index].replaceSubrange(head.upperBound..<end.lowerBound, with: table(section))
        }
        return parts.joined(separator: "<!-- keys ")
    }

    /// Run with `UPDATE_GOLDEN=1` to write the tables anew.
    @Test func thePageHasTheTableOfEverySection() throws {
        let page = try ConfigurationLoaderTests.repositoryFile(Self.page)
        let tables = ConfigurationReference.tables().map { ($0.section.isEmpty ? "top" : $0.section, $0.markdown) }
        let expected = Dictionary(uniqueKeysWithValues: tables)
        var seen: [String] = []
        let updated = Self.replacingTables(in: page) { section in
            seen.append(section)
            return expected[section] ?? "no such section"
        }
        #expect(seen.sorted() == expected.keys.sorted())
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            let url = ConfigurationLoaderTests.repository.appendingPathComponent(Self.page)
            try updated.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(updated == page, "UPDATE_GOLDEN=1 writes the tables of \(Self.page) anew")
        }
    }

    @Test func everyKeyIsDescribedInASentence() {
        for key in ConfigurationReference.keys() {
            #expect(key.summary.hasSuffix("."), "\(key.path)")
            #expect(!key.summary.contains("|"), "\(key.path)")
            #expect(!key.fallback.isEmpty, "\(key.path)")
        }
    }

    @Test func everyDescribedKeyIsKnownToTheLoader() throws {
        let text = try ConfigurationLoaderTests.repositoryFile("examples/gateway.yaml")
        let known = Set(ConfigurationReference.keys().map(\.path))
        let loaded = try ConfigurationFixture(variables: ConfigurationLoaderTests.exampleVariables).load(text)
        for setting in loaded.settings {
            var path = setting.path
            for container in ["headers", "events", "consent_categories"] {
                if let range = path.range(of: ".\(container).") { path = String(path[..<range.upperBound].dropLast()) }
            }
            path = path.replacing(#/\[[^\]]*\]/#, with: "[]")
            if path.hasPrefix("secrets.") { path = "secrets" }
            if path.hasPrefix("segments."), let key = path.split(separator: ".").last {
                path = "segments.<segment>[].\(key)"
            }
            if path.contains("secrets[].") { path = "secret.\(path.split(separator: ".").last ?? "")" }
            #expect(known.contains(path), "\(setting.path)")
        }
    }

    @Test func keysOfKindsSayTheirKind() {
        let url = ConfigurationReference.keys().first { $0.path == "destinations[].url" }
        #expect(url?.summary == "`http`: Where requests go; `{{…}}` may stand in path and query.")
        #expect(url?.fallback == "required")
    }
}
