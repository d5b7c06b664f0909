import Crypto
import EventModel

/// What a source's configuration says about person data.
final class PersonRules {
    let keepsPlain: Bool
    /// Where national phone numbers are from if the person's address does not say.
    let defaultCountry: CountryCode?
    let hasher: SHA256
    /// SHA-256 of the addresses that never identify anybody.
    private let blockedEmails: Set<Digest>

    init(source: SourceProfile, hasher: SHA256) {
        keepsPlain = source.keepsPlainUserData
        defaultCountry = source.defaultCountry.flatMap { CountryCode(letters: $0.utf8)?.asCountry }
        blockedEmails = Set(source.blockedEmails.map { hasher.digest(of: $0) })
        self.hasher = hasher
    }

    /// Whether a digest is that of an address that never identifies anybody.
    func isBlocked(_ digest: Digest) -> Bool { blockedEmails.contains(digest) }

    /// Whether a digest is that of a text that says nothing (reference identity, rule 3).
    static func isJunk(_ digest: Digest) -> Bool { junkDigests.contains(digest) }

    private static let junkDigests = Set(JunkText.words.map { SHA256.digest(of: $0) })
}
