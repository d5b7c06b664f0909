public import EventModel

/// How a source's events become canonical.
public struct SourceCanonicalization: Sendable, Equatable {
    /// Whose rules for times and fields apply; nil to tell from the envelope (reference inbound, 4.7).
    public let dialect: Dialect?
    /// Event names of the account's own, as written, to canonical names.
    public let eventOverrides: [String: String]
    /// Names of the registry that are off unless listed (reference inbound, 6.1), as written.
    public let ambiguousNames: [String]
    /// ISO 4217; for money without a currency.
    public let defaultCurrency: String?
    /// ISO 3166-1 alpha-2; for national phone numbers.
    public let defaultCountry: String?
    /// Whether an event without its business id is refused.
    public let requiresBusinessID: Bool
    /// Whether plain e-mail, phone and names are dropped once they are hashed.
    public let hashesUserData: Bool
    /// Addresses that identify nobody, in lower case.
    public let blockedEmails: Set<String>
    /// Consent categories of the account's own, in lower case, to purposes.
    public let consentCategories: [String: [ConsentPurpose]]
    /// Whose generic click ids this source's properties hold.
    public let clickIDPlatform: ClickIDPlatform?
    /// How far in the future an event may say it happened.
    public let futureTolerance: Duration
}

/// Platforms whose click ids come under generic names (reference inbound, 8.1).
public enum ClickIDPlatform: String, Sendable, CaseIterable {
    case tiktok, snapchat, pinterest, reddit, nextdoor
}

extension SourceCanonicalization {
    /// Reads the keys of a source that say how its events are read.
    init(_ section: ConfigurationReader) {
        dialect = section.optional(
            "dialect", .choice(Dialect.self), absence: "told from the envelope",
            "Whose rules for times and fields apply.")
        eventOverrides = section.value(
            "events", .dictionary(of: .canonicalName, keys: "event name"), default: [:],
            "Event names of your own, and the canonical names they mean; looked up first.")
        ambiguousNames = section.value(
            "ambiguous_names", .list(of: .text("event name", byteCount: 1...512)), default: [],
            "Names that the registry knows and leaves off, such as `Order Created`, to switch on.")
        defaultCurrency = section.optional(
            "default_currency", .code("currency", letterCount: 3, example: "EUR"),
            "The currency of amounts that come without one (ISO 4217).")
        defaultCountry = section.optional(
            "default_country", .code("country", letterCount: 2, example: "DE"),
            "The country of phone numbers without a country code (ISO 3166-1).")
        requiresBusinessID = section.value(
            "strict", .flag, default: false, "Whether an event without its business id, such as `order_id`, is refused."
        )
        hashesUserData = section.value(
            "hashing", .flag, default: true,
            "Whether plain e-mail, phone and names are dropped once they are hashed.")
        let blockedEmails = section.value(
            "blocked_emails", .list(of: .text("e-mail", byteCount: 3...254)), default: [],
            "Addresses that identify nobody, such as those of tests.")
        self.blockedEmails = Set(blockedEmails.map { $0.lowercased() })
        let categories = section.value(
            "consent_categories", .dictionary(of: .list(of: .choice(ConsentPurpose.self)), keys: "category"),
            default: [:], "Categories of your consent tool, and the purposes they stand for, beside the usual ones.")
        consentCategories = Dictionary(categories.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        clickIDPlatform = section.optional(
            "click_id_platform", .choice(ClickIDPlatform.self),
            "Whose click ids the properties `click_id`, `clickId` and `uuid` hold.")
        futureTolerance = section.value(
            "future_tolerance", .duration(in: .seconds(0) ... .seconds(86_400)), default: .seconds(600),
            "How far in the future an event may say it happened; beyond it the time of receipt counts.")
    }
}

extension ConfigurationFormat where Value == String {
    /// The canonical name of an event: snake_case, or `custom.` and such a name.
    fileprivate static var canonicalName: ConfigurationFormat {
        text("canonical name", byteCount: 1...100).checked { name in
            let bare = name.hasPrefix("custom.") ? name.dropFirst(7) : name[...]
            let isValid =
                bare.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
                && bare.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") }
                && bare == bare.lowercased()
            return isValid ? nil : "must be a canonical name such as purchase or custom.my_event"
        }
    }
}
