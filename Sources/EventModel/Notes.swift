/// Something about an event that its sender or an operator should know, though the event was taken.
///
/// Raw values are contracts: they stand in answers, records and `explain`.
public enum Note: String, Sendable, CaseIterable {
    // Envelope and ids (reference inbound, sections 4 and 9).
    case messageIDGenerated = "message_id_generated"
    case messageIDNumeric = "message_id_numeric"
    case messageIDReused = "message_id_reused"
    case numericID = "numeric_id"
    case numericIDLossy = "numeric_id_lossy"
    case junkIdentifier = "junk_identifier"
    case fieldConflict = "field_conflict"
    case propertiesStringified = "properties_stringified"
    case unwrappedTransformerPayload = "unwrapped_transformer_payload"
    case unwrappedExtensible = "unwrapped_extensible"
    case duplicateKey = "duplicate_key"
    case nonFiniteNumber = "non_finite_number"
    case loneSurrogate = "lone_surrogate"
    case controlCharacters = "control_chars"
    case eventLarge = "event_large"
    case userIDIsEmail = "user_id_is_email"
    case anonymousIDGenerated = "anonymous_id_generated"
    // Time (4.4).
    case timestampFutureClamped = "timestamp_future_clamped"
    case timestampStale = "timestamp_stale"
    case timestampImplausible = "timestamp_implausible"
    case timestampUnparsable = "timestamp_unparsable"
    case skewImplausible = "skew_implausible"
    // Money and items (6.5).
    case valueNegative = "value_negative"
    case valueUnparsable = "value_unparsable"
    case numberOutOfRange = "number_out_of_range"
    case decimalComma = "decimal_comma"
    case currencyDefaulted = "currency_defaulted"
    case currencyInvalid = "currency_invalid"
    case currencyMissing = "currency_missing"
    case quantityInvalid = "quantity_invalid"
    case quantityCapped = "quantity_capped"
    case productsTruncated = "products_truncated"
    // Dedup (6.6).
    case businessIDMissing = "business_id_missing"
    case businessIDIdentityConflict = "business_id_identity_conflict"
    case refundIDMissing = "refund_id_missing"
    // Person data.
    case emailInvalid = "email_invalid"
    case phoneInvalid = "phone_invalid"
    case phoneNoCountryCode = "phone_no_country_code"
    case ipInvalid = "ip_invalid"
    case cardDataRemoved = "card_data_removed"
    case personalDataHashed = "personal_data_hashed"
    case personalDataRemoved = "personal_data_removed"
    case pageURLDropped = "page_url_dropped"
    case pageURLTruncated = "page_url_truncated"
    case identityFromProperties = "identity_from_properties"
    // Click ids (8).
    case clickIDInvalid = "clickid_invalid"
    case clickIDFromReferrer = "clickid_from_referrer"
    case fbcTimeRepaired = "fbc_time_repaired"
    case fbcInvalid = "fbc_invalid"
    case fbpInvalid = "fbp_invalid"
    // Consent (7).
    case consentMalformed = "consent_malformed"
    case tcfMalformed = "tcf_malformed"
    case gppUndecoded = "gpp_undecoded"
    // Authentication.
    case rotatedSecretUsed = "rotated_secret_used"
    case signatureUnverified = "signature_unverified"
}

/// Notes in the order they were made, each once.
public struct NoteList: Sendable, Equatable {
    /// The notes, oldest first.
    public private(set) var notes: [Note] = []

    /// A list of no notes.
    public init() {}

    /// Adds a note unless it is there already.
    public mutating func add(_ note: Note) {
        if !notes.contains(note) { notes.append(note) }
    }

    /// Adds all notes of another list.
    public mutating func add(_ other: NoteList) { for note in other.notes { add(note) } }

    /// Whether there is nothing to say.
    public var isEmpty: Bool { notes.isEmpty }

    /// Whether a note is there.
    public func contains(_ note: Note) -> Bool { notes.contains(note) }
}
