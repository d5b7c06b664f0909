import Testing

@testable import Gateway

@Suite struct ConfigurationDiffTests {
    private static let destination = """
        destinations:
          - name: hook
            kind: http
            url: https://example.com/path
            headers: {A: first}
            signing: {secrets: [first-signing-secret]}

        """

    private static func changes(from old: String, to new: String) throws -> [String] {
        let fixture = ConfigurationFixture(variables: ["ONE": "value-of-variable-1", "TWO": "value-of-variable-2"])
        return try ConfigurationDiff(from: fixture.load(old), to: fixture.load(new)).changes.map(\.description)
    }

    @Test func nothingChangesByWritingOutADefault() throws {
        let base = ConfigurationFixture.minimal
        #expect(try Self.changes(from: base, to: base).isEmpty)
        #expect(try Self.changes(from: base, to: base + "dedup: {window: 720h}\nlog_level: info\n").isEmpty)
    }

    @Test func nothingChangesByReordering() throws {
        let one = "  - {name: one, kind: native, account: a, environment: p, write_keys: [0123456789abcdef]}\n"
        let two = "  - {name: two, kind: native, account: a, environment: p, write_keys: [fedcba9876543210]}\n"
        #expect(try Self.changes(from: "sources:\n\(one)\(two)", to: "sources:\n\(two)\(one)").isEmpty)
    }

    @Test(
        "each change is one line",
        arguments: [
            ("", "dedup: {window: 7d}\n", ["dedup.window: 30d → 7d"]),
            ("dedup: {window: 7d}\n", "", ["dedup.window: 7d → 30d"]),
            ("", "http: {loops: 2}\n", ["http.loops: none → 2"]),
            ("", "secrets: {token: 0123456789abcdef}\n", ["secrets.token: changed"]),
            ("", destination, ["destinations[hook]: added"]),
            (destination, "", ["destinations[hook]: removed"]),
            (
                destination, destination.replacing("first-signing", with: "other-signing"),
                ["destinations[hook].signing.secrets: changed"]
            ),
            (
                destination, destination.replacing("A: first", with: "A: second"),
                ["destinations[hook].headers.A: changed"]
            ),
            (destination, destination.replacing("/path", with: "/other"), ["destinations[hook].url: changed"]),
            (
                destination, destination + "    template: |\n      {}\n      {}\n",
                ["destinations[hook].template: changed"]
            ),
            (
                destination.replacing("A: first", with: "A: '${ONE}'"),
                destination.replacing("A: first", with: "A: '${TWO}'"), ["destinations[hook].headers.A: changed"]
            ),
            (
                destination + "    account: acme\n", destination + "    timeout: 5s\n",
                ["destinations[hook].timeout: 10s → 5s", "destinations[hook].account: acme → none"]
            ),
        ] as [(String, String, [String])])
    func change(_ old: String, _ new: String, _ lines: [String]) throws {
        let base = ConfigurationFixture.minimal
        #expect(try Self.changes(from: base + old, to: base + new) == lines)
    }

    @Test(
        "what is sized or opened at the start waits for a restart",
        arguments: [
            ("limits: {queue: 5}\n", true), ("http: {loops: 2}\n", true), ("log_level: debug\n", true),
            ("listen: 127.0.0.1:1\n", true), ("admin: {listen: 127.0.0.1:2}\n", true), ("data: /other\n", true),
            ("http: {trusted_proxies: 10.0.0.0/8}\n", false), ("http: {drain_timeout: 3s}\n", false),
            ("dedup: {window: 7d}\n", false), ("alerts: {every: 5s}\n", false), (destination, false),
            ("admin: {tokens: [0123456789abcdef]}\n", false),
        ] as [(String, Bool)])
    func restart(_ lines: String, _ waits: Bool) throws {
        let base = ConfigurationFixture.minimal
        let diff = try ConfigurationDiff(
            from: ConfigurationFixture().load(base), to: ConfigurationFixture().load(base + lines))
        #expect(!diff.changes.isEmpty)
        #expect(diff.changes.contains { $0.waitsForRestart } == waits)
    }

    @Test func aValueFromTheEnvironmentIsComparedAndNotShown() throws {
        let old = ConfigurationFixture.minimal.replacing("acme", with: "${ONE}")
        let new = ConfigurationFixture.minimal.replacing("acme", with: "${TWO}")
        #expect(try Self.changes(from: old, to: new) == ["sources[web].account: changed"])
        #expect(try Self.changes(from: old, to: old).isEmpty)
    }

    @Test func aRenamedSourceIsAnotherOne() throws {
        let new = ConfigurationFixture.minimal.replacing("name: web", with: "name: shop")
        #expect(
            try Self.changes(from: ConfigurationFixture.minimal, to: new) == [
                "sources[shop]: added", "sources[web]: removed",
            ])
    }
}
