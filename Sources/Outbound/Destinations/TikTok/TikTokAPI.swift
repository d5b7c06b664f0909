import EventModel
public import JSON
public import Platform

/// TikTok's Events API 2.0 (reference tiktok).
public struct TikTokAPI: PlatformAPI {
    /// The platform.
    public static let platform = AdPlatform.tiktok

    /// The platform's own settings (section 1).
    public static let settings: [PlatformSetting] = [
        PlatformSetting(
            "pixel_code",
            .text(
                TextRule("pixel code", length: 16...32, example: "C4A1B2C3D4E5F6G7H8I9") {
                    $0.isASCIIDigit || $0.isASCIIUpper
                }),
            absence: "required for `event_source: web`", "The pixel."),
        PlatformSetting(required: "access_token", .secret, "The pixel's token, made in Events Manager."),
        PlatformSetting(
            "event_source", .choice(TikTokSource.allCases.map(\.rawValue)),
            "What kind of events this destination sends; each kind is a destination of its own."),
        PlatformSetting(
            "event_source_id",
            .text(TextRule("event source id", length: 1...64, example: "7012345678901234567", \.isTokenByte)),
            absence: "the pixel code", "TikTok's id of the app, the offline event set or the CRM event set."),
        PlatformSetting(
            "test_event_code", .text(TextRule("test code", length: 4...40, example: "TEST12345", \.isTokenByte)),
            "Shows events under Test events in Events Manager; leave it out in production."),
        PlatformSetting(
            "partner_name", .text(.line), "The name that TikTok gave a partner; any other is refused with code 40063."),
    ]

    /// Seven days back, at most the 28 that TikTok attributes clicks to (section 4); the pixel sends the `messageId`.
    public static let rules = PlatformRules(
        idRule: .messageID, ageLimit: .seconds(7 * 86_400), ageLimitMax: .seconds(28 * 86_400))

    /// What happens in a shop or comes of a lead is told late: 28 days (section 4).
    public static func ageLimit(_ settings: PlatformSettings) -> Duration {
        switch settings.text("event_source").flatMap(TikTokSource.init(rawValue:)) {
        case .offline, .crm: rules.ageLimitMax
        case .web, .app, nil: rules.ageLimit
        }
    }

    /// What settings have wrong together.
    public static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] {
        let source = settings.text("event_source") ?? TikTokSource.web.rawValue
        if source == TikTokSource.web.rawValue {
            guard settings.text("pixel_code") == nil, settings.text("event_source_id") == nil else { return [] }
            return [.init(setting: "pixel_code", message: "is required for event_source web")]
        }
        guard settings.text("event_source_id") == nil else { return [] }
        return [.init(setting: "event_source_id", message: "is required for event_source \(source)")]
    }

    private let source: TikTokSource
    private let sourceID: String
    private let accessToken: String
    private let baseURL: String
    private let testEventCode: String?
    private let partnerName: String?
    /// What must not be shown.
    public var secrets: [String] { [accessToken] }

    /// An API as configured.
    public init(_ settings: PlatformSettings) {
        source = settings.text("event_source").flatMap(TikTokSource.init(rawValue:)) ?? .web
        sourceID = settings.text("event_source_id") ?? settings.text("pixel_code") ?? ""
        accessToken = settings.text("access_token") ?? ""
        baseURL = settings.text("base_url") ?? "https://business-api.tiktok.com"
        testEventCode = settings.text("test_event_code")
        partnerName = settings.text("partner_name")
    }

    /// 1000 are allowed (section 5); a batch that one bad event sinks is smaller.
    public var batchLimits: BatchLimits { BatchLimits(count: 200, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// The slash at the end is part of it (section 1).
    public var url: String { "\(baseURL)/open_api/v1.3/event/track/" }

    // MARK: - One event

    /// Writes one event (section 2).
    public func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        try check(event)
        json.beginObject()
        json.member("event", TikTokName.text(of: event, from: source))
        json.member("event_time", event.time.seconds)
        json.member("event_id", idOf: event)
        json.key("user")
        json.object { TikTokPerson.write(event, from: source, to: &$0) }
        json.optionalObject("properties") { writeOrder(event, to: &$0) }
        json.optionalObject("page") { json in
            json.member("url", event.pageURL)
            json.member("referrer", event.referrer)
        }
        if source == .app { TikTokAppData.write(event, to: &json) }
        if source == .crm {
            json.optionalObject("lead") { json in
                json.member("lead_id", id: event.property(.leadID))
                json.member("lead_event_source", event.property(.leadEventSource).ifText)
            }
        }
        json.optionalObject("device") { TikTokAppData.writeHints(event, to: &$0) }
        writeFlags(event, to: &json)
        json.endObject()
        return ""
    }

    /// Sections 2.3, 2.4 and 4: who can be matched, and from which surface events come.
    private func check(_ event: PlatformEvent) throws(PlatformDrop) {
        switch (source, event.surface) {
        case (.web, .app):
            throw .unsuitable("an app's event: send it by a destination with event_source app and the app's id")
        case (.app, .web), (.app, .server): throw .unsuitable("no app's event: this destination has event_source app")
        default: break
        }
        let needed: String? =
            switch source {
            case .web where event.surface == .server:
                TikTokPerson.isKnown(event) ? nil : "an e-mail, a phone number, ttclid or ttp (insufficient user data)"
            case .web, .app:
                TikTokPerson.canBeMatched(event, from: source)
                    ? nil
                    : "an e-mail, a phone number, an id, a click id, or address and browser (insufficient user data)"
            case .offline, .crm:
                event.hash(.email) != nil || event.hash(.phonePlus) != nil || hasLead(event)
                    ? nil : "an e-mail or a phone number (insufficient user data)"
            }
        if let needed { throw .noIdentifier(needed) }
        if event.name.text == "Purchase", event.money == nil {
            throw .unsuitable(
                "missing value/currency: TikTok makes nothing of a Purchase without; set default_currency if you mean it"
            )
        }
    }

    private func hasLead(_ event: PlatformEvent) -> Bool { source == .crm && event.property(.leadID) != nil }

    /// Section 7: web and app only.
    private func writeFlags(_ event: PlatformEvent, to json: inout JSONWriter) {
        guard source == .web || source == .app else { return }
        guard event.hasLimitedUseFlag || event.consentTransformation.contains(.nonPersonalized) else { return }
        json.member("limited_data_use", true)
    }

    /// Section 2.4.
    private func writeOrder(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.money(event.money)
        json.member("order_id", event.orderID)
        let items = event.identifiedItems
        if !items.isEmpty {
            json.member(
                "content_type",
                event.property(.contentType)?.isText("product_group") == true ? "product_group" : "product")
            json.key("contents")
            json.array { json in for item in items { json.object { Self.write(item, of: event, to: &$0) } } }
        }
        json.member("shop_id", id: event.property(.shopID))
        json.member("query", event.searchText)
        let description =
            event.property(.descriptionMember).ifText ?? (event.canonicalName == "page_view" ? event.pageTitle : nil)
        if let description, event.isImpersonal(description) { json.member("description", description) }
        json.member("status", event.property(.status).ifText)
        json.member("delivery_category", event.property(.deliveryCategory).ifText)
        json.amount("predicted_ltv", event.property(.predictedLTV)?.amount)
    }

    private static func write(_ item: PlatformItem, of event: PlatformEvent, to json: inout JSONWriter) {
        json.member("content_id", item.id)
        json.member("content_name", item.name)
        json.member("content_category", item.category)
        json.member("brand", item.brand)
        json.amount("price", item.price.map(event.roundedPrice))
        json.member("quantity", item.wholeQuantity)
    }

    // MARK: - One request

    /// The request that carries events.
    public func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(256) { $0 + $1.count })
        json.object { json in
            json.member("event_source", source.rawValue)
            json.member("event_source_id", sourceID)
            json.member("test_event_code", testEventCode)
            json.member("partner_name", partnerName)
            json.list("data", parts: parts)
        }
        let headers: [HTTPHeader] = [HTTPHeader("Access-Token", accessToken), .jsonBody]
        return PlatformRequest(url: url, headers: headers, body: json.bytes)
    }

    /// Sends no events (section 1): a complaint about their absence means that the token was taken.
    public func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        .request(request([], key: "", token: nil, at: time)) { TikTokAnswer($0).finding }
    }
}

/// Where a destination's events come from, as TikTok calls it.
enum TikTokSource: String, Sendable, CaseIterable {
    case web, app, offline, crm
}
