import Platform
import Testing

@testable import Gateway

/// Loads configuration texts without touching the machine's environment or files.
struct ConfigurationFixture: Sendable {
    /// A file with one source and nothing else; each of its lines is needed.
    static let minimal = """
        sources:
          - name: web
            kind: native
            account: acme
            environment: production
            write_keys: [0123456789abcdef]

        """

    var variables: [String: String] = [:]
    var files: [String: String] = [:]
    var now = Timestamp(CivilTime(year: 2026, month: 1, day: 1))

    var environment: ConfigurationEnvironment {
        ConfigurationEnvironment(
            variable: { [variables] in variables[$0] },
            file: { [files] path in
                files[path].map { .success(Array($0.utf8)) } ?? .failure(.init(reason: "No such file or directory"))
            })
    }

    func load(_ text: String, file: String = "gateway.yaml") throws(ConfigurationError) -> LoadedConfiguration {
        try ConfigurationLoader.read(Array(text.utf8), file: file, environment: environment, now: now)
    }

    /// Errors and warnings of a text, without the file's name, one a line.
    func faults(_ text: String) -> [String] {
        faults(bytes: Array(text.utf8))
    }

    func faults(bytes: [UInt8]) -> [String] {
        do throws(ConfigurationError) {
            let loaded = try ConfigurationLoader.read(bytes, file: "gateway.yaml", environment: environment, now: now)
            return loaded.warnings.map { "\($0)".replacing("gateway.yaml:", with: "", maxReplacements: 1) }
        } catch {
            return error.faults.map { "\($0)".replacing("gateway.yaml:", with: "", maxReplacements: 1) }
        }
    }
}

/// A bad file and what is said about it, line by line.
struct ConfigurationFaultCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let faults: [String]

    init(_ name: String, _ text: String, _ faults: String...) {
        testDescription = name
        self.text = text
        self.faults = faults
    }

    /// A top-level line before the minimal file.
    static func top(_ name: String, _ line: String, _ faults: String...) -> ConfigurationFaultCase {
        ConfigurationFaultCase(name, line + "\n" + ConfigurationFixture.minimal, faults)
    }

    /// A line more in the only source; it is line 7.
    static func source(_ name: String, _ line: String, _ faults: String...) -> ConfigurationFaultCase {
        ConfigurationFaultCase(name, ConfigurationFixture.minimal + "    \(line)\n", faults)
    }

    /// A line more in the only destination; it is line 11.
    static func destination(_ name: String, _ line: String, _ faults: String...) -> ConfigurationFaultCase {
        let head = """
            destinations:
              - name: hook
                kind: http
                url: https://example.com/hook

            """
        let lines = (ConfigurationFixture.minimal + head).replacing("    url: https://example.com/hook\n", with: "")
        let url = line.hasPrefix("url:") ? "" : "    url: https://example.com/hook\n"
        return ConfigurationFaultCase(name, lines + url + "    \(line)\n", faults)
    }

    /// The day on which the token of the only destination expires, at LinkedIn; it is line 12.
    static func linkedIn(_ name: String, expiry: String, _ faults: String...) -> ConfigurationFaultCase {
        let lines = """
            destinations:
              - name: jobs
                kind: linkedin
                conversion_rules: {purchase: "1234567"}
                access_token: example-access-token-of-sixty-days
                access_token_expires_at: \(expiry)

            """
        return ConfigurationFaultCase(name, ConfigurationFixture.minimal + lines, faults)
    }

    private init(_ name: String, _ text: String, _ faults: [String]) {
        testDescription = name
        self.text = text
        self.faults = faults
    }
}
