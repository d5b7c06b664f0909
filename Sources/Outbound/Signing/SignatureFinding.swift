/// What a check found out about one signature header of a captured request.
///
/// Says nothing that would help to forge one: no secret and no signature that was expected.
public struct SignatureFinding: Sendable, Equatable {
    /// Which of the two ways of signing a header belongs to.
    public enum Scheme: Sendable {
        /// `X-TrackLayer-Signature` and `X-TrackLayer-Signature-Previous`.
        case trackLayer
        /// `webhook-id`, `webhook-timestamp` and `webhook-signature`.
        case standardWebhooks
    }

    /// What became of it.
    ///
    /// Secrets are told by their position, the first being 1.
    public enum Outcome: Sendable, Equatable {
        /// Made over this body with these secrets.
        case verified(secrets: [Int])
        /// Made with these secrets, but so many seconds before (or, if negative, after) the time of the check.
        case outOfTime(secrets: [Int], ageSeconds: Int64)
        /// Not in the form that it should have, which is said.
        case malformed(String)
        /// Made with none of the secrets over this body; perhaps with why.
        case differs(hint: String?)
    }

    /// The header's name.
    public let header: String
    /// The way of signing.
    public let scheme: Scheme
    /// What became of it.
    public let outcome: Outcome

    /// Whether the signature is good.
    public var isVerified: Bool {
        if case .verified = outcome { true } else { false }
    }

    /// A word for machines: `verified`, `out_of_time`, `malformed` or `differs`.
    public var code: String {
        switch outcome {
        case .verified: "verified"
        case .outOfTime: "out_of_time"
        case .malformed: "malformed"
        case .differs: "differs"
        }
    }

    /// The positions of the secrets that made it.
    public var secrets: [Int] {
        switch outcome {
        case .verified(let secrets), .outOfTime(let secrets, _): secrets
        case .malformed, .differs: []
        }
    }

    /// A sentence for a person.
    public var summary: String {
        switch outcome {
        case .verified(let secrets): return "verified with \(Self.names(secrets))"
        case .outOfTime(let secrets, let age):
            let side = age < 0 ? "after" : "before"
            return "made with \(Self.names(secrets)), but \(abs(age)) s \(side) now, and receivers take "
                + "\(SignatureCheck.toleranceSeconds) s; for a request captured earlier, say when with --now"
        case .malformed(let form): return "malformed: \(form)"
        case .differs(let hint):
            return "differs: none of the secrets makes it over this body" + (hint.map { "; \($0)" } ?? "")
        }
    }

    private static func names(_ secrets: [Int]) -> String {
        (secrets.count == 1 ? "secret " : "secrets ") + secrets.map(String.init).joined(separator: " and ")
    }
}
