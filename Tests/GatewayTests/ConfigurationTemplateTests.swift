import EventModel
import Testing

@testable import Gateway

@Suite struct ConfigurationTemplateTests {
    /// Bytes that differ from call to call, and are the same in every run.
    private static func text() -> String {
        var call: UInt8 = 0
        return ConfigurationTemplate.text { count in
            call += 1
            return (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) &+ call &* 31 }
        }
    }

    @Test func loadsWithoutFaultsAndWarnings() throws {
        let loaded = try ConfigurationFixture().load(Self.text())
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.configuration.sources.map(\.kind) == [.rudderstack, .segment])
        let local = try #require(loaded.configuration.destinations.first)
        guard case .http(let settings) = local.settings else { return }
        #expect(settings.url.text == "http://127.0.0.1:9400/")
        #expect(settings.signing?.secrets.count == 1)
        #expect(local.events == .all)
        #expect(local.allowsPrivateAddresses)
    }

    @Test func takesOtherAddresses() throws {
        let text = ConfigurationTemplate.text(listen: "[::1]:0", admin: "127.0.0.1:0", sink: "http://127.0.0.1:1/")
        let loaded = try ConfigurationFixture().load(text)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.configuration.listen.description == "[::1]:0")
        #expect(loaded.configuration.admin.listen.port == 0)
    }

    @Test func everySecretIsItsOwn() throws {
        let configuration = try ConfigurationFixture().load(Self.text()).configuration
        var secrets = configuration.admin.tokens.map(\.secret.secret.revealed)
        secrets += configuration.sources.flatMap { $0.proof.secrets + $0.proof.sharedSecrets }.map(\.secret.revealed)
        if case .http(let settings) = configuration.destinations[0].settings {
            secrets += settings.signing?.secrets.map(\.revealed) ?? []
        }
        #expect(secrets.count == 4)
        #expect(Set(secrets).count == 4)
        #expect(secrets.allSatisfy { $0.utf8.count == 47 })
    }

    @Test func whatIsCommentedOutIsRightToo() throws {
        var text = ""
        for line in Self.text().split(separator: "\n", omittingEmptySubsequences: false) {
            let bare = line.drop { $0 == " " }
            let indentation = line.prefix { $0 == " " }
            let isSetting =
                bare.hasPrefix("# ")
                && ["- name:", "  ", "include:", "default_currency:", "tls:"].contains {
                    bare.dropFirst(2).hasPrefix($0)
                }
            text += (isSetting ? indentation + bare.dropFirst(2) : line) + "\n"
        }
        text = text.replacing("  tracklayer check", with: "#").replacing("  tracklayer serve", with: "#")
        text += "secrets: {orders_token: 0123456789abcdef}\n"
        let fixture = ConfigurationFixture(files: ["server.pem": "", "server.key": ""])
        let configuration = try fixture.load(text).configuration
        #expect(configuration.sources.map(\.name) == ["rudderstack", "segment", "web"])
        #expect(configuration.destinations.map(\.name) == ["local", "orders"])
        #expect(configuration.tls != nil)
    }
}
