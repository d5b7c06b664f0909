import EventModel
public import JSON
public import Platform

/// Reddit's Conversions API v3 (reference reddit).
public struct RedditAPI: PlatformAPI {
    /// The platform.
    public static let platform = AdPlatform.reddit

    /// The platform's own settings (section 1).
    public static let settings: [PlatformSetting] = [
        PlatformSetting(
            required: "pixel_id", .text(TextRule("pixel id", \.redditPixelFault)),
            "The pixel, usually the same as the ad account (`a2_…` or `t2_…`)."),
        PlatformSetting(
            required: "access_token", .secret, "A conversion access token, made in Events Manager."),
        PlatformSetting(
            "test_id", .text(TextRule("test id", length: 2...100, example: "t2_testid", \.isTokenByte)),
            "Shows events under Event testing in Events Manager; leave it out in production."),
        PlatformSetting("hash_ip", .flag(true), "Whether addresses are hashed."),
        PlatformSetting(
            "partner", .text(TextRule("partner", length: 2...60, example: "ACME", \.isTokenByte)),
            "The name that Reddit gave a partner."),
    ]

    /// Reddit refuses what is older than 168 hours (section 4); the pixel sends the `messageId`.
    public static let rules = PlatformRules(idRule: .messageID, ageLimit: .seconds(168 * 3600))

    private let pixelID: String
    private let accessToken: String
    private let baseURL: String
    private let testID: String?
    private let partner: String?
    private let hashesAddress: Bool
    /// What must not be shown.
    public var secrets: [String] { [accessToken] }

    /// An API as configured.
    public init(_ settings: PlatformSettings) {
        pixelID = settings.text("pixel_id") ?? ""
        accessToken = settings.text("access_token") ?? ""
        baseURL = settings.text("base_url") ?? "https://ads-api.reddit.com"
        testID = settings.text("test_id")
        partner = settings.text("partner")
        hashesAddress = settings.flag("hash_ip")
    }

    /// 1000 are allowed (section 5); a batch that one bad event sinks is smaller.
    public var batchLimits: BatchLimits { BatchLimits(count: 200, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// The pixel's events.
    public var url: String { "\(baseURL)/api/v3/pixels/\(pixelID)/conversion_events" }

    // MARK: - One event

    /// Writes one event (section 2).
    public func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        guard RedditPerson.canBeMatched(event) else {
            throw .noIdentifier(
                "an e-mail, a phone number, an id, a click id, or address and browser (insufficient user data)")
        }
        let source = ActionSource(event)
        json.beginObject()
        json.member("event_at", event.time.milliseconds)
        json.member("action_source", source.rawValue)
        if source == .website { json.member("event_source_url", event.pageURL) }
        json.member("click_id", event[.clickID(.redditClickID)])
        json.key("type")
        json.object { json in
            json.member("tracking_type", event.name.isCustom ? "CUSTOM" : event.name.text)
            if event.name.isCustom { json.member("custom_event_name", event.name.text.cut(to: 64)) }
        }
        json.key("user")
        json.object { RedditPerson.write(event, hashesAddress: hashesAddress, to: &$0) }
        json.key("metadata")
        json.object { writeOrder(event, to: &$0) }
        json.endObject()
        return ""
    }

    /// Section 2.4: Reddit takes value and count for some events only.
    private func writeOrder(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.member("conversion_id", idOf: event)
        let type = event.name.isCustom ? "CUSTOM" : event.name.text
        if Self.isValued(type) { json.money(event.money) }
        let items = event.identifiedItems
        guard !items.isEmpty else { return }
        if Self.isCounted(type) {
            json.member("item_count", event.itemCount(of: items))
        }
        json.key("products")
        json.array { json in
            for item in items {
                json.object { json in
                    json.member("id", item.id)
                    json.member("name", item.name)
                    json.member("category", item.category)
                    json.member("quantity", item.wholeQuantity)
                    json.amount("item_price", item.price.map(event.roundedPrice))
                }
            }
        }
    }

    private static func isValued(_ type: String) -> Bool { isCounted(type) || type == "LEAD" || type == "SIGN_UP" }

    private static func isCounted(_ type: String) -> Bool {
        switch type {
        case "PURCHASE", "ADD_TO_CART", "ADD_TO_WISHLIST", "CUSTOM": true
        default: false
        }
    }

    // MARK: - One request

    /// The request that carries events.
    public func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(128) { $0 + $1.count })
        json.object { json in
            json.key("data")
            json.object { json in
                json.member("test_id", testID)
                json.member("partner", partner)
                json.list("events", parts: parts)
            }
        }
        let headers: [HTTPHeader] = [
            .bearer(accessToken), .jsonBody,
            // Reddit blocks agents of libraries on its public APIs (section 1).
            HTTPHeader("User-Agent", "TrackLayerGateway/1.0"),
        ]
        return PlatformRequest(url: url, headers: headers, body: json.bytes)
    }

    /// Sends a page visit to the test of the settings (section 1); without one it would count.
    public func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        guard testID != nil else {
            return .impossible("Reddit takes no event only to look at it; set test_id to try with a test event")
        }
        var json = JSONWriter()
        json.object { json in
            json.member("event_at", time.milliseconds)
            json.member("action_source", "OTHER")
            json.key("type")
            json.object { $0.member("tracking_type", "PAGE_VISIT") }
            json.key("user")
            json.object { $0.member("email", CredentialCheck.nobody) }
            json.key("metadata")
            json.object { $0.member("conversion_id", "tracklayer-check-\(time.seconds)") }
        }
        return .request(request([json.bytes], key: "", token: nil, at: time)) { RedditAnswer($0).finding }
    }
}

extension RedditAPI {
    /// Where the action happened (section 4).
    private enum ActionSource: String {
        case website = "WEBSITE"
        case app = "APP"
        case store = "PHYSICAL_STORE"
        case other = "OTHER"

        init(_ event: PlatformEvent) {
            let isFromPage =
                event.pageURL != nil || event[.clickID(.redditClickID)] != nil || event[.clickID(.redditUUID)] != nil
            switch event.surface {
            case _ where event.property(.actionSource)?.string?.lowercased() == "physical_store":
                self = .store
            case .web: self = .website
            case .app: self = .app
            case .server: self = isFromPage ? .website : .other
            }
        }
    }
}

extension String {
    /// What is wrong with a pixel's id.
    fileprivate var redditPixelFault: String? {
        let isID = hasPrefix("a2_") || hasPrefix("t2_")
        let isBare = utf8.dropFirst(3).allSatisfy {
            $0.isASCIILetterOrDigit || $0 == 0x5F
        }
        return isID && isBare && utf8.count > 3 ? nil : "is no pixel id; it looks like a2_f4k3pixel or t2_f4k3account"
    }
}
