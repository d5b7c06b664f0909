/// How a destination's requests are signed.
public struct SigningConfiguration: Sendable, Equatable {
    /// The first signs `X-TrackLayer-Signature`; Standard Webhooks carries a signature of each.
    public let secrets: [Secret]
    /// Whether `webhook-id`, `webhook-timestamp` and `webhook-signature` are sent too.
    public let usesStandardWebhooks: Bool
}

extension SigningConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let secrets = section.required(
            "secrets", .oneOrMore(of: .secret, count: 1...10), "What bodies are signed with; the newest first.")
        usesStandardWebhooks = section.value(
            "standard_webhooks", .flag, default: false,
            "Whether the headers of Standard Webhooks are sent beside `X-TrackLayer-Signature`.")
        guard let secrets else { return nil }
        self.secrets = secrets
    }
}
