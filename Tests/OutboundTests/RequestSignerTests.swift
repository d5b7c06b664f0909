import Crypto
import Outbound
import Platform
import Testing

@Suite struct RequestSignerTests {
    private static let body = Array(#"{"event_id":"A-10293","value":129.99}"#.utf8)
    private static let time = Timestamp(seconds: 1_614_265_330)

    private func signer(_ secrets: [String], standardWebhooks: Bool = false) throws -> RequestSigner {
        RequestSigner(
            secrets: try secrets.map { try #require(SigningSecret($0)) }, sendsStandardWebhooks: standardWebhooks)
    }

    @Test func signsTheBodysBytes() throws {
        // printf %s "$body" | openssl dgst -sha256 -hmac dest_live_9f3b27
        let headers = try signer(["dest_live_9f3b27"]).headers(body: Self.body, eventID: "A-10293", time: Self.time)
        #expect(
            headers == [
                HTTPHeader(
                    "X-TrackLayer-Signature",
                    "sha256=a00ee310a568e855c35ddeab248736b6b3d8d4022d6b85a52cb89d0a4071ba33")
            ])
    }

    @Test func olderSecretsSignAHeaderOfTheirOwn() throws {
        let headers = try signer(["dest_live_9f3b27", "dest_old_11aa22"])
            .headers(body: Self.body, eventID: "A-10293", time: Self.time)
        #expect(headers.map(\.name) == ["X-TrackLayer-Signature", "X-TrackLayer-Signature-Previous"])
        #expect(headers[1].value == "sha256=b44a2b1454a107eac6a57985f16f33504f15b36471481fcd3412fe36c7bfdf06")
    }

    @Test func standardWebhooksAgreeWithTheirPublishedExample() throws {
        // The example of the reference libraries, https://github.com/standard-webhooks/standard-webhooks.
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let headers = try signer(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], standardWebhooks: true)
            .headers(body: body, eventID: "msg_p5jXN8AQM9LWM0D4loKWxJek", time: Self.time)
        #expect(
            headers == [
                // The gateway's own header is keyed with the secret's text, `whsec_` included.
                HTTPHeader(
                    "X-TrackLayer-Signature",
                    "sha256=80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c"),
                HTTPHeader("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                HTTPHeader("webhook-timestamp", "1614265330"),
                HTTPHeader("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ])
    }

    @Test func standardWebhooksListOneSignatureASecret() throws {
        let headers = try signer(["dest_live_9f3b27", "dest_old_11aa22"], standardWebhooks: true)
            .headers(body: Self.body, eventID: "A-10293", time: Timestamp(seconds: 1_776_953_553))
        let signatures = try #require(headers.last).value.split(separator: " ")
        #expect(signatures.count == 2)
        // printf %s "A-10293.1776953553.$body" | openssl dgst -sha256 -hmac dest_live_9f3b27 -binary | base64
        #expect(signatures[0] == "v1,rs+lf5LeZMHKjFgIdoThPCeykIk9bN09MtIpICpwSS8=")
    }

    @Test func withoutASecretNothingIsSigned() throws {
        #expect(try signer([], standardWebhooks: true).headers(body: [], eventID: "e", time: Self.time).isEmpty)
    }

    @Test(arguments: ["", "whsec_", "whsec_not base64", "whsec_A"])
    func secretsThatCannotSignAreRefused(_ text: String) {
        #expect(SigningSecret(text) == nil)
    }

    @Test func secretsNeverShow() throws {
        let secret = try #require(SigningSecret("dest_live_9f3b27"))
        #expect("\(secret)" == "***")
        #expect(String(reflecting: secret) == "***")
    }
}
