/// What a person said about one purpose.
public enum ConsentAnswer: String, Sendable, CaseIterable {
    case granted, denied, unknown

    /// The answer of two signals together: denied wins, then granted (reference inbound, 7.3 rule 9).
    public func combined(with other: ConsentAnswer) -> ConsentAnswer {
        if self == .denied || other == .denied { return .denied }
        return self == .granted || other == .granted ? .granted : .unknown
    }
}

/// What personal data may be used for.
public enum ConsentPurpose: String, Sendable, CaseIterable {
    case analytics
    case ads
    case adsUserData = "ads_user_data"
    case adsPersonalization = "ads_personalization"
}

/// Everything an event says about consent, normalized (reference inbound, 7.3).
public struct ConsentState: Sendable, Equatable {
    /// Meta's limited data use triple.
    public struct LimitedDataUse: Sendable, Equatable {
        /// `["LDU"]`, or empty for "explicitly off".
        public var options: [String]
        /// The country: 1 is the US, 0 lets Meta tell it from the address.
        public var country: Int
        /// The state: 1000 is California, 0 lets Meta tell it from the address.
        public var state: Int

        /// Meta's triple, as the sender gave it.
        public init(options: [String], country: Int, state: Int) {
            self.options = options
            self.country = country
            self.state = state
        }
    }

    /// An IAB GPP string.
    public struct GPP: Sendable, Equatable {
        /// As sent, with the sections that nobody here decodes.
        public var text: String
        /// The sections that apply, as the sender says (`gpp_sid`); empty if it does not say.
        public var applicableSections: [Int]

        /// A string and what the sender says of its sections.
        public init(text: String, applicableSections: [Int]) {
            self.text = text
            self.applicableSections = applicableSections
        }
    }

    /// A category of a consent tool.
    public struct Category: Sendable, Equatable {
        /// Lower-case name of the tool (`onetrust`, `ketch`, …), or empty.
        public let provider: String
        /// The category's id in the tool, as sent.
        public let id: String
        /// What the person answered for this category.
        public let answer: ConsentAnswer

        /// A person's answer for one category of a tool; an empty `provider` means that the envelope did not name the
        /// tool.
        public init(provider: String, id: String, answer: ConsentAnswer) {
            self.provider = provider
            self.id = id
            self.answer = answer
        }
    }

    /// Whether the action may be measured.
    public var analytics = ConsentAnswer.unknown
    /// Whether the person allows advertising at all; Google's `ad_storage`.
    public var ads = ConsentAnswer.unknown
    /// Whether personal data may go to advertising platforms; Google's `ad_user_data`.
    public var adsUserData = ConsentAnswer.unknown
    /// Whether ads may be personalized; Google's `ad_personalization`.
    public var adsPersonalization = ConsentAnswer.unknown
    /// The categories of consent tools that the envelope lists, each once; of two answers for one, a denial wins.
    public var categories: [Category] = []
    /// RudderStack's `resolutionStrategy` (`and` or `or`), as sent.
    public var resolutionStrategy: String?
    /// Whether Global Privacy Control or Do Not Track was set, in the envelope or as a header; refuses two ad purposes.
    public var globalPrivacyControl = false
    /// Whether a US Privacy string opts out of sale, or cannot be read; refuses the same purposes.
    public var usOptOut = false
    /// Meta's limited data use; when not sent, switched on by ``globalPrivacyControl`` and ``usOptOut``.
    public var limitedDataUse: LimitedDataUse?
    /// TikTok's flag.
    public var hasLimitedDataUse: Bool?
    /// `context.device.attTrackingStatus`, 0 to 3.
    public var trackingStatus: Int?
    /// Meta's `opt_out`.
    public var optOut: Bool?
    /// The GPP string, for what of it is not decoded into the answers above (reference inbound, 7.3 rule 6).
    public var gpp: GPP?
    /// Whether TCF consents to vendor 755 (Google); nil when the string does not say.
    public var tcfGoogleVendor: Bool?
    /// Where the person was, two lower-case letters, when no address says where they live: the law of that place counts.
    public var country: String?
    /// The signals that were found, by name, in order of the reference's table.
    public var sources: [String] = []
    /// What the two vendors themselves would look at, for destinations that decide as they do; not kept with the event.
    public var vendorSignals: [VendorSignal] = []

    /// A state in which nothing was said: every answer is unknown.
    public init() {}

    /// The answer for a purpose.
    public subscript(purpose: ConsentPurpose) -> ConsentAnswer {
        get {
            switch purpose {
            case .analytics: analytics
            case .ads: ads
            case .adsUserData: adsUserData
            case .adsPersonalization: adsPersonalization
            }
        }
        set {
            switch purpose {
            case .analytics: analytics = newValue
            case .ads: ads = newValue
            case .adsUserData: adsUserData = newValue
            case .adsPersonalization: adsPersonalization = newValue
            }
        }
    }
}
