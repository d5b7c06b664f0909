import EventModel
import Foundation
import Gateway
import Platform
import Testing

/// What every fixture becomes, line by line.
///
/// `UPDATE_GOLDEN=1 swift test --filter FixtureTests` writes the expected files anew; read the difference before you
/// keep it.
@Suite struct FixtureTests {
    /// One file of `fixtures/`, and what it must become.
    struct Fixture: Sendable, CustomTestStringConvertible {
        let kind: SourceKind
        let file: URL

        var testDescription: String { "\(kind.rawValue)/\(file.lastPathComponent)" }

        /// The file below `fixtures/expected` that has the same name.
        var expectedFile: URL {
            Fixture.root.appendingPathComponent("expected/\(kind.rawValue)")
                .appendingPathComponent(file.deletingPathExtension().lastPathComponent + ".ndjson")
        }

        static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures")

        static let all: [Fixture] = SourceKind.allCases.flatMap { kind in
            let directory = root.appendingPathComponent(kind.rawValue)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
            return names.filter { $0.hasSuffix(".json") }.sorted().map {
                Fixture(kind: kind, file: directory.appendingPathComponent($0))
            }
        }
    }

    @Test func thereAreFixturesOfEachKind() {
        for kind in SourceKind.allCases {
            #expect(Fixture.all.contains { $0.kind == kind })
        }
    }

    @Test(arguments: Fixture.all)
    func aFixtureBecomesWhatItShould(_ fixture: Fixture) throws {
        let profile = SourceProfile(name: fixture.kind.rawValue, kind: fixture.kind, tenant: .offline)
        let now = try #require(RFC3339.timestamp("2026-04-23T15:30:00Z"))
        let filter = CanonicalizeFilter(profile: profile, now: now)
        let lines = filter.lines(for: Array(try Data(contentsOf: fixture.file)))
        let actual = lines.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(!actual.contains { $0.contains("\n") })
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: fixture.expectedFile.deletingLastPathComponent(), withIntermediateDirectories: true)
            try (actual.joined(separator: "\n") + "\n").write(
                to: fixture.expectedFile, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: fixture.expectedFile, encoding: .utf8).split(separator: "\n")
        try #require(actual.count == expected.count)
        for (index, (line, wanted)) in zip(actual, expected).enumerated() {
            let isEqual = try Self.object(line).isEqual(Self.object(wanted))
            #expect(isEqual, "item \(index):\n\(line)\nshould be\n\(wanted)")
        }
    }

    private static func object(_ text: some StringProtocol) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }
}
