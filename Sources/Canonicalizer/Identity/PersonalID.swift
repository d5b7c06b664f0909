import Crypto
import EventModel

/// The e-mail address or phone number that an id turns out to be, by the hash that identity knows it by.
///
/// One reader for ids of events, of what is kept of them, and of what operators type, so that all mean the same person.
struct PersonalID {
    /// `email` or `phone`.
    let type: IdentifierType
    let digest: Digest

    /// Nil if the id is neither.
    init?(_ id: String, hasher: SHA256) {
        if let address = EmailText.address(in: id) {
            type = .email
            digest = EmailText.digest(of: address, hasher: hasher)
        } else if let digits = PhoneText.internationalDigits(of: id) {
            type = .phone
            digest = hasher.digest(of: digits)
        } else {
            return nil
        }
    }
}
