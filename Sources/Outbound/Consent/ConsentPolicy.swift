public import EventModel

/// What a destination demands of consent, and what happens without it (reference inbound, 7.4).
public struct ConsentPolicy: Sendable, Equatable {
    /// Whose rules decide.
    public enum Mode: String, Sendable, CaseIterable {
        /// Ours: fails closed.
        case gateway
        /// RudderStack's (7.2): fails open, looks at denied ids only.
        case rudderstack
        /// Segment's (7.2): a missing category is refused, an event without consent is not.
        case segment
    }

    /// What happens when nobody has answered for a demanded purpose.
    public enum Unknown: String, Sendable, CaseIterable {
        case block, allow
        /// What the law of the person's country says; see ``ConsentRegime``.
        case byRegion = "by_region"
    }

    /// When a list of categories blocks.
    public enum Strategy: String, Sendable, CaseIterable {
        /// Any denied category blocks.
        case and
        /// Only all of them denied block.
        case or
    }

    /// Whose rules decide.
    public var mode = Mode.gateway
    /// Each must be granted.
    public var purposes: [ConsentPurpose] = []
    /// What happens when one of ``purposes`` is unknown.
    public var onUnknown = Unknown.block
    /// Categories of a consent tool that are asked beside the purposes.
    public var categories: [String] = []
    /// Whose categories they are; nil for any tool's.
    public var provider: String?
    /// When ``categories`` block; nil for what the event says, else `and`.
    public var strategy: Strategy?
    /// Whether a category of the list counts as denied when the event lists others and not this one.
    public var missingIsDenied = false
    /// What `by_region` takes for a person whose country is unknown.
    public var defaultRegime = ConsentRegime.optIn
    /// Whether TCF must consent to Google, vendor 755, where the string has a vendor section (7.3 rule 5).
    public var demandsGoogleVendor = false

    /// A policy that demands nothing: what custom endpoints and warehouses have unless told otherwise.
    public init() {}

    /// What advertising platforms demand unless told otherwise: `ads` and `ads_user_data`, blocked when unknown.
    public static let adPlatform: ConsentPolicy = {
        var policy = ConsentPolicy()
        policy.purposes = [.ads, .adsUserData]
        return policy
    }()

    /// Whether the policy can refuse anything.
    public var isDemanding: Bool { !categories.isEmpty || mode == .gateway && !purposes.isEmpty }

    /// Whether what people said before counts; the vendors know nothing of it.
    public var readsStoredConsent: Bool { mode == .gateway && isDemanding }
}

/// Whether the law of a person's country asks for consent before personal data is used for advertising.
public enum ConsentRegime: String, Sendable, CaseIterable {
    case optIn = "opt_in"
    case optOut = "opt_out"

    /// The regime of a country by its ISO 3166-1 code, lower-case; nil if the country is unknown.
    ///
    /// The EEA with the parts of member states that have codes of their own, the United Kingdom and Switzerland.
    public init?(country: String?) {
        guard let country, !country.isEmpty else { return nil }
        self = Self.optInCountries.contains(country) ? .optIn : .optOut
    }

    private static let optInCountries: Set<String> = [
        "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt", "lu",
        "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk", "is", "li", "no", "gb", "uk", "ch", "ax", "gf", "gp",
        "mf",
        "mq", "re", "yt", "el",
    ]
}
