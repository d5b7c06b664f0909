public import Crypto

/// A normalization whose SHA-256 some platform wants (reference destinations/geo-normalization and each platform).
///
/// Raw values are the names in stored events and templates.
public enum HashedField: String, Sendable, CaseIterable {
    /// Trimmed and lower-cased: what most platforms match on, and what identity joins on.
    case email = "email_hash"
    /// Google: dots and `+tag` removed for gmail.com and googlemail.com.
    ///
    /// Absent when equal to ``email``.
    case emailGoogle = "email_google_hash"
    /// Microsoft: `+tag` and dots removed for every domain.
    ///
    /// Absent when equal to ``email``.
    case emailMicrosoft = "email_microsoft_hash"
    /// Reddit: its own folding.
    ///
    /// Absent when equal to ``email``.
    case emailReddit = "email_reddit_hash"
    /// Country code and number, digits only.
    case phone = "phone_hash"
    /// The same with a leading `+`.
    case phonePlus = "phone_plus_hash"
    /// Lower-cased, white space and ASCII punctuation removed.
    case firstName = "first_name_hash"
    /// Pinterest: trimmed, lower-cased, inner white space collapsed.
    ///
    /// Absent when equal to ``firstName``.
    case firstNamePlain = "first_name_plain_hash"
    /// Google's Data Manager: lower-cased, white space removed.
    ///
    /// Absent when equal to ``firstNamePlain``.
    case firstNameGoogle = "first_name_google_hash"
    /// Google Analytics: trimmed, lower-cased, digits and ASCII punctuation removed.
    ///
    /// Absent when equal to ``firstNamePlain``.
    case firstNameAnalytics = "first_name_analytics_hash"
    case lastName = "last_name_hash"
    /// The last name in the form of ``firstNamePlain``.
    case lastNamePlain = "last_name_plain_hash"
    /// The last name in the form of ``firstNameGoogle``.
    case lastNameGoogle = "last_name_google_hash"
    /// The last name in the form of ``firstNameAnalytics``.
    case lastNameAnalytics = "last_name_analytics_hash"
    case city = "city_hash"
    case state = "state_hash"
    case postalCode = "postal_code_hash"
    case country = "country_hash"
    /// Google: trimmed, lower-cased, ASCII punctuation removed.
    case street = "street_hash"
    /// `YYYYMMDD`.
    case birthDate = "birth_date_hash"
    /// `m` or `f`.
    case gender = "gender_hash"
    /// Pinterest: `m`, `f` or `n`.
    ///
    /// Absent when equal to ``gender``.
    case genderPinterest = "gender_pinterest_hash"
    /// The whole e-mail domain, for account-level matching.
    case emailDomain = "email_domain_hash"

    /// The field to use when this one is absent because it would be equal; that one may have a fallback itself.
    public var fallback: HashedField? {
        switch self {
        case .emailGoogle, .emailMicrosoft, .emailReddit: .email
        case .firstNamePlain: .firstName
        case .firstNameGoogle, .firstNameAnalytics: .firstNamePlain
        case .lastNamePlain: .lastName
        case .lastNameGoogle, .lastNameAnalytics: .lastNamePlain
        case .genderPinterest: .gender
        default: nil
        }
    }
}

/// A click or browser id of an advertising platform (reference inbound, section 8).
///
/// Raw values are canonical names.
public enum ClickIDKind: String, Sendable, CaseIterable {
    case fbclid, fbc, fbp, gclid, gbraid, wbraid, dclid
    case googleSessionAttributes = "session_attributes_encoded"
    case gaClientID = "ga_client_id"
    case gaSessionID = "ga_session_id"
    case ttclid, ttp
    case scClickID = "sc_click_id"
    case scCookie = "sc_cookie1"
    case epik
    case redditClickID = "rdt_cid"
    case redditUUID = "rdt_uuid"
    case twclid, msclkid
    case linkedInFirstParty = "li_fat_id"
    case qclid, ndclid
    case dubID = "dub_id"
    case rtid
    case queryID = "query_id"
    case btid, urid
}

/// Who an event is about, as the gateway keeps it: hashes, platform ids, and what is neither.
public struct UserData: Sendable, Equatable {
    /// A hash under its normalization.
    public struct Hash: Sendable, Equatable {
        /// How the value was normalized before it was hashed.
        public let field: HashedField
        /// SHA-256 of the normalized value.
        public let digest: Digest

        /// A hash under its normalization.
        public init(_ field: HashedField, _ digest: Digest) {
            self.field = field
            self.digest = digest
        }
    }

    /// A click or browser id, byte for byte as the platform made it.
    public struct ClickID: Sendable, Equatable {
        /// Which platform's id it is, and of which kind.
        public let kind: ClickIDKind
        /// The id as the platform made it: case and padding kept.
        public let value: String

        /// An id of a platform.
        public init(_ kind: ClickIDKind, _ value: String) {
            self.kind = kind
            self.value = value
        }
    }

    /// A typed id from `context.externalId`.
    public struct ExternalID: Sendable, Equatable {
        /// The sender's name for the kind of id.
        public let type: String
        /// The id as text; an e-mail or phone number is kept as a hash unless the source keeps plain values.
        public let value: String

        /// A typed id, its value already fit to be kept.
        public init(type: String, value: String) {
            self.type = type
            self.value = value
        }
    }

    /// The hashes, each field once; a variant equal to its fallback is left out.
    public var hashes: [Hash] = []
    /// The click and browser ids found, each kind once.
    public var clickIDs: [ClickID] = []
    /// The sender's user id; a SHA-256 in hexadecimal when it was an e-mail address.
    public var externalID: String?
    /// The sender's `anonymousId`; a SHA-256 in hexadecimal when it was an e-mail address.
    public var anonymousID: String?
    /// The typed ids, each once, in the order sent; at most 32.
    public var otherExternalIDs: [ExternalID] = []
    /// ISO 3166-1 alpha-2, lower-case.
    ///
    /// Not personal by itself, and Google wants it plain.
    public var country: String?
    /// Two letters for the US and Canada, else folded text.
    public var state: String?
    /// Lower-case, without blanks.
    public var postalCode: String?
    /// Trimmed, lower-case, inner white space collapsed; TikTok and Google Analytics want it plain.
    public var city: String?
    /// The person's address, from the envelope, else from a request that has an `Origin`; public addresses only.
    public var clientIP: String?
    /// The person's browser, from the envelope, else from a request that has an `Origin`.
    public var userAgent: String?
    /// The person's language and region, such as `en-US`, as sent.
    public var locale: String?
    /// Lower-case with dashes; absent when tracking is refused.
    public var advertisingID: String?
    /// The id that the app gave the device; never one of zeros only.
    public var deviceID: String?
    /// The e-mail address in plain, kept only where the source's configuration turned hashing off.
    public var plainEmail: String?
    /// The phone number in plain with a leading `+`, under the same condition.
    public var plainPhone: String?
    /// The given name in plain, under the same condition.
    public var plainFirstName: String?
    /// The family name in plain, under the same condition.
    public var plainLastName: String?

    /// A person of whom nothing is known yet.
    public init() {}

    /// The digest to use for a field, following ``HashedField/fallback``.
    public subscript(field: HashedField) -> Digest? {
        if let hash = hashes.first(where: { $0.field == field }) { return hash.digest }
        return field.fallback.flatMap { self[$0] }
    }

    /// The value of a click id.
    public subscript(kind: ClickIDKind) -> String? { clickIDs.first { $0.kind == kind }?.value }
}
