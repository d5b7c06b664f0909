import EventModel

/// The advertising platforms, as far as routing knows them.
///
/// Raw values are the kinds of destinations.
public enum AdPlatform: String, Sendable, CaseIterable {
    case meta, tiktok, pinterest, snapchat, reddit, ga4
    case googleAds = "google_ads"
    case linkedin
    case x
    case microsoft, quora

    /// What the platform demands of consent unless told otherwise (reference inbound, 7.4).
    ///
    /// Google Analytics measures: it demands `analytics` (reference ga4, section 8). Google's destinations want vendor 755
    /// of a TC string, too (inbound, 7.3 rule 5).
    public var consent: ConsentPolicy {
        var policy = ConsentPolicy.adPlatform
        switch self {
        case .ga4:
            policy.purposes = [.analytics]
            policy.demandsGoogleVendor = true
        case .googleAds: policy.demandsGoogleVendor = true
        case .meta, .tiktok, .pinterest, .snapchat, .reddit, .linkedin, .x, .microsoft, .quora: break
        }
        return policy
    }

    /// Whether an `anonymousId` alone says who did it: Google Analytics makes its client id of it, Meta its `external_id`
    /// (reference meta, 2.3), Microsoft its `anonymousId` (microsoft, 1.2).
    public var matchesAnonymousIDs: Bool {
        switch self {
        case .ga4, .meta, .microsoft: true
        case .tiktok, .pinterest, .snapchat, .reddit, .googleAds, .linkedin, .x, .quora: false
        }
    }

    /// Whether an address together with a browser says who did it (reference meta 2.3, tiktok 2.3, pinterest 2.2, snapchat
    /// 2.3, reddit 2.1, x 2): how a visitor is matched who has not said who they are.
    ///
    /// The mappers still refuse what their platform would.
    public var matchesBrowsers: Bool {
        switch self {
        case .meta, .tiktok, .pinterest, .snapchat, .reddit, .x: true
        case .ga4, .googleAds, .linkedin, .microsoft, .quora: false
        }
    }

    /// Whether `all` means custom events, too: Quora would call each of them `Generic`, so it takes those that are named
    /// (reference quora, section 3).
    public var takesAllCustomEvents: Bool { self != .quora }

    /// Whether an order is of no use without its value and currency.
    ///
    /// Google's two take it without: "never a reason for us to reject" (reference ga4, 2.6; google_ads, 1.2).
    public var demandsMoney: Bool { self != .ga4 && self != .googleAds }

    /// Names under which senders' `integrations` know the platform, folded: its names at RudderStack and Segment, and the
    /// keys that click ids come under (reference inbound, 4.6 and 8.1).
    public var integrationNames: [String] {
        switch self {
        case .meta:
            [
                "meta", "facebook", "facebookconversions", "facebookconversionsapi", "facebookpixel",
                "facebookconversionsapiactions", "metaconversionsapi", "metapixel", "fbpixel",
            ]
        case .tiktok:
            ["tiktok", "tiktokads", "tiktokconversions", "tiktokconversionsactions", "tiktokeventsapi", "tiktokpixel"]
        case .pinterest:
            [
                "pinterest", "pinteresttag", "pinterestconversions", "pinterestconversionsapi",
                "pinterestconversionsapiactions",
            ]
        case .snapchat:
            [
                "snapchat", "snap", "snappixel", "snapconversionsapi", "snapchatconversion", "snapchatconversionsapi",
                "snapconversionsapiactions",
            ]
        case .reddit: ["reddit", "redditads", "redditpixel", "redditconversionsapi", "redditconversionsapiactions"]
        case .ga4: ["ga4", "googleanalytics4", "googleanalytics4ga4", "googleanalytics4cloud", "googleanalytics"]
        case .googleAds:
            [
                "googleads", "googleadwords", "googleadsconversions", "googleadwordsofflineconversions",
                "googleadsofflineconversions", "googleadwordsenhancedconversions", "googleenhancedconversions",
                "googleadsenhancedconversions", "campaignmanager360",
            ]
        case .linkedin: ["linkedin", "linkedinads", "linkedininsighttag", "linkedinconversionsapi"]
        case .x: ["x", "twitter", "twitterads", "xads", "xconversions", "twitterconversions", "xconversionsapi"]
        case .microsoft:
            [
                "microsoft", "microsoftads", "bing", "bingads", "microsoftbingcapi", "microsoftbingcapiactions",
                "bingadsuet",
            ]
        case .quora: ["quora", "quorapixel", "quoraads", "quoraconversionsapi", "quoraconversionsapiactions"]
        }
    }

    /// The events of the platform's own list, `events: defaults`, by canonical name.
    ///
    /// The rows marked ✓ under "Default" in the event table of each `reference/destinations/PLATFORM.md` (section 3 in
    /// most): TrackStack's published default lists; Google Analytics' is ours. No list has a warehouse-only or
    /// warehouse-first event.
    public var defaultEvents: [String] {
        switch self {
        case .meta:
            [
                "page_view", "view_content", "lead", "demo_booked", "sign_up", "start_trial", "first_action",
                "add_payment_info", "purchase", "plan_upgrade", "subscription_renew",
            ]
        case .tiktok, .pinterest, .snapchat, .reddit: ["page_view", "view_content", "lead", "sign_up", "purchase"]
        case .ga4:
            [
                "page_view", "view_content", "high_intent_page_view", "lead", "demo_intent", "demo_booked",
                "chat_started", "pricing_interaction", "sign_up", "start_trial", "trial_activated", "first_action",
                "sales_qualified_lead", "opportunity_created", "pipeline_qualified", "meeting_held",
                "add_payment_info", "begin_checkout", "purchase", "subscription_started", "plan_upgrade",
                "subscription_renew", "expansion_revenue", "top_up_purchased", "reactivated",
            ]
        case .googleAds:
            [
                "lead", "demo_booked", "sign_up", "start_trial", "first_action", "purchase", "plan_upgrade",
                "subscription_renew",
            ]
        case .linkedin:
            [
                "page_view", "view_content", "lead", "demo_booked", "sign_up", "start_trial", "sales_qualified_lead",
                "opportunity_created", "purchase",
            ]
        case .x: ["page_view", "view_content", "lead", "demo_booked", "sign_up", "start_trial", "purchase"]
        case .microsoft: ["page_view", "lead", "demo_booked", "sign_up", "purchase"]
        case .quora: ["lead", "demo_booked", "sign_up", "purchase"]
        }
    }
}
