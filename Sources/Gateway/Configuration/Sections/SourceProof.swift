import EventModel

/// Whether a sender signs its bodies.
public enum SignaturePolicy: String, Sendable, CaseIterable {
    /// Signatures are not looked at.
    case off
    /// A signature must be right if there is one.
    case optional
    /// A body without a right signature is refused.
    case required
}

/// What a sender must show: a right value of every kind that is listed here.
///
/// Of each kind all values are valid at once, so that they can be changed one side after the other (design, section 8).
public struct SourceProof: Sendable, Equatable {
    /// For `X-TrackLayer-Secret`.
    public let secrets: [AcceptedSecret]
    /// For Segment's `X-Signature`, HMAC-SHA1.
    public let sharedSecrets: [AcceptedSecret]
    /// For Basic authentication and the `writeKey` of the SDKs.
    public let writeKeys: [AcceptedSecret]
    /// Whether bodies are signed with HMAC-SHA256 or after Standard Webhooks.
    public let signature: SignaturePolicy
    /// For these signatures; empty only if ``signature`` is off.
    public let signatureSecrets: [AcceptedSecret]
    /// Whether a whole batch is taken when its signature covers only the first event (reference inbound, 2.2).
    public let allowsPartialSignature: Bool
    /// Pages whose browsers may send; any if empty.
    public let origins: [OriginPattern]
    /// Whether a request without an `Origin`, as servers send it, is refused.
    public let requiresOrigin: Bool
}

extension SourceProof {
    /// Reads the keys of a source that say what a sender must show.
    init(_ section: ConfigurationReader, kind: SourceKind?) {
        secrets = section.value(
            "secrets", .oneOrMore(of: .acceptedSecret), default: [],
            "Demands one of these in the header `X-TrackLayer-Secret`.")
        sharedSecrets = section.value(
            "shared_secret", .oneOrMore(of: .acceptedSecret), default: [],
            "Demands Segment's `X-Signature`, made with one of these.")
        writeKeys = section.value(
            "write_keys", .oneOrMore(of: .acceptedSecret), default: [],
            "Demands one of these as the write key of an SDK.")
        let explicitPolicy = section.optional(
            "signature", .choice(SignaturePolicy.self), absence: "`optional` with secrets to check it, else `off`",
            "Whether `X-TrackLayer-Signature` (HMAC-SHA256 of the raw body) or Standard Webhooks' headers are demanded."
        )
        let ownSecrets = section.optional(
            "signature_secrets", .oneOrMore(of: .acceptedSecret), absence: "the `secrets`",
            "What such a signature may be made with.")
        allowsPartialSignature = section.value(
            "allow_partial_signature", .flag, default: false,
            "Take a whole Segment batch whose signature covers only its first event.")
        origins = section.value(
            "origins", .oneOrMore(of: .origin), default: [],
            "Pages whose browsers may send, such as `https://shop.example.com` or `*.example.com`; omitted: any.")
        requiresOrigin = section.value(
            "require_origin", .flag, default: false,
            "Refuse requests without an `Origin` header, which only browsers send.")
        let checkable = ownSecrets ?? secrets
        signature = explicitPolicy ?? (checkable.isEmpty ? .off : .optional)
        signatureSecrets = signature == .off ? [] : checkable
        check(section, kind: kind, hasExplicitPolicy: explicitPolicy != nil)
    }

    /// Reports proof that is missing, cannot be given, or belongs to another source.
    private func check(_ section: ConfigurationReader, kind: SourceKind?, hasExplicitPolicy: Bool) {
        if signature != .off, signatureSecrets.isEmpty {
            section.report("is required to check a signature; or list `secrets`", at: "signature_secrets")
        }
        let listsNone = ["secrets", "shared_secret", "write_keys"].allSatisfy { !section.has($0) }
        if listsNone, signature != .required {
            section.field.report(
                "is open to everybody; give it `secrets`, `shared_secret`, `write_keys` or `signature: required`")
        }
        if kind == .rudderstack, signature == .required || !sharedSecrets.isEmpty {
            section.warn(
                "RudderStack cannot sign what it sends, so only other senders can meet this",
                at: sharedSecrets.isEmpty ? "signature" : "shared_secret")
        }
        if kind == .rudderstack || kind == .segment {
            for key in ["origins", "require_origin"] where section.has(key) {
                section.warn("has no effect on webhooks, which no browser sends", at: key)
            }
        }
        guard let kind else { return }
        claim(secrets, key: "secrets", scope: ClaimScope.credential("secret", of: kind.rawValue), section)
        claim(
            sharedSecrets, key: "shared_secret", scope: ClaimScope.credential("shared secret", of: kind.rawValue),
            section)
        claim(writeKeys, key: "write_keys", scope: ClaimScope.credential("write key", of: kind.rawValue), section)
        if section.has("signature_secrets") {
            // One scope with `secrets`, which check signatures where a source has no secrets of their own for that.
            let scope = ClaimScope.credential("secret", of: kind.rawValue)
            claim(signatureSecrets, key: "signature_secrets", scope: scope, section)
        }
    }

    /// Refuses values by which another source of the kind is known: nobody could tell who sent an event.
    private func claim(_ values: [AcceptedSecret], key: String, scope: String, _ section: ConfigurationReader) {
        if Set(values.map(\.secret)).count < values.count { section.warn("has a value twice", at: key) }
        for value in values {
            let owner = section.context.claim(value.secret.revealed, in: scope, by: section.field.path)
            guard let owner, owner != section.field.path else { continue }
            section.report("has a value that \(owner) has too; sources of one kind need different ones", at: key)
        }
    }
}
