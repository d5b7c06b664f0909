import Testing

@testable import Gateway

@Suite struct ConfigurationInterpolationTests {
    private static func expand(_ text: String) -> Interpolation {
        Interpolation(text) { placeholder in
            switch placeholder {
            case .variable("SET", _): .success("value")
            case .variable(let name, let fallback):
                fallback.map { .success($0) } ?? .failure(.init(opening: "${\(name)", message: "no \(name)"))
            case .file(let path): .success("<\(path)>")
            }
        }
    }

    @Test(
        "placeholders are replaced",
        arguments: [
            ("plain", "plain"), ("${SET}", "value"), ("a${SET}b${SET}c", "avaluebvaluec"), ("${NONE:-x}", "x"),
            ("${NONE:-}", ""), ("${NONE:-a:-b}", "a:-b"), ("${file:/run/secret}", "</run/secret>"),
            ("$${SET}", "${SET}"), ("$$${SET}", "$${SET}"), ("$", "$"), ("$SET", "$SET"), ("a$", "a$"),
            ("{SET}", "{SET}"),
            ("$ {SET}", "$ {SET}"), ("é${SET}é", "évalueé"),
        ])
    func replaces(_ text: String, _ expected: String) {
        let result = Self.expand(text)
        #expect(result.text == expected)
        #expect(result.faults.isEmpty)
    }

    @Test(
        "what is no placeholder is refused",
        arguments: [
            ("${", "${ has no closing brace on its line; write ${NAME}, or $${ for the text ${"),
            ("x${SET", "${ has no closing brace on its line; write ${NAME}, or $${ for the text ${"),
            ("${}", "${…} needs the name of an environment variable: letters, digits and _; $${ is the text ${"),
            ("${1A}", "${…} needs the name of an environment variable: letters, digits and _; $${ is the text ${"),
            ("${a-b}", "${…} needs the name of an environment variable: letters, digits and _; $${ is the text ${"),
            ("${file:}", "${file:} names no file; write ${file:/path}"), ("${NONE}", "no NONE"),
        ])
    func refuses(_ text: String, _ message: String) {
        #expect(Self.expand(text).faults.map(\.message) == [message])
    }

    @Test func everyMissingVariableIsReported() {
        #expect(Self.expand("${A} ${SET} ${B}").faults.map(\.opening) == ["${A", "${B"])
    }

    @Test func onlyTextWithADollarAndABraceNeedsReplacing() {
        #expect(Interpolation.isNeeded(in: "a${B}"))
        #expect(!Interpolation.isNeeded(in: "$ {"))
        #expect(!Interpolation.isNeeded(in: ""))
    }

    // MARK: In files

    private static let secretLine = "    write_keys: [0123456789abcdef]"

    @Test func valuesComeFromVariablesDefaultsAndFiles() throws {
        let fixture = ConfigurationFixture(
            variables: ["KEY": "key-of-sixteen-bytes", "PORT": "9000", "ON": "true", "EMPTY": ""],
            files: ["/run/secrets/key": "key-from-the-file\n", "conf/key": "key-beside-the-file"])
        let text =
            "listen: 127.0.0.1:${PORT}\nhttp: {connection_limit: ${PORT}, loops: \"${EMPTY:-3}\"}\n"
            + ConfigurationFixture.minimal.replacing(
                Self.secretLine,
                with: "    write_keys: [${KEY}, '${file:/run/secrets/key}', ${file:key}]\n    strict: ${ON}")
        let configuration = try fixture.load(text, file: "conf/gateway.yaml").configuration
        #expect(configuration.listen.port == 9000)
        #expect(configuration.http.connectionLimit == 9000)
        #expect(configuration.http.loopCount == 3)
        #expect(
            configuration.sources[0].proof.writeKeys.map(\.secret.revealed) == [
                "key-of-sixteen-bytes", "key-from-the-file", "key-beside-the-file",
            ])
        #expect(configuration.sources[0].canonicalization.requiresBusinessID)
    }

    @Test func aMissingVariableIsReportedOnItsOwnLine() {
        let text =
            ConfigurationFixture.minimal + """
                destinations:
                  - name: hook
                    kind: http
                    url: https://example.com
                    template: |
                      {"a": 1,
                       "b": "${ABSENT}"}
                """
        #expect(
            ConfigurationFixture().faults(text) == [
                "13:14: destinations[0].template: the environment variable ABSENT is not set; set it, or write ${ABSENT:-default}"
            ])
    }

    @Test func aMissingFileIsReportedWithItsPath() {
        let text = ConfigurationFixture.minimal.replacing(
            Self.secretLine, with: "    write_keys: ['${file:/run/secrets/key}']")
        #expect(
            ConfigurationFixture().faults(text) == [
                "6:19: sources[0].write_keys[0]: /run/secrets/key cannot be read: No such file or directory"
            ])
    }

    @Test func whatCameFromOutsideIsNotShown() {
        let fixture = ConfigurationFixture(variables: ["VALUE": "hunter2"])
        let text = "listen: ${VALUE}\nlog_level: ${VALUE}\ndedup: {window: ${VALUE}}\n" + ConfigurationFixture.minimal
        let faults = fixture.faults(text)
        #expect(faults.count == 3)
        #expect(faults.allSatisfy { $0.contains("***") && !$0.contains("hunter2") })
    }
}
