import Crypto
import Outbound
import Testing

/// Helpers for what receivers demand of values.
@Suite struct PlatformHelperTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var template: String
        var rendered: String
        var testDescription: String { template }

        init(_ template: String, _ rendered: String) {
            self.template = template
            self.rendered = rendered
        }
    }

    static let cases: [Case] = [
        Case(#""{{mrkdwn "<!channel> & x = 'y' *b*"}}""#, #""&lt;!channel&gt; &amp; x = 'y' *b*""#),
        Case(#""{{mrkdwn properties.absent}}""#, #""""#),
        Case(#""{{markdown "a*b_c[d](e)`f~g\h"}}""#, #""a\\*b\\_c\\[d\\]\\(e\\)\\`f\\~g\\\\h""#),
        Case(#""{{truncate "abcdef" 3}}""#, #""abc""#), Case(#""{{truncate "abc" 3}}""#, #""abc""#),
        Case(#""{{truncate properties.emoji 2}}""#, #""é😀""#), Case(#""{{truncate properties.emoji 1}}""#, #""é""#),
        Case("{{json (truncate properties.absent 3)}}", "null"),
        Case("{{json (recent occurred_at 1)}}", "true"), Case("{{json (recent \"2026-01-23\" 91)}}", "true"),
        Case("{{json (recent \"2026-01-22\" 90)}}", "false"), Case("{{json (recent event_name 90)}}", "null"),
        Case(#""{{safe_id event_id "mixpanel"}}""#, #""A-10293""#),
        Case(#""{{safe_id "Unknown" "mixpanel"}}""#, #""\#(key("mixpanel"))""#),
        Case(#""{{safe_id "order_1" "mixpanel"}}""#, #""\#(key("mixpanel"))""#),
        Case(#""{{safe_id properties.absent "x"}}""#, #""\#(key("x"))""#),
    ]

    private static let namespace: [UInt8] = Hex.decode(Array("e8276535bdc6522d9f535c460c13aae6".utf8)) ?? []

    private static func key(_ kind: String) -> String {
        NameBasedUUID.text(of: Array("acct_live_123\n\(kind)\npurchase\nA-10293".utf8), in: namespace)
    }

    @Test(arguments: cases)
    func helpersGive(_ c: Case) throws {
        #expect(try Fixture.render(c.template) == c.rendered)
    }

    /// The vectors of reference klaviyo (DKEY) and mixpanel, section 6, and of RFC 9562, appendix A.4.
    @Test func deliveryKeysAreThoseOfThePlatforms() throws {
        let namespaceOfURLs = try #require(Hex.decode(Array("6ba7b8119dad11d180b400c04fd430c8".utf8)))
        #expect(
            NameBasedUUID.text(of: Array("urn:tracklayer:delivery".utf8), in: namespaceOfURLs)
                == "e8276535-bdc6-522d-9f53-5c460c13aae6")
        let canonical = #"{"event_name":"purchase","event_id":"order_A-10293","account":"ws_demo"}"#
        for (kind, key) in [
            ("klaviyo", "363c3ae3-a6f4-5268-9ec7-ab7adb239dd5"), ("mixpanel", "87f8bdfa-922a-5468-b2be-3b91ef55ee71"),
        ] {
            #expect(try Fixture.render(#""{{safe_id event_id "\#(kind)"}}""#, canonical: canonical) == "\"\(key)\"")
        }
    }

    @Test func aSecretMayStandInABodyByItselfAndIsMaskedInWhatIsKept() throws {
        var configuration = HTTPDestinationConfiguration(name: "d", url: "https://a.example/")
        configuration.template = #"{"key": "{{secrets.key}}", "id": "{{event_id}}"}"#
        configuration.secrets = ["key": #"quo"ted-key-1"#]
        let destination = try HTTPDestination(configuration)
        let view = try EventViewReader().view(of: Fixture.event())
        guard case .send(let request) = destination.prepare(view, at: Fixture.time) else {
            Issue.record("no request")
            return
        }
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"key": "quo\"ted-key-1", "id": "A-10293"}"#)
        #expect(
            String(decoding: destination.masked(request.body), as: UTF8.self) == #"{"key": "***", "id": "A-10293"}"#)
    }

    @Test func aBodyThatIsThereIsSignedAnewByTheHeadersOfToday() throws {
        var configuration = HTTPDestinationConfiguration(name: "d", url: "https://a.example/{{event_id}}")
        configuration.template = #"{"id": "{{event_id}}"}"#
        configuration.signingSecrets = ["secret-of-today"]
        let destination = try HTTPDestination(configuration)
        let view = try EventViewReader().view(of: Fixture.event())
        let body = Array("{\"sent\": \"before\"}".utf8)
        guard case .send(let request) = destination.prepare(view, sending: body, at: Fixture.time) else {
            Issue.record("no request")
            return
        }
        #expect(request.body == body)
        #expect(request.url == "https://a.example/A-10293")
        let code = HMAC.code(.sha256, key: Array("secret-of-today".utf8), message: body)
        #expect(request.headers.contains(HTTPHeader("X-TrackLayer-Signature", "sha256=" + Hex.encode(code))))
    }
}
