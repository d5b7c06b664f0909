/// How long events, deliveries and identities are kept (docs/retention.md).
public struct RetentionConfiguration: Sendable, Equatable {
    /// For accounts without a time of their own; nil keeps everything.
    public let days: Int?
    /// By account.
    public let accounts: [String: Int]

    /// How long an account's data is kept; nil for ever.
    public func days(of account: String) -> Int? { accounts[account] ?? days }
}

extension RetentionConfiguration: DefaultedSection {
    /// The times that an operator can choose from.
    private static let choices = [30, 90, 180, 365]

    init(_ section: ConfigurationReader) {
        days = section.optional(
            "days", .integer(oneOf: Self.choices), absence: "kept for ever",
            "Events, their deliveries and dead letters, and identities not seen for so many days are removed; what is still to be delivered stays."
        )
        let context = section.context
        accounts = section.value(
            "accounts",
            .dictionary(
                of: .integer(oneOf: Self.choices), keys: "account",
                rule: { name in
                    context.isClaimed(name, in: ClaimScope.account)
                        ? nil : "is no account of a source; name one of those"
                }), default: [:],
            "Days for single accounts, instead of `days`.")
    }
}
