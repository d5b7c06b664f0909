/// How far identities are joined (reference identity, rules 2, 3 and 5).
public struct IdentityConfiguration: Sendable, Equatable {
    /// Values of one strong type, such as e-mail, that a profile may have.
    public let strongLimit: Int
    /// Values of one weak type, such as anonymous id, that a profile may gain within ``weakWindow``.
    public let weakLimit: Int
    /// The time over which weak values are counted.
    public let weakWindow: Duration
    /// Identifiers of all types that a profile may have.
    public let profileIdentifierLimit: Int
    /// Merges that a profile may go through.
    public let profileMergeLimit: Int
    /// User ids that one value may have met before it blocks itself.
    public let sharedValueLimit: Int
}

extension IdentityConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        strongLimit = section.value(
            "strong_per_type", .integer(in: 1...1000), default: 5,
            "E-mails, phones and other strong identifiers a profile may have, of each type.")
        weakLimit = section.value(
            "weak_per_type", .integer(in: 1...10_000), default: 50,
            "Anonymous ids, cookies and other weak identifiers a profile may gain within `weak_window`, of each type.")
        weakWindow = section.value(
            "weak_window", .duration(in: .seconds(86_400) ... .seconds(400 * 86_400)), default: .seconds(90 * 86_400),
            "The time over which weak identifiers are counted.")
        profileIdentifierLimit = section.value(
            "identifiers_per_profile", .integer(in: 10...100_000), default: 1000,
            "Identifiers of all types a profile may have.")
        profileMergeLimit = section.value(
            "merges_per_profile", .integer(in: 1...10_000), default: 100, "Merges a profile may go through.")
        sharedValueLimit = section.value(
            "user_ids_per_value", .integer(in: 2...10_000), default: 50,
            "User ids that one value may have met before it joins nobody any more.")
    }
}
