import Crypto

/// A secret that requests are signed with; never shows itself.
public struct SigningSecret: Sendable, Equatable {
    /// The secret's text as configured: the key of `X-TrackLayer-Signature`.
    let text: [UInt8]
    /// The key of Standard Webhooks: what follows `whsec_` decoded from base64, else the text.
    let standardWebhooksKey: [UInt8]

    /// What begins a secret in the form of Standard Webhooks.
    public static let standardWebhooksPrefix = "whsec_"

    /// A secret from its text; nil if it is empty, or begins with `whsec_` and goes on with anything but base64.
    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        self.text = Array(text.utf8)
        if text.hasPrefix(Self.standardWebhooksPrefix) {
            guard let key = Base64.decode(text.utf8.dropFirst(Self.standardWebhooksPrefix.utf8.count)), !key.isEmpty
            else { return nil }
            standardWebhooksKey = key
        } else {
            standardWebhooksKey = self.text
        }
    }
}

extension SigningSecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Three stars, whatever the secret.
    public var description: String { "***" }

    /// Three stars, whatever the secret.
    public var debugDescription: String { "***" }
}
