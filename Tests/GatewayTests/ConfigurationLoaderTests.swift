import EventModel
import Foundation
import Platform
import Testing

@testable import Gateway

/// Good files and what they mean.
@Suite struct ConfigurationLoaderTests {
    /// The variables that examples/gateway.yaml refers to.
    static let exampleVariables = Dictionary(
        uniqueKeysWithValues: [
            "TRACKLAYER_ADMIN_TOKEN", "WEBHOOK_TOKEN", "TRACKLAYER_DESTINATION_SECRET",
            "TRACKLAYER_OLD_DESTINATION_SECRET", "TRACKLAYER_SEGMENT_SECRET", "SEGMENT_SHARED_SECRET", "WRITE_KEY",
            "DEST_SECRET",
        ].map { ($0, "value-of-\($0)") })

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func repositoryFile(_ path: String) throws -> String {
        try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func whatIsNotSaidHasItsDefault() throws {
        let loaded = try ConfigurationFixture().load(ConfigurationFixture.minimal, file: "/etc/tracklayer/gateway.yaml")
        let configuration = loaded.configuration
        #expect(loaded.warnings.isEmpty)
        #expect(configuration.listen.description == "127.0.0.1:8080")
        #expect(configuration.tls == nil)
        #expect(configuration.dataDirectory == "/etc/tracklayer/data")
        #expect(configuration.logLevel == .info)
        #expect(configuration.admin.listen.description == "127.0.0.1:8081")
        #expect(configuration.admin.tokens.isEmpty)
        #expect(configuration.http.loopCount == nil)
        #expect(configuration.http.readTimeout == .seconds(10))
        #expect(configuration.limits.queueLimit == 100_000)
        #expect(configuration.dedup.window == .seconds(30 * 86_400))
        #expect(configuration.identity.strongLimit == 5)
        #expect(configuration.destinations.isEmpty)

        let source = configuration.sources[0]
        #expect(source.kind == .native)
        #expect(source.isEnabled)
        #expect(source.proof.writeKeys == [AcceptedSecret(Secret("0123456789abcdef"))])
        #expect(source.proof.signature == .off)
        #expect(source.proof.signatureSecrets.isEmpty)
        #expect(source.canonicalization.hashesUserData)
        #expect(!source.canonicalization.requiresBusinessID)
        #expect(source.canonicalization.futureTolerance == .seconds(600))
        #expect(!source.keepsRawEnvelopes)
    }

    @Test func theExampleSaysWhatItSays() throws {
        let text = try Self.repositoryFile("examples/gateway.yaml")
        let loaded = try ConfigurationFixture(variables: Self.exampleVariables).load(text)
        let configuration = loaded.configuration
        #expect(loaded.warnings.isEmpty)
        #expect(configuration.secrets == ["webhook_token": Secret("value-of-WEBHOOK_TOKEN")])
        #expect(configuration.sources.map(\.name) == ["rudderstack", "segment", "web-sdk"])

        let rudderstack = configuration.sources[0]
        #expect(
            rudderstack.proof.secrets == [
                AcceptedSecret(Secret("value-of-TRACKLAYER_DESTINATION_SECRET")),
                AcceptedSecret(
                    Secret("value-of-TRACKLAYER_OLD_DESTINATION_SECRET"),
                    until: Timestamp(CivilTime(year: 2030, month: 1, day: 31, hour: 12))),
            ])
        #expect(rudderstack.proof.signature == .optional)
        #expect(rudderstack.proof.signatureSecrets == rudderstack.proof.secrets)
        #expect(rudderstack.include.last == .type(.identify))
        #expect(rudderstack.exclude == [.name("* Internal")])
        #expect(rudderstack.canonicalization.eventOverrides == ["Bestellung abgeschlossen": "purchase"])
        #expect(rudderstack.canonicalization.consentCategories["newsletter"] == [])
        #expect(rudderstack.canonicalization.consentCategories["remarketing"]?.count == 3)
        #expect(configuration.sources[2].canonicalization.dialect == .rudderstack)
        #expect(configuration.sources[2].proof.origins.map(\.description) == ["shop.example.com", "*.example.org"])

        let hook = configuration.destinations[0]
        #expect(hook.retry.attemptLimit == 5)
        guard case .http(let settings) = hook.settings,
            case .http(let collector) = configuration.destinations[1].settings
        else { return }
        #expect(
            settings.headers == [HeaderField(name: "Authorization", value: Secret("Bearer {{secrets.webhook_token}}"))])
        #expect(settings.template?.hasPrefix("{\"type\": \"{{event_name}}\"") == true)
        #expect(settings.missing == .null)
        #expect(
            settings.signing
                == SigningConfiguration(secrets: [Secret("value-of-DEST_SECRET")], usesStandardWebhooks: true))
        #expect(collector.url.text == "https://collector.example.com/v2/events")
        #expect(collector.method == .put)
        #expect(configuration.destinations[1].events == .all)
        #expect(
            configuration.destinations[1].retry.backoff
                == .exponential(initial: .seconds(1), factor: 3, maximum: .seconds(1800), jitterPercent: 10))
    }

    @Test func signaturesAreCheckedWithTheirOwnSecretsIfThereAreAny() throws {
        let text =
            ConfigurationFixture.minimal + """
                    secrets: [header-secret-0001]
                    signature: required
                    signature_secrets: [signing-secret-001]
                """
        let proof = try ConfigurationFixture().load(text).configuration.sources[0].proof
        #expect(proof.secrets == [AcceptedSecret(Secret("header-secret-0001"))])
        #expect(proof.signatureSecrets == [AcceptedSecret(Secret("signing-secret-001"))])
    }

    @Test func aRequiredSignatureIsProofEnough() throws {
        let text = ConfigurationFixture.minimal.replacing(
            "write_keys: [0123456789abcdef]", with: "signature: required\n    signature_secrets: 0123456789abcdef")
        let loaded = try ConfigurationFixture().load(text)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.configuration.sources[0].proof.signature == .required)
    }

    @Test func signaturesAreNotCheckedWhenSwitchedOff() throws {
        let text = ConfigurationFixture.minimal + "    secrets: header-secret-0001\n    signature: off\n"
        let proof = try ConfigurationFixture().load(text).configuration.sources[0].proof
        #expect(proof.signature == .off)
        #expect(proof.signatureSecrets.isEmpty)
    }

    @Test func templatesComeFromFilesBesideTheConfiguration() throws {
        let fixture = ConfigurationFixture(files: ["conf/body.tpl": "{\"cost\": \"${NOT_REPLACED}\"}"])
        let text =
            ConfigurationFixture.minimal + """
                destinations:
                  - {name: a, kind: http, url: "https://example.com", template_file: ./body.tpl}
                """
        let loaded = try fixture.load(text, file: "conf/gateway.yaml")
        guard case .http(let settings) = loaded.configuration.destinations[0].settings else { return }
        #expect(settings.template == "{\"cost\": \"${NOT_REPLACED}\"}")
    }

    @Test func twoTemplatesAreOneTooMany() {
        let fixture = ConfigurationFixture(files: ["body.tpl": "{}"])
        let text =
            ConfigurationFixture.minimal
            + "destinations: [{name: a, kind: http, url: 'https://a.example', template: x, template_file: body.tpl}]"
        #expect(
            fixture.faults(text) == [
                "7:92: destinations[0].template_file: `template` is there too; keep one of them"
            ])
    }

    @Test func anAliasSharesSettings() throws {
        let text =
            ConfigurationFixture.minimal + """
                destinations:
                  - {name: a, kind: http, url: "https://a.example", retry: &slow {attempts: 9}}
                  - {name: b, kind: http, url: "https://b.example", retry: *slow}
                """
        let configuration = try ConfigurationFixture().load(text).configuration
        #expect(configuration.destinations.map(\.retry.attemptLimit) == [9, 9])
    }

    @Test func laterFaultsFindTheirLine() throws {
        let text =
            ConfigurationFixture.minimal + """
                destinations:
                  - name: hook
                    kind: http
                    url: https://example.com
                    template: "{{"
                """
        let loaded = try ConfigurationFixture().load(text)
        #expect(
            loaded.fault(at: "destinations[hook].template", "is not closed").description
                == "gateway.yaml:11:15: destinations[hook].template: is not closed")
        #expect(loaded.fault(at: "destinations[hook].template.part[1]", "is odd").line == 11)
        #expect(loaded.fault(at: "destinations[hook].none", "is odd").line == 8)
        #expect(loaded.fault(at: "nowhere", "is odd").description == "gateway.yaml: nowhere: is odd")
    }

    @Test func filesAreReadFromTheDisk() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // Left over at worst.
        let file = directory.appendingPathComponent("gateway.yaml").path
        try ConfigurationFixture.minimal.write(toFile: file, atomically: true, encoding: .utf8)
        let loaded = try ConfigurationLoader.load(file, now: Timestamp(seconds: 0))
        #expect(loaded.configuration.dataDirectory == directory.appendingPathComponent("data").path)
        #expect(throws: ConfigurationError.self) {
            try ConfigurationLoader.load(directory.path, now: Timestamp(seconds: 0))
        }
        #expect(
            ConfigurationEnvironment.process.file(file + "x") == .failure(.init(reason: "No such file or directory")))
    }
}
