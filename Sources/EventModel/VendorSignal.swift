/// Consent exactly as one of the vendors' servers would read it, whatever else the event says (reference inbound, 7.2).
public enum VendorSignal: Sendable, Equatable {
    /// `context.consentManagement` was there.
    case rudderstack(RudderStackConsent)
    /// `context.consent` was an object.
    case segment(SegmentConsent)
}

/// What RudderStack's server takes from `context.consentManagement`.
public struct RudderStackConsent: Sendable, Equatable {
    /// `provider`, as sent; empty if there is none.
    public var provider: String
    /// `deniedConsentIds` without blanks; empty if that is missing, or if anything of the object is malformed.
    public var deniedIDs: [String]
    /// `resolutionStrategy`, as sent; empty if there is none.
    public var resolutionStrategy: String

    /// Consent from its parts.
    public init(provider: String = "", deniedIDs: [String] = [], resolutionStrategy: String = "") {
        self.provider = provider
        self.deniedIDs = deniedIDs
        self.resolutionStrategy = resolutionStrategy
    }
}

/// What Segment takes from `context.consent`.
public struct SegmentConsent: Sendable, Equatable {
    /// The ids in `categoryPreferences` whose value is `true`.
    public var grantedIDs: [String]

    /// Consent to these categories and no other.
    public init(grantedIDs: [String] = []) { self.grantedIDs = grantedIDs }
}
