import EventModel

/// Where consent is found and what it is about: data, so that a new place is a new row (reference inbound, 7.1).
enum ConsentTable {
    /// Where consent stands: each has its own names.
    enum Place {
        case context, properties, traits, consent, device, googleOptions
    }

    /// What a member of a place is.
    enum Member: Sendable {
        case rudderstack, segment
        /// Lists of ids beside each other: the object around them is of RudderStack's shape.
        case rudderstackIDs
        /// An object with Google's four members, or one of them.
        case google
        case googlePurpose(ConsentPurpose)
        case tcf, gpp, gppSections, usPrivacy, globalPrivacyControl
        case metaTriple, metaOptions, metaCountry, metaState
        case tiktokLimitedDataUse, optOut
        case device, adTracking, trackingStatus
        /// An object of any of these shapes.
        case consentObject
        /// The same, or one answer for all purposes.
        case anyShape
        case traits
    }

    /// Names that mean the same in every place.
    private static let common: [(name: String, value: Member)] = [
        ("tcf", .tcf), ("tcString", .tcf), ("tc_string", .tcf), ("euconsent-v2", .tcf),
        ("gpp", .gpp), ("gpp_sid", .gppSections), ("gppSid", .gppSections), ("us_privacy", .usPrivacy),
    ]

    static let context = NameTable<Member>(
        common + [
            ("consentManagement", .rudderstack), ("consent", .consentObject), ("google_consent", .google),
            ("gpc", .globalPrivacyControl), ("globalPrivacyControl", .globalPrivacyControl),
            ("dataProcessingOptions", .metaTriple), ("device", .device), ("traits", .traits),
        ])

    static let properties = NameTable<Member>(
        common + [
            ("consent", .anyShape), ("data_processing_options", .metaOptions),
            ("data_processing_options_country", .metaCountry), ("data_processing_options_state", .metaState),
            ("limited_data_use", .tiktokLimitedDataUse), ("opt_out", .optOut),
        ])

    static let traits = NameTable<Member>([("consent", .anyShape), ("opt_out", .optOut)])

    /// The members of `context.consent` and its like.
    static let consent = NameTable<Member>(
        common + [
            ("categoryPreferences", .segment), ("allowedConsentIds", .rudderstackIDs),
            ("deniedConsentIds", .rudderstackIDs),
            ("ad_storage", .googlePurpose(.ads)), ("analytics_storage", .googlePurpose(.analytics)),
            ("ad_user_data", .googlePurpose(.adsUserData)),
            ("ad_personalization", .googlePurpose(.adsPersonalization)), ("gpc", .globalPrivacyControl),
        ])

    /// The members of `integrations.<Google …>.consents`.
    static let googleOptions = NameTable<Member>([
        ("adUserData", .googlePurpose(.adsUserData)), ("adPersonalization", .googlePurpose(.adsPersonalization)),
        ("ad_user_data", .googlePurpose(.adsUserData)), ("ad_personalization", .googlePurpose(.adsPersonalization)),
    ])

    static let device = NameTable<Member>([
        ("adTrackingEnabled", .adTracking), ("attTrackingStatus", .trackingStatus),
    ])

    /// Categories of consent tools that mean a purpose unless an account says otherwise (7.3 rule 2).
    ///
    /// Those of OneTrust that mean none (`C0001`, `C0003`) and unknown ones have no purpose.
    static let categories = FoldedTable<PurposeSet>([
        ("C0002", .analytics), ("performance", .analytics), ("analytics", .analytics), ("statistics", .analytics),
        ("C0004", .advertising), ("C0005", .advertising), ("targeting", .advertising), ("advertising", .advertising),
        ("marketing", .advertising), ("ads", .advertising), ("ad", .advertising), ("social media", .advertising),
        // Beyond the rule's list: what Segment's consent manager calls it, and a denial of it is clear.
        ("personalization", .adsPersonalization),
        ("DataSharing", .adsUserData), ("sale", .adsUserData), ("sell", .adsUserData),
    ])
}
