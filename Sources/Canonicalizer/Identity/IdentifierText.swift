import Crypto
public import EventModel

/// An identifier as an operator writes it, made into what the identity graph knows.
///
/// Follows the rules of incoming events: addresses in lower case and phone numbers in international digits, both hashed;
/// a SHA-256 in hexadecimal stands for the value itself.
public struct IdentifierText: Sendable, Equatable {
    /// What is wrong with an identifier; holds nothing of its value.
    public struct Fault: Error, Sendable, Equatable {
        /// What is wrong and what to do.
        public let message: String
    }

    /// A type and a normalized value.
    public struct Subject: Sendable, Equatable {
        /// What kind of identifier it is.
        public let type: IdentifierType
        /// The value as the graph has it.
        public let value: String
    }

    /// What the text means; a user id that is an e-mail address is that address, too.
    public let subjects: [Subject]

    /// Reads a value of a type that is named as in answers, such as `user_id` or `external.NAME`.
    ///
    /// - Throws: ``Fault`` if there is no such type, or no such value.
    public init(type name: String, value: String) throws(Fault) {
        guard let type = IdentifierType(name: name) else {
            let known = IdentifierType.fixed.map(\.name).joined(separator: ", ")
            throw Fault(message: "the type is unknown; known are \(known), external.NAME")
        }
        let trimmed = Self.trimmed(value)
        guard !trimmed.isEmpty, trimmed.utf8.count <= 2048 else {
            throw Fault(message: "the value is empty or longer than 2048 bytes")
        }
        let hasher = SHA256()
        switch type {
        case .email:
            let address = EmailText.address(in: trimmed)
            guard let digest = address.map({ EmailText.digest(of: $0, hasher: hasher) }) ?? Self.digest(trimmed) else {
                throw Fault(message: "the value is neither an e-mail address nor a SHA-256 in hexadecimal")
            }
            subjects = [Subject(type: .email, value: digest.hex)]
        case .phone:
            let digits = Self.digest(trimmed) == nil ? PhoneText.digits(of: trimmed) : nil
            guard let digest = digits.map({ hasher.digest(of: $0) }) ?? Self.digest(trimmed) else {
                throw Fault(
                    message: "the value is neither a phone number with + and country code nor a SHA-256 in hexadecimal")
            }
            subjects = [Subject(type: .phone, value: digest.hex)]
        case .userID:
            // What it turns out to be counts, too, as with incoming events.
            let personal = PersonalID(trimmed, hasher: hasher)
            let id = personal?.digest.hex ?? trimmed
            subjects = [.userID, personal?.type].compactMap { $0.map { Subject(type: $0, value: id) } }
        default:
            subjects = [Subject(type: type, value: BusinessIDs.protected(trimmed, hasher))]
        }
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    private static func digest(_ text: String) -> Digest? { Digest(hex: Array(text.lowercased().utf8)) }
}
