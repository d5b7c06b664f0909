/// Which names Google Analytics takes (reference ga4, section 3).
enum GA4Names {
    /// The parameters of one event, at most.
    static let parameterLimit = 25
    /// The characters of a parameter's value, at most.
    static let valueLimit = 100
    /// The bytes of one request have to be fewer.
    static let byteLimit = 130_000

    /// Whether a parameter may be called so.
    static func isParameter(_ name: String) -> Bool {
        isWord(name) && !["ga_", "google_", "firebase_"].contains { name.hasPrefix($0) }
    }

    /// Whether a user property may be called so (2.3).
    static func isUserProperty(_ name: String) -> Bool {
        isParameter(name) && name.utf8.count <= 24 && !reservedUserProperties.contains(name)
    }

    /// Why an event cannot be called so; nil if it can.
    static func fault(ofEvent name: String, ofApp isApp: Bool) -> String? {
        if !isWord(name) {
            return "event name \"\(name.prefix(60))\" must be a letter, then letters, digits and _, 40 at most"
        }
        if isApp, name == "screen_view" { return nil }
        return reservedEvents.contains(name) ? "event name \"\(name)\" is reserved by Google" : nil
    }

    private static func isWord(_ name: String) -> Bool {
        guard (1...40).contains(name.utf8.count), let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte.isASCIIUpper || byte.isASCIILower }

    private static let reservedUserProperties: Set<String> = [
        "first_open_time", "first_visit_time", "last_deep_link_referrer", "user_id", "first_open_after_install",
    ]

    private static let reservedEvents: Set<String> = [
        "ad_activeview", "ad_click", "ad_exposure", "ad_impression", "ad_query", "ad_reward", "adunit_exposure",
        "app_background", "app_clear_data", "app_exception", "app_install", "app_remove", "app_store_refund",
        "app_store_subscription_cancel", "app_store_subscription_convert", "app_store_subscription_renew", "app_update",
        "app_upgrade", "dynamic_link_app_open", "dynamic_link_app_update", "dynamic_link_first_open", "error",
        "firebase_campaign", "first_open", "first_visit", "in_app_purchase", "notification_dismiss",
        "notification_foreground", "notification_open", "notification_receive", "notification_send", "os_update",
        "session_start", "session_start_with_rollout", "user_engagement", "screen_view",
    ]
}
