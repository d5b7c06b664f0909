import EventModel
public import JSON
public import Platform

/// Snap's Conversions API v3 (reference snapchat).
public struct SnapchatAPI: PlatformAPI {
    /// The platform.
    public static let platform = AdPlatform.snapchat

    /// The platform's own settings (section 1).
    public static let settings: [PlatformSetting] = [
        PlatformSetting(
            "pixel_id", .text(TextRule("pixel id", \.uuidFault)), absence: "required for web and offline events",
            "The pixel, a UUID."),
        PlatformSetting(
            "snap_app_id", .text(TextRule("Snap App ID", \.uuidFault)), absence: "required for app events",
            "The app at Snap, a UUID."),
        PlatformSetting(
            "app_id", .text(TextRule("app id", length: 3...200, example: "com.example.shop", \.isTokenByte)),
            absence: "required for app events", "The app's number in the App Store, or its package name."),
        PlatformSetting(
            required: "access_token", .secret, "A token from Ads Manager, Business Details, Conversions API Tokens."),
        PlatformSetting(
            "test_mode", .flag(false), "Has events checked but not recorded; never leave it on in production."),
        PlatformSetting(
            "custom_properties", .list(.line), "Properties that are passed on in `custom_fields` under their own names."
        ),
    ]

    /// Seven days back, at most the 37 that Snap reports (section 4); the pixel sends the `messageId`.
    public static let rules = PlatformRules(
        idRule: .messageID, ageLimit: .seconds(7 * 86_400), ageLimitMax: .seconds(37 * 86_400))

    /// What settings have wrong together.
    public static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] {
        var faults: [DestinationConfigurationError.Fault] = []
        let (snapApp, app) = (settings.text("snap_app_id"), settings.text("app_id"))
        if settings.text("pixel_id") == nil, snapApp == nil {
            faults.append(.init(setting: "pixel_id", message: "is required, or snap_app_id and app_id for an app"))
        }
        if (snapApp == nil) != (app == nil) {
            let missing = snapApp == nil ? "snap_app_id" : "app_id"
            faults.append(
                .init(setting: missing, message: "is required for app events: snap_app_id and app_id go together"))
        }
        for (event, name) in settings.map("event_names").sorted(by: { $0.key < $1.key }) {
            guard let name = name.first, !knownNames.contains(name) else { continue }
            faults.append(
                .init(
                    setting: "event_names.\(event)",
                    message:
                        "\"\(name)\" is none of Snap's events; use one of its own or CUSTOM_EVENT_1 to CUSTOM_EVENT_5"))
        }
        return faults
    }

    /// All that Snap takes (section 3).
    private static let knownNames: Set<String> = [
        "PURCHASE", "SAVE", "START_CHECKOUT", "ADD_CART", "VIEW_CONTENT", "ADD_BILLING", "SIGN_UP", "SEARCH",
        "PAGE_VIEW",
        "SUBSCRIBE", "AD_CLICK", "AD_VIEW", "COMPLETE_TUTORIAL", "LEVEL_COMPLETE", "INVITE", "LOGIN", "SHARE",
        "RESERVE",
        "ACHIEVEMENT_UNLOCKED", "ADD_TO_WISHLIST", "SPENT_CREDITS", "RATE", "START_TRIAL", "LIST_VIEW", "APP_INSTALL",
        "APP_OPEN", "CUSTOM_EVENT_1", "CUSTOM_EVENT_2", "CUSTOM_EVENT_3", "CUSTOM_EVENT_4", "CUSTOM_EVENT_5",
    ]

    private let pixelID: String?
    private let snapAppID: String?
    private let appID: String?
    private let accessToken: String
    private let baseURL: String
    private let isTest: Bool
    private let customProperties: [JSONKey]
    /// What must not be shown: the token as it is and as it stands in URLs.
    public var secrets: [String] { [accessToken, FormEncoding.percentEncoded(accessToken)] }

    /// An API as configured.
    public init(_ settings: PlatformSettings) {
        pixelID = settings.text("pixel_id")?.lowercased()
        snapAppID = settings.text("snap_app_id")?.lowercased()
        appID = settings.text("app_id")
        accessToken = settings.text("access_token") ?? ""
        baseURL = settings.text("base_url") ?? "https://tr.snapchat.com"
        isTest = settings.flag("test_mode")
        customProperties = settings.texts("custom_properties").map { JSONKey($0) }
    }

    /// 2000 are allowed (section 5); a batch that one bad event sinks is smaller.
    public var batchLimits: BatchLimits { BatchLimits(count: 200, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// Where the pixel and the app have their paths.
    public var url: String { "\(baseURL)/v3" }

    // MARK: - One event

    /// Writes one event (section 2).
    ///
    /// The key is the pixel or the app that it counts for.
    public func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        let source = ActionSource(event)
        let asset = try asset(for: event, source)
        json.beginObject()
        json.member("event_name", event.name.text)
        json.member("event_time", event.time.seconds)
        json.member("event_id", idOf: event)
        json.member("action_source", source.rawValue)
        json.member("event_source_url", event.pageURL)
        writeFlags(event, to: &json)
        json.key("user_data")
        json.object { writePerson(event, isApp: source == .app, to: &$0) }
        json.optionalObject("custom_data") { SnapchatOrder.write(event, customProperties, to: &$0) }
        if source == .app {
            json.key("app_data")
            json.object { json in
                json.member("app_id", appID)
                // The same sixteen entries as Meta's (section 2.5).
                MetaAppData.write(event, to: &json)
            }
        }
        json.endObject()
        return asset
    }

    /// Sections 2.3, 2.4, 3 and 4: what Snap could not take.
    private func asset(for event: PlatformEvent, _ source: ActionSource) throws(PlatformDrop) -> String {
        guard !event.name.isCustom || Self.knownNames.contains(event.name.text) else {
            throw .unsuitable("\(event.canonicalName) has \(Self.unmapped)")
        }
        let isKnown =
            event.hash(.email) != nil || event.hash(.phone) != nil
            || event.hasAddressAndBrowser || source == .app && event[.advertisingID] != nil
        guard isKnown else {
            throw .noIdentifier(
                "an e-mail, a phone number, an app's advertising id, or address and browser (insufficient user data)")
        }
        if event.name.text == "PURCHASE", event.money == nil {
            throw .unsuitable(
                "missing value/currency: Snap makes nothing of a PURCHASE without; set default_currency if you mean it")
        }
        if source == .app {
            guard let snapAppID else {
                throw .unsuitable("an app's event, and snap_app_id and app_id are not configured")
            }
            return snapAppID
        }
        guard let pixelID else { throw .unsuitable("no app's event, and pixel_id is not configured") }
        return pixelID
    }

    /// Section 7.
    private func writeFlags(_ event: PlatformEvent, to json: inout JSONWriter) {
        if event.hasOptedOut || event.consentTransformation.contains(.nonPersonalized) { json.member("opt_out", true) }
        guard let use = event.consent?[.limitedUse], use[.options]?.count ?? 0 > 0 else { return }
        json.member("data_processing_options", use[.options])
        json.member("data_processing_options_country", use[.country])
        json.member("data_processing_options_state", use[.state])
    }

    /// Section 2.3.
    private func writePerson(_ event: PlatformEvent, isApp: Bool, to json: inout JSONWriter) {
        MetaHashes.write(event, to: &json)
        json.list("external_id", event.personID(ofType: Self.externalIDType).flatMap { event.hash($0, .lowercased) })
        if isApp {
            json.member("madid", event[.advertisingID])
            if event.operatingSystem == .ios { json.member("idfv", event[.deviceID]) }
        }
        json.member("client_ip_address", event[.clientIP])
        json.member("client_user_agent", event[.userAgent])
        json.member("sc_click_id", event[.clickID(.scClickID)])
        json.member("sc_cookie1", event[.clickID(.scCookie)])
        json.member("subscription_id", id: event.property(.subscriptionID))
        json.member("lead_id", id: event.property(.leadID))
        json.member("anon_id", id: event.property(.anonID))
        json.member("download_id", id: event.property(.downloadID))
        json.member("partner_id", id: event.property(.partnerID))
    }

    private static let externalIDType: StaticString = "snapchatExternalId"

    // MARK: - One request

    /// The request that carries events.
    public func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        request(parts, asset: key, isTest: isTest)
    }

    private func request(_ parts: [[UInt8]], asset: String, isTest: Bool) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(64) { $0 + $1.count })
        json.object { json in
            json.list("data", parts: parts)
        }
        let path = isTest ? "events/validate" : "events"
        return PlatformRequest(
            // The token in the query is the only form that Snap documents (section 1).
            url: "\(url)/\(asset)/\(path)?access_token=\(FormEncoding.percentEncoded(accessToken))",
            headers: [.jsonBody], body: json.bytes)
    }

    /// Has one event of nobody's checked, which is not recorded (section 1).
    public func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        var json = JSONWriter()
        json.object { json in
            json.member("event_name", pixelID == nil ? "APP_OPEN" : "PAGE_VIEW")
            json.member("event_time", time.seconds)
            json.member("event_id", "tracklayer-check")
            json.member("action_source", "OFFLINE")
            json.key("user_data")
            json.object { $0.list("em", CredentialCheck.nobody) }
        }
        let request = request([json.bytes], asset: pixelID ?? snapAppID ?? "", isTest: true)
        return .request(request) { SnapchatAnswer($0).finding }
    }
}

extension SnapchatAPI {
    /// Where the action happened (section 4).
    private enum ActionSource: String {
        case web = "WEB"
        case app = "MOBILE_APP"
        case offline = "OFFLINE"

        init(_ event: PlatformEvent) {
            switch event.surface {
            case _ where event.isInStore: self = .offline
            case .app: self = .app
            case .web, .server: self = event.pageURL != nil || event[.userAgent] != nil ? .web : .offline
            }
        }
    }
}

extension String {
    /// What is wrong with a UUID.
    fileprivate var uuidFault: String? {
        let parts = split(separator: "-", omittingEmptySubsequences: false)
        let isUUID = parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
        return isUUID ? nil : "is no UUID; it looks like 11111111-2222-4333-8444-555555555555"
    }
}
