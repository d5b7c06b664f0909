import EventModel
public import JSON
public import Platform

/// Pinterest's Conversions API v5 (reference pinterest).
///
/// Its schema is closed: one key that it does not know sinks a request.
public struct PinterestAPI: PlatformAPI {
    /// The platform.
    public static let platform = AdPlatform.pinterest

    /// The platform's own settings (section 1).
    public static let settings: [PlatformSetting] = [
        PlatformSetting(
            required: "ad_account_id", .text(.digits("ad account id", 5...25, example: "549755885175")),
            "The ad account."),
        PlatformSetting(
            required: "access_token", .secret,
            "A conversion token from Ads Manager, or an OAuth token with `ads:write`."),
        PlatformSetting(
            "send_test", .flag(false),
            "Has events checked and answered but not recorded; never leave it on in production."),
        PlatformSetting(
            "partner_name", .text(TextRule("partner name", length: 4...60, example: "ss-acme", \.isTokenByte)),
            "The name that Pinterest gave a partner."),
    ]

    /// Seven days back (section 4: no limit is documented); the tag sends the `messageId`.
    public static let rules = PlatformRules(
        idRule: .messageID, ageLimit: .seconds(7 * 86_400), ageLimitMax: .seconds(28 * 86_400),
        requestRate: SendingRate(5000, per: .seconds(60)))

    private let accountID: String
    private let accessToken: String
    private let baseURL: String
    private let sendsTest: Bool
    private let partnerName: String?
    /// Events to which the operator gave a name, which may be one created in Ads Manager.
    private let namedEvents: Set<String>
    /// What must not be shown.
    public var secrets: [String] { [accessToken] }

    /// An API as configured.
    public init(_ settings: PlatformSettings) {
        accountID = settings.text("ad_account_id") ?? ""
        accessToken = settings.text("access_token") ?? ""
        baseURL = settings.text("base_url") ?? "https://api.pinterest.com"
        sendsTest = settings.flag("send_test")
        partnerName = settings.text("partner_name")
        namedEvents = Set(settings.map("event_names").keys)
    }

    /// 1000 are allowed (section 5); a batch that one bad event sinks is smaller.
    public var batchLimits: BatchLimits { BatchLimits(count: 200, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// The ad account's events.
    public var url: String { eventsURL + (sendsTest ? "?test=true" : "") }

    private var eventsURL: String { "\(baseURL)/v5/ad_accounts/\(accountID)/events" }

    // MARK: - One event

    /// Writes one event (section 2).
    public func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        let source = ActionSource(event)
        guard event.hash(.email) != nil || event.hasAddressAndBrowser || source.isApp && event[.advertisingID] != nil
        else {
            throw .noIdentifier("an e-mail, an app's advertising id, or address and browser (insufficient user data)")
        }
        json.beginObject()
        json.member("event_name", name(of: event))
        json.member("action_source", source.rawValue)
        json.member("event_time", event.time.seconds)
        json.member("event_id", idOf: event)
        json.member("event_source_url", event.pageURL)
        json.member("language", PinterestDevice.language(event))
        json.member("partner_name", partnerName)
        if event.hasOptedOut || event.limitsAdTracking || event.consentTransformation.contains(.nonPersonalized) {
            json.member("opt_out", true)
        }
        if let flag = event.context(.network, .wifi)?.flag { json.member("wifi", flag) }
        json.key("user_data")
        json.object { writePerson(event, isApp: source.isApp, to: &$0) }
        json.optionalObject("custom_data") { writeOrder(event, to: &$0) }
        if source.isApp { PinterestDevice.write(event, to: &json) }
        json.endObject()
        return ""
    }

    /// All events without a name there share one (section 3).
    private func name(of event: PlatformEvent) -> String {
        event.name.isCustom && !namedEvents.contains(event.canonicalName) ? "custom" : event.name.text
    }

    /// Section 2.3.
    private func writePerson(_ event: PlatformEvent, isApp: Bool, to json: inout JSONWriter) {
        json.list("em", event.hash(.email))
        json.list("ph", event.hash(.phone))
        json.list("ge", event.hash(.genderPinterest))
        json.list("db", event.hash(.birthDate))
        json.list("fn", event.hash(.firstNamePlain))
        json.list("ln", event.hash(.lastNamePlain))
        json.list("ct", event.hash(.city))
        json.list("st", event.hash(.state))
        json.list("zp", event.hash(.postalCode))
        json.list("country", event.hash(.country))
        json.list("external_id", event.personID(ofType: Self.externalIDType).flatMap { event.hash($0, .trimmed) })
        if isApp { json.list("hashed_maids", event[.advertisingID].flatMap { event.hash($0, .trimmed) }) }
        json.member("client_ip_address", event[.clientIP])
        json.member("client_user_agent", event[.userAgent])
        json.member("click_id", event[.clickID(.epik)])
    }

    /// Section 2.4: amounts are strings, and an amount without currency would count as the ad account's.
    private func writeOrder(_ event: PlatformEvent, to json: inout JSONWriter) {
        if let money = event.money {
            json.amountText("value", money.rounded)
            json.member("currency", money.currency)
        }
        json.member("order_id", event.orderID)
        json.member("search_string", event.searchText)
        json.amountText("predicted_ltv", event.property(.predictedLTV)?.amount)
        writeItems(event, to: &json)
        if event.isDataUseLimited { json.member("opt_out_type", "LDP") }
    }

    private func writeItems(_ event: PlatformEvent, to json: inout JSONWriter) {
        let items = event.identifiedItems
        guard !items.isEmpty else {
            if event.canonicalName == "page_view" { json.member("content_name", event.pageTitle) }
            return
        }
        json.member("num_items", event.itemCount(of: items))
        json.list("content_ids", idsOf: items)
        json.key("contents")
        json.array { json in for item in items { json.object { Self.write(item, of: event, to: &$0) } } }
        guard items.count == 1, event.orderID == nil else { return }
        json.member("content_name", items[0].name)
        json.member("content_category", items[0].category)
        json.member("content_brand", items[0].brand)
    }

    private static func write(_ item: PlatformItem, of event: PlatformEvent, to json: inout JSONWriter) {
        json.member("id", item.id)
        json.member("item_name", item.name)
        json.member("item_category", item.category)
        json.member("item_brand", item.brand)
        json.amountText("item_price", item.price.map(event.roundedPrice))
        json.member("quantity", item.wholeQuantity)
    }

    private static let externalIDType: StaticString = "pinterestExternalId"

    // MARK: - One request

    /// The request that carries events.
    public func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        PlatformRequest(url: url, headers: headers, body: Self.body(parts))
    }

    private static func body(_ parts: [[UInt8]]) -> [UInt8] {
        var json = JSONWriter(capacity: parts.reduce(64) { $0 + $1.count })
        json.object { json in
            json.list("data", parts: parts)
        }
        return json.bytes
    }

    private var headers: [HTTPHeader] {
        [.bearer(accessToken), .jsonBody]
    }

    /// Has one event of nobody's checked, which is not recorded (section 1).
    public func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        var json = JSONWriter()
        json.object { json in
            json.member("event_name", "page_visit")
            json.member("action_source", "web")
            json.member("event_time", time.seconds)
            json.member("event_id", "tracklayer-check")
            json.key("user_data")
            json.object { $0.list("em", CredentialCheck.nobody) }
        }
        let request = PlatformRequest(
            url: "\(eventsURL)?test=true", headers: headers, body: Self.body([json.bytes]))
        return .request(request) { PinterestAnswer($0).finding }
    }
}

extension PinterestAPI {
    /// Where the action happened (section 4).
    private enum ActionSource: String {
        case web, offline
        case iosApp = "app_ios"
        case androidApp = "app_android"

        init(_ event: PlatformEvent) {
            let isFromBrowser = event.hasAddressAndBrowser || event.pageURL != nil
            switch (event.surface, event.operatingSystem) {
            case _ where event.isInStore: self = .offline
            case (.web, _): self = .web
            case (.app, .ios): self = .iosApp
            case (.app, .android): self = .androidApp
            case (.app, _), (.server, _): self = isFromBrowser ? .web : .offline
            }
        }

        var isApp: Bool { self == .iosApp || self == .androidApp }
    }
}
