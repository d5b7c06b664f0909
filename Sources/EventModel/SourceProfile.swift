/// How a source's envelopes are to be read.
public enum SourceKind: String, Sendable, CaseIterable {
    case rudderstack, segment, native, trackstack
}

/// Which vendor's time and field rules apply (reference inbound, 4.7).
public enum Dialect: String, Sendable, CaseIterable {
    case rudderstack, segment
}

/// What canonicalization needs to know of a source: its configuration, as a value.
public struct SourceProfile: Sendable {
    /// The configured name of the source; stands in events, and message ids are unique within it.
    public var name: String
    /// How its envelopes are to be read.
    public var kind: SourceKind
    /// Nil means: tell from the envelope.
    public var dialect: Dialect?
    /// The account and environment that its events belong to.
    public var tenant: Tenant
    /// Event names of the account's own, normalized as the registry's are, to canonical names; looked up first.
    public var eventOverrides: [String: String]
    /// Ambiguous names (†) of the registry that this account switched on.
    public var enabledAmbiguousNames: Set<String>
    /// ISO 4217; used when an event has money and no currency.
    public var defaultCurrency: String?
    /// ISO 3166-1 alpha-2, for national phone numbers.
    public var defaultCountry: String?
    /// Whether a missing required business id refuses the item.
    public var requiresBusinessID: Bool
    /// Whether plain e-mail, phone and names are kept beside their hashes.
    public var keepsPlainUserData: Bool
    /// Addresses that never identify anybody (`test@test.com`, …), lower-case.
    public var blockedEmails: Set<String>
    /// Consent categories to purposes, lower-case ids, beside the built-in ones.
    public var consentCategories: [String: [ConsentPurpose]]
    /// The platform whose generic click id names (`click_id`, `uuid`) this source's properties mean.
    public var clickIDPlatform: String?
    /// How far in the future an event may say it happened, in milliseconds.
    public var futureToleranceMilliseconds: Int64

    /// A source with the default rules: no names of its own, no plain values, ten minutes' tolerance for the future.
    public init(name: String, kind: SourceKind, tenant: Tenant) {
        self.name = name
        self.kind = kind
        self.tenant = tenant
        eventOverrides = [:]
        enabledAmbiguousNames = []
        requiresBusinessID = false
        keepsPlainUserData = false
        blockedEmails = []
        consentCategories = [:]
        futureToleranceMilliseconds = 600_000
    }
}
