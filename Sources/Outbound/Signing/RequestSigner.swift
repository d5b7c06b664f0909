import Crypto
public import Platform

/// Signs requests so that a receiver can tell who sent them.
///
/// `X-TrackLayer-Signature: sha256=<hex>` is HMAC-SHA256 over the bytes of the body, keyed with the text of the first
/// secret. Every further secret, the ones being rotated out, signs `X-TrackLayer-Signature-Previous` instead: receivers
/// strip `sha256=` and compare lengths, and many frameworks join header lines of one name with commas, so that a second
/// value under the same name would break a receiver that knows one secret.
///
/// With Standard Webhooks on, `webhook-id` (the event id), `webhook-timestamp` (seconds) and `webhook-signature` (one
/// `v1,<base64>` a secret, separated by blanks) follow https://github.com/standard-webhooks/standard-webhooks.
public struct RequestSigner: Sendable {
    /// The header that the first secret signs.
    public static let signatureHeader = "X-TrackLayer-Signature"
    /// The header that each further secret signs.
    public static let previousSignatureHeader = "X-TrackLayer-Signature-Previous"

    private let secrets: [SigningSecret]
    private let sendsStandardWebhooks: Bool

    /// A signer for these secrets, newest first; without any it adds no header.
    public init(secrets: [SigningSecret], sendsStandardWebhooks: Bool = false) {
        self.secrets = secrets
        self.sendsStandardWebhooks = sendsStandardWebhooks
    }

    /// The headers that sign a body.
    ///
    /// - Parameters:
    ///   - body: The bytes that will be sent.
    ///   - eventID: The event's id, the same in every attempt.
    ///   - time: When the attempt is made.
    /// - Returns: One header a secret, then those of Standard Webhooks.
    public func headers(body: [UInt8], eventID: String, time: Timestamp) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        for (position, secret) in secrets.enumerated() {
            let code = HMAC.code(.sha256, key: secret.text, message: body)
            let name = position == 0 ? Self.signatureHeader : Self.previousSignatureHeader
            headers.append(HTTPHeader(name, "sha256=" + Hex.encode(code)))
        }
        guard sendsStandardWebhooks, !secrets.isEmpty else { return headers }
        let timestamp = String(time.seconds)
        let message = Array("\(eventID).\(timestamp).".utf8) + body
        let signatures = secrets.map { secret in
            "v1," + Base64.encode(HMAC.code(.sha256, key: secret.standardWebhooksKey, message: message))
        }
        headers.append(HTTPHeader("webhook-id", eventID))
        headers.append(HTTPHeader("webhook-timestamp", timestamp))
        headers.append(HTTPHeader("webhook-signature", signatures.joined(separator: " ")))
        return headers
    }
}
