import EventModel
import Foundation
import Outbound
import Testing

@Suite struct HTTPDestinationTests {
    private func request(
        _ configuration: HTTPDestinationConfiguration, decisions: String = Fixture.decisions
    ) throws -> OutboundRequest {
        let destination = try HTTPDestination(configuration)
        let reader = EventViewReader()
        let preparation = destination.prepare(
            try reader.view(of: Fixture.event(decisions: decisions)), at: Fixture.time)
        guard case .send(let request) = preparation else {
            Issue.record("not sent: \(preparation)")
            return OutboundRequest(url: "")
        }
        return request
    }

    @Test func makesTheRequestThatIsConfigured() throws {
        var configuration = HTTPDestinationConfiguration(
            name: "hook", url: "https://hooks.example.com/{{event_name}}?key={{secrets.key}}")
        configuration.method = .put
        configuration.headers = [
            HTTPHeader("Authorization", "Bearer {{secrets.token}}"), HTTPHeader("X-Environment", "{{environment}}"),
            HTTPHeader("X-Absent", "{{properties.absent}}"),
        ]
        configuration.secrets = ["token": "tok_123456", "key": "k&1"]
        configuration.template = #"{"type": "{{event_name}}", "value": {{json properties.value}}}"#
        configuration.signingSecrets = ["dest_live_9f3b27"]
        configuration.totalTimeout = .seconds(3)
        let request = try request(configuration)
        #expect(request.method == .put)
        #expect(request.url == "https://hooks.example.com/purchase?key=k%261")
        #expect(request.displayURL == "https://hooks.example.com/purchase")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"type": "purchase", "value": 129.99}"#)
        #expect(
            request.headers == [
                HTTPHeader("Content-Type", "application/json"), HTTPHeader("Authorization", "Bearer tok_123456"),
                HTTPHeader("X-Environment", "production"),
                HTTPHeader(
                    "X-TrackLayer-Signature",
                    // printf '{"type": "purchase", "value": 129.99}' | openssl dgst -sha256 -hmac dest_live_9f3b27
                    "sha256=b9e60c98bfd02641cccd65fd805f3e59fe97b2f507dfdf4d4a74e1ac1052ced3"),
            ])
        #expect(request.options.totalTimeout == .seconds(3))
        #expect(!request.options.allowsPrivateAddresses)
    }

    @Test func withoutATemplateTheCanonicalEventIsSentWithItsIdentity() throws {
        let request = try request(HTTPDestinationConfiguration(name: "hook", url: "https://hooks.example.com/"))
        let sent = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? NSDictionary)
        let expected = try #require(
            try JSONSerialization.jsonObject(with: Data(Fixture.canonical.utf8), options: .mutableContainers)
                as? NSMutableDictionary)
        expected["identity"] = ["state": "merged", "profile_id": "prf_1"]
        #expect(sent == expected)
    }

    @Test func withoutDecisionsTheCanonicalEventIsSentAsItIs() throws {
        let request = try request(
            HTTPDestinationConfiguration(name: "hook", url: "https://hooks.example.com/"), decisions: "")
        #expect(request.body == Array(Fixture.canonical.utf8))
    }

    @Test func aConfiguredContentTypeReplacesTheDefault() throws {
        var configuration = HTTPDestinationConfiguration(name: "hook", url: "https://hooks.example.com/")
        configuration.headers = [HTTPHeader("content-type", "application/cloudevents+json")]
        #expect(try request(configuration).headers == configuration.headers)
    }

    @Test func otherContentTypesTakeOtherTemplates() throws {
        var configuration = HTTPDestinationConfiguration(name: "hook", url: "https://hooks.example.com/")
        configuration.contentType = "application/x-www-form-urlencoded"
        configuration.template = "text={{properties.note}}"
        #expect(String(decoding: try request(configuration).body, as: UTF8.self) == "text=line%0Abreak")
        configuration.contentType = "text/plain; charset=utf-8"
        #expect(String(decoding: try request(configuration).body, as: UTF8.self) == "text=line\nbreak")
    }

    @Test func aFailureKeepsWhatWasRendered() throws {
        var configuration = HTTPDestinationConfiguration(
            name: "hook", url: "https://hooks.example.com/{{properties.absent}}")
        configuration.template = #"{"a":1}"#
        let destination = try HTTPDestination(configuration)
        let reader = EventViewReader()
        let preparation = destination.prepare(try reader.view(of: Fixture.event()), at: Fixture.time)
        #expect(
            preparation
                == .renderFailed(RenderFailure("{{properties.absent}} has no value", body: Array(#"{"a":1}"#.utf8))))
    }

    @Test func allFaultsAreReported() {
        var configuration = HTTPDestinationConfiguration(name: "hook", url: "ftp://hooks.example.com/")
        configuration.method = .get
        configuration.headers = [
            HTTPHeader("Bad Name", "x"), HTTPHeader("Content-Length", "1"), HTTPHeader("X-A", "{{secrets.absent}}"),
            HTTPHeader("X-B", "a\nb"),
        ]
        configuration.template = "{{nope}}"
        configuration.signingSecrets = ["ok", ""]
        configuration.concurrencyLimit = 0
        configuration.retry.attemptLimit = 0
        configuration.totalTimeout = .zero
        let error = #expect(throws: DestinationConfigurationError.self) { try HTTPDestination(configuration) }
        #expect(
            error?.faults.map(\.setting) == [
                "url", "headers", "headers.Content-Length", "headers.X-A", "headers.X-B", "template",
                "signing.secrets[1]",
                "method", "concurrency", "retry.attempts", "timeout",
            ])
    }

    @Test(arguments: [
        "https://", "hooks.example.com", "https:///x", "https://a b/", "javascript:alert(1)",
        "https://a/{{event_id}}/ b",
    ])
    func urlsThatCannotBeSentToAreRefused(_ url: String) {
        #expect(throws: DestinationConfigurationError.self) {
            try HTTPDestination(HTTPDestinationConfiguration(name: "hook", url: url))
        }
    }

    @Test func secretsAreMaskedInWhatIsKept() throws {
        var configuration = HTTPDestinationConfiguration(
            name: "hook", url: "https://hooks.example.com/?api_key=querysecret&v=1")
        configuration.headers = [
            HTTPHeader("Authorization", "Bearer literaltoken"), HTTPHeader("X-Environment", "production"),
        ]
        configuration.secrets = ["token": "secret-token", "longer": "secret-token-longer"]
        configuration.signingSecrets = ["signing-secret"]
        let destination = try HTTPDestination(configuration)
        let text = "literaltoken secret-token secret-token-longer signing-secret querysecret production 1"
        #expect(
            String(decoding: destination.masked(Array(text.utf8)), as: UTF8.self) == "*** *** *** *** *** production 1")
    }

    @Test func secretsDoNotShowInDescriptions() throws {
        var configuration = HTTPDestinationConfiguration(name: "hook", url: "https://hooks.example.com/?k=query_code")
        configuration.headers = [HTTPHeader("Authorization", "Bearer {{secrets.token}}")]
        configuration.secrets = ["token": "tok_123456"]
        configuration.signingSecrets = ["signing_code"]
        let request = try request(configuration)
        for text in [
            "\(configuration)", "\(request)", String(reflecting: request),
            String(reflecting: try HTTPDestination(configuration)),
        ] {
            #expect(!text.contains("_code") && !text.contains("tok_") && !text.contains("116, 111, 107, 95"))
        }
    }

    @Test(
        arguments: [
            ("https://a.example/p?q=1#f", "https://a.example/p"), ("https://u:p@a.example/p", "https://a.example/p"),
            ("https://a.example?q", "https://a.example"), ("https://a.example/@x", "https://a.example/@x"),
            ("https://u:p@@a.example", "https://a.example"), ("garbage", "garbage"),
        ])
    func shownURLsHoldNoCredentials(_ url: String, shown: String) {
        #expect(OutboundRequest.displayURL(url) == shown)
    }
}
