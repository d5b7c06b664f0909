public import EventModel
public import Platform

/// One value of a secret that may be replaced while senders still use the old one.
public struct SourceSecret: Sendable {
    /// The secret.
    public var value: SecretBytes
    /// From when on it is refused; nil for one that has no end.
    public var validUntil: Timestamp?

    /// A secret, valid until `validUntil` if that is given.
    public init(_ value: SecretBytes, validUntil: Timestamp? = nil) {
        self.value = value
        self.validUntil = validUntil
    }

    func isValid(at now: Timestamp) -> Bool { validUntil.map { now < $0 } ?? true }
}

/// Whether a source's bodies are signed with HMAC-SHA256.
public enum SignatureMode: String, Sendable, CaseIterable {
    /// Signatures are not looked at.
    case off
    /// A signature that is there must be right.
    case optional
    /// There must be a right signature over the whole body.
    case required
}

/// What a source lets in, and on which proofs (design, section 8).
///
/// A request must bring every kind of proof that is named here: a header secret when ``secrets`` has any, `X-Signature`
/// when ``sharedSecrets`` has any, an HMAC when ``signature`` is `required`, a write key when ``writeKeys`` has any. Of
/// each kind all listed values are valid. A source that names none lets nobody in.
public struct SourceCredentials: Sendable {
    /// The configured name.
    public var name: String
    /// Which routes the source is behind.
    public var kind: SourceKind
    /// What `X-TrackLayer-Account` must say, if it is sent.
    public var account: String
    /// What `X-TrackLayer-Environment` must say, if it is sent.
    public var environment: String
    /// Values of `X-TrackLayer-Secret`, the current one first.
    public var secrets: [SourceSecret] = []
    /// Keys of Segment's `X-Signature` (HMAC-SHA1), the current one first.
    public var sharedSecrets: [SourceSecret] = []
    /// Whether `X-TrackLayer-Signature` or Standard Webhooks' headers are looked at.
    public var signature = SignatureMode.off
    /// Keys of those signatures, the current one first.
    public var signingSecrets: [SourceSecret] = []
    /// Write keys of SDKs, all of them current.
    public var writeKeys: [SourceSecret] = []
    /// Browser origins that may send; nil lets any.
    public var origins: [OriginRule]?
    /// Whether a request without `Origin` is refused when ``origins`` is set.
    public var requiresOrigin = false
    /// Whether the unsigned rest of a batch is taken when only its first item is signed (reference inbound, 2.2).
    public var allowsPartialSignature = false
    /// Whether the source takes anything at all.
    public var isEnabled = true

    /// A source that names no proof yet, and so lets nobody in.
    public init(name: String, kind: SourceKind, account: String, environment: String) {
        self.name = name
        self.kind = kind
        self.account = account
        self.environment = environment
    }

    /// Whether there is any proof to ask for.
    public var demandsProof: Bool {
        !secrets.isEmpty || !sharedSecrets.isEmpty || !writeKeys.isEmpty || demandsSignature
    }

    var demandsSignature: Bool { signature == .required && !signingSecrets.isEmpty }
}
