import Testing

@testable import Gateway

/// Bad files and exactly what is said about them.
@Suite struct ConfigurationFaultTests {
    typealias Case = ConfigurationFaultCase

    @Test("the file as a whole", arguments: fileCases)
    func file(_ c: Case) { #expect(ConfigurationFixture().faults(c.text) == c.faults) }

    static let fileCases: [Case] = [
        Case("empty", "", "1:1: the file is empty; `tracklayer init` writes one to start from"),
        Case("no mapping", "- a", "1:1: must be a mapping of keys and values, not a list"),
        Case("no sources", "log_level: debug", "1:1: sources: is required"),
        Case("empty sources", "sources: []", "1:10: sources: has 0 entries; at least 1 are needed"),
        Case("broken", "sources: [", "2:1: did not find expected node content while parsing a flow node"),
        Case(
            "duplicate key", ConfigurationFixture.minimal + "sources: []\n", "7:1: the key is already on line 1"),
    ]

    @Test("top-level settings", arguments: topCases)
    func top(_ c: Case) { #expect(ConfigurationFixture().faults(c.text) == c.faults) }

    static let topCases: [Case] = [
        .top("misspelt key", "lisen: 1", "1:1: lisen: unknown key; did you mean `listen`?"),
        .top("unknown key", "plugins: 1", "1:1: plugins: unknown key"),
        .top("no value", "log_level:", "1:11: log_level: has no value; give it one, or remove the key"),
        .top(
            "bad level", "log_level: trace",
            "1:12: log_level: \"trace\" is not allowed; use debug, info, warning or error"),
        .top("list for text", "log_level: [info]", "1:12: log_level: must be one value, not a list"),
        .top(
            "bad listener", "listen: \"8080\"",
            "1:9: listen: \"8080\" is no address; write host:port, such as 127.0.0.1:8080 or [::1]:8080"),
        .top(
            "tls without key", "tls: {certificate: a.pem}", "1:6: tls.key: is required",
            "1:20: tls.certificate: cannot be read: No such file or directory"),
        .top("text for section", "dedup: 30d", "1:8: dedup: must be a mapping of keys and values, not a single value"),
        .top(
            "unknown key in a section", "dedup: {windows: 30d}",
            "1:9: dedup.windows: unknown key; did you mean `window`?"),
        .top("unlike any key", "dedup: {ttl: 30d}", "1:9: dedup.ttl: unknown key; known here: window"),
        .top(
            "no duration", "dedup: {window: 30}",
            "1:17: dedup.window: \"30\" is no duration; write a number and a unit, such as 500ms, 2s, 30m, 12h or 30d"),
        .top("long duration", "dedup: {window: 500d}", "1:17: dedup.window: \"500d\" is out of range; use 1h to 400d"),
        .top(
            "quoted number", "http: {loops: \"2\"}", "1:15: http.loops: \"2\" is text; write the number without quotes"),
        .top("no number", "http: {loops: many}", "1:15: http.loops: \"many\" is no whole number"),
        .top("number out of range", "http: {loops: 65}", "1:15: http.loops: \"65\" is out of range; use 1 to 64"),
        .top(
            "no size", "limits: {headers: 1MB}",
            "1:19: limits.headers: \"1MB\" is no size; write a number and B, KiB, MiB or GiB, such as 64KiB"),
        .top(
            "large size", "limits: {headers: 1GiB}", "1:19: limits.headers: \"1GiB\" is out of range; use 1KiB to 1MiB"),
        .top(
            "open admin listener", "admin: {listen: '0.0.0.0:8081', tokens: [0123456789abcdef]}",
            "1:17: warning: admin.listen: is reachable from other machines, and tokens travel in plain HTTP; put TLS before it"
        ),
        .top(
            "name of a secret", "secrets: {web token: 0123456789abcdef}",
            "1:11: secrets.web token: the name of a secret must have only letters, digits and _"),
    ]

    @Test func allFaultsAreReportedInTheOrderOfLines() throws {
        let text = """
            listen: nowhere
            surces: []
            destinations:
              - name: a
                kind: http
                url: gopher://example.com
              - name: a
                kind: http
                concurrency: fast
            """
        #expect(
            ConfigurationFixture().faults(text) == [
                "1:1: sources: is required",
                "1:9: listen: \"nowhere\" is no address; write host:port, such as 127.0.0.1:8080 or [::1]:8080",
                "2:1: surces: unknown key; did you mean `sources`?",
                "6:10: destinations[0].url: \"gopher\" is not allowed; use http or https",
                "7:5: destinations[1].url: is required",
                "9:18: destinations[1].concurrency: \"fast\" is no whole number",
            ])
    }

    @Test func theErrorNamesTheFileOnEveryLine() {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFixture().load("a: 1\nsources: []", file: "/etc/tracklayer/gateway.yaml")
        }
        #expect(
            error?.description == """
                /etc/tracklayer/gateway.yaml:1:1: a: unknown key
                /etc/tracklayer/gateway.yaml:2:10: sources: has 0 entries; at least 1 are needed
                """)
    }

    @Test func aFileThatIsNotThereIsReported() {
        let environment = ConfigurationFixture().environment
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationLoader.load("gateway.yaml", environment: environment, now: ConfigurationFixture().now)
        }
        #expect(
            error?.description
                == "gateway.yaml: cannot be read: No such file or directory; `tracklayer init` writes a new one")
    }

    @Test func secretsNeverAppearInMessages() {
        let secret = "s3cr3t-s3cr3t"
        let fixture = ConfigurationFixture(variables: ["SECRET": secret], files: ["key": secret])
        let text = """
            listen: ${SECRET}
            admin: {tokens: ["\(secret) "], \(secret): 1}
            secrets: {a: ["\(secret)"]}
            sources:
              - name: ${SECRET}/
                kind: ${file:key}
                account: "a ${SECRET}"
                environment: x
                secrets: {\(secret): \(secret)}
                shared_secret: ["\(secret)", {value: [\(secret)]}, {value: \(secret), until: ${SECRET}}]
                write_keys: {value: \(secret)}
            destinations:
              - name: a
                kind: http
                url: https://example.com/hook/\(secret)#x
                headers: {Authorization: "Bearer \(secret) {{secrets.none}} é"}
                signing: {secrets: "\(secret)\\n"}
            """
        let faults = fixture.faults(text)
        #expect(faults.count > 12)
        #expect(faults.allSatisfy { !$0.contains(secret) })
    }

    @Test func manyFaultsAreCut() {
        let text = (0..<1000).map { "unknown\($0): 1" }.joined(separator: "\n")
        #expect(ConfigurationFixture().faults(text).count == ConfigurationContext.faultLimit)
    }
}
