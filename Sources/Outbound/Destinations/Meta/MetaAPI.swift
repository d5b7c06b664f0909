import Crypto
import EventModel
import JSON
import Platform

/// Meta's Conversions API (reference meta).
struct MetaAPI: PlatformAPI {
    static let platform = AdPlatform.meta

    static let settings: [PlatformSetting] = [
        PlatformSetting(
            required: "pixel_id", .text(.digits("pixel id", 5...20, example: "123456789012345")),
            "The pixel, which Meta also calls dataset."),
        PlatformSetting(required: "access_token", .secret, "A system user's token, made in Events Manager."),
        PlatformSetting("app_secret", .secret, "The app's secret; signs requests with `appsecret_proof`."),
        PlatformSetting(
            "api_version", .text(TextRule("API version", \.metaVersionFault)), absence: "`v26.0`",
            "The version of the Graph API."),
        PlatformSetting(
            "test_event_code",
            .text(TextRule("test code", length: 5...40, example: "TEST12345", \.isTokenByte)),
            "Shows events under Test events in Events Manager; leave it out in production."),
        PlatformSetting(
            "external_id_case", .choice(["lower", "as_is"]),
            "Whether user ids are lower-cased before they are hashed; must be what the pixel does."),
        PlatformSetting(
            "limited_data_use", .choice(["off", "auto", "all"] + MetaDataUse.stateNames),
            "`auto` sets Meta's flags for limited data use where the event says so; `all` does for every event, and a state such as `US-CA` does by that state's law."
        ),
        PlatformSetting(
            "partner_agent",
            .text(TextRule("partner agent", length: 2...22, example: "acme-1.0") { $0 > 0x20 && $0 < 0x7F }),
            "The name that Meta gave a partner."),
        PlatformSetting(
            "custom_properties", .list(.line), "Properties that are passed on in `custom_data` under their own names."),
    ]

    /// Seven days back, 62 of a shop (section 4); the pixel of a CDP sends the `messageId`.
    static let rules = PlatformRules(
        idRule: .messageID, ageLimit: .seconds(7 * 86_400), storeAgeLimit: .seconds(62 * 86_400))

    private let pixelID: String
    private let accessToken: String
    private let appSecretProof: String?
    private let baseURL: String
    private let version: String
    private let testEventCode: String?
    private let partnerAgent: String?
    private let userIDFolding: UserIDFolding
    private let dataUse: MetaDataUse
    private let customProperties: [JSONKey]
    /// What must not be shown.
    let secrets: [String]

    /// An API as configured.
    init(_ settings: PlatformSettings) {
        pixelID = settings.text("pixel_id") ?? ""
        accessToken = settings.text("access_token") ?? ""
        let appSecret = settings.text("app_secret")
        appSecretProof = appSecret.map { [accessToken] secret in
            Hex.encode(HMAC.code(.sha256, key: Array(secret.utf8), message: Array(accessToken.utf8)))
        }
        baseURL = settings.text("base_url") ?? "https://graph.facebook.com"
        version = settings.text("api_version") ?? "v26.0"
        testEventCode = settings.text("test_event_code")
        partnerAgent = settings.text("partner_agent")
        userIDFolding = settings.text("external_id_case") == "as_is" ? .trimmed : .lowercased
        dataUse = MetaDataUse(settings.text("limited_data_use") ?? "")
        customProperties = settings.texts("custom_properties").map { JSONKey($0) }
        secrets = [accessToken] + [appSecret, appSecretProof].compactMap { $0 }
    }

    /// 1000 are allowed (section 5); a batch that one bad event sinks is smaller.
    var batchLimits: BatchLimits { BatchLimits(count: 200, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// The pixel's events.
    var url: String { "\(baseURL)/\(version)/\(pixelID)/events" }

    var responseHeaders: [String] { ["X-App-Usage", "X-Business-Use-Case-Usage"] }

    // MARK: - One event

    func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        try check(event)
        let source = ActionSource(event)
        json.beginObject()
        json.member("event_name", event.name.text.cut(to: 50))
        json.member("event_time", event.time.seconds)
        json.member("event_id", idOf: event)
        json.member("action_source", source.rawValue)
        json.member("event_source_url", event.pageURL)
        json.member("referrer_url", event.referrer)
        writeFlags(event, to: &json)
        json.key("user_data")
        json.object { writePerson(event, isApp: source == .app, to: &$0) }
        json.optionalObject("custom_data") { writeOrder(event, to: &$0) }
        if source == .app {
            json.key("app_data")
            json.object { MetaAppData.write(event, to: &$0) }
        }
        json.endObject()
        return ""
    }

    /// Section 2.3: what Meta answers with 2804050; section 2.4: a purchase is worth something.
    private func check(_ event: PlatformEvent) throws(PlatformDrop) {
        guard MetaMatchKeys(event).isSufficient else {
            throw .noIdentifier(
                "an e-mail, a phone number, a user id, an address or a click id (insufficient user data)")
        }
        if event.name.text == "Purchase", event.money == nil {
            throw .unsuitable(
                "missing value/currency: Meta takes no Purchase without; set default_currency if you mean it")
        }
    }

    private func writeFlags(_ event: PlatformEvent, to json: inout JSONWriter) {
        if event.hasOptedOut { json.member("opt_out", true) }
        dataUse.write(event, to: &json)
    }

    /// Section 2.3.
    private func writePerson(_ event: PlatformEvent, isApp: Bool, to json: inout JSONWriter) {
        MetaHashes.write(event, to: &json)
        json.list("external_id", event.personID(ofType: Self.externalIDType).flatMap { event.hash($0, userIDFolding) })
        json.member("client_ip_address", event[.clientIP])
        json.member("client_user_agent", event[.userAgent])
        if let click = event[.clickID(.fbc)], Self.isOpen(click, at: event.time) { json.member("fbc", click) }
        json.member("fbp", event[.clickID(.fbp)])
        if let lead = event.property(.leadID)?.idText, (15...17).contains(lead.utf8.count), let id = Int64(lead) {
            json.member("lead_id", id)
        }
        if let login = event.property(.facebookLoginID)?.idText, let id = Int64(login) {
            json.member("fb_login_id", id)
        }
        json.member(
            "subscription_id", id: event.property(.subscriptionID) ?? event.context(.subscriptionID))
        if isApp { json.member("madid", event[.advertisingID]) }
    }

    private static let externalIDType: StaticString = "metaExternalId"

    /// Whether a click is not more than 90 days before the event: Meta makes nothing of older ones (section 2.3).
    private static func isOpen(_ click: JSONValue, at time: Timestamp) -> Bool {
        let parts = (click.string ?? "").utf8.split(separator: UInt8(ascii: "."), maxSplits: 3)
        guard parts.count == 4, let milliseconds = Int64(String(parts[2]) ?? "") else { return true }
        return time - Timestamp(milliseconds: milliseconds) <= .seconds(90 * 86_400)
    }

    /// Section 2.4.
    private func writeOrder(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.money(event.money)
        json.member("order_id", event.orderID)
        writeItems(event, to: &json)
        json.member("search_string", event.searchText)
        if event.name.text == "CompleteRegistration" { json.member("status", id: event.property(.status)) }
        if ["StartTrial", "Subscribe"].contains(event.name.text) {
            json.amount("predicted_ltv", event.property(.predictedLTV)?.amount)
        }
        json.amount("net_revenue", event.property(.netRevenue, .profit)?.amount)
        if let category = event.property(.deliveryCategory)?.string, Self.deliveryCategories.contains(category) {
            json.member("delivery_category", category)
        }
        for key in customProperties {
            guard let value = event.view.property(key), value.kind != .object, value.kind != .array, !value.isNull
            else { continue }
            json.key(name: key.name)
            json.raw(value)
        }
    }

    private func writeItems(_ event: PlatformEvent, to json: inout JSONWriter) {
        let items = event.identifiedItems
        guard !items.isEmpty else {
            if event.canonicalName == "page_view" { json.member("content_name", event.pageTitle) }
            return
        }
        json.member(
            "content_type", event.property(.contentType)?.isText("product_group") == true ? "product_group" : "product"
        )
        json.list("content_ids", idsOf: items)
        json.key("contents")
        json.array { json in
            for item in items {
                json.object { json in
                    json.member("id", item.id)
                    json.member("quantity", item.wholeQuantity)
                    json.amount("item_price", item.price.map(event.roundedPrice))
                    json.member("title", item.name)
                    json.member("brand", item.brand)
                    json.member("category", item.category)
                }
            }
        }
        if items.count == 1, event.orderID == nil {
            json.member("content_name", items[0].name)
            json.member("content_category", items[0].category)
        }
        json.member("num_items", event.itemCount)
    }

    private static let deliveryCategories: Set<String> = ["in_store", "curbside", "home_delivery"]

    // MARK: - One request

    func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(256) { $0 + $1.count })
        json.object { json in
            json.list("data", parts: parts)
            json.member("test_event_code", testEventCode)
            json.member("partner_agent", partnerAgent)
        }
        return PlatformRequest(
            url: url + (appSecretProof.map { "?appsecret_proof=\($0)" } ?? ""), headers: headers, body: json.bytes)
    }

    private var headers: [HTTPHeader] {
        [.bearer(accessToken), .jsonBody]
    }

    /// Reads the pixel (section 1); tokens that may only write are told by a permission error.
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        let query = "fields=id,name" + (appSecretProof.map { "&appsecret_proof=\($0)" } ?? "")
        let request = PlatformRequest(
            method: .get, url: "\(baseURL)/\(version)/\(pixelID)?\(query)", headers: headers, body: [])
        return .request(request) { MetaAnswer($0).finding }
    }
}

extension MetaAPI {
    /// Where the action happened (section 4).
    private enum ActionSource: String {
        case website, app, email, chat, other
        case phoneCall = "phone_call"
        case physicalStore = "physical_store"
        case businessMessaging = "business_messaging"
        case systemGenerated = "system_generated"

        /// An app's event needs the system's version, a website's its address and browser: without, it is neither.
        ///
        /// What the sender says comes first.
        init(_ event: PlatformEvent) {
            if event.surface == .server, let said = event.property(.actionSource)?.string.flatMap(Self.init(rawValue:))
            {
                self = said
                return
            }
            switch event.surface {
            case .app where MetaAppData.isComplete(event): self = .app
            case .web where event.pageURL != nil && event[.userAgent] != nil: self = .website
            case .app where event.pageURL != nil && event[.userAgent] != nil: self = .website
            case .app, .web, .server: self = .systemGenerated
            }
            // Told by salespeople, wherever the person was (section 3).
            switch event.canonicalName {
            case "sales_qualified_lead", "opportunity_created", "meeting_held", "pipeline_qualified":
                self = .systemGenerated
            default: break
            }
        }
    }
}

extension PlatformEvent {
    /// A price with as many decimals as the currency has.
    func roundedPrice(_ price: Amount) -> Amount {
        price.rounded(toDigits: priceDigitCount)
    }
}

extension String {
    /// What is wrong with a version of the Graph API.
    fileprivate var metaVersionFault: String? {
        let parts = dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        let isVersion =
            hasPrefix("v") && parts.count == 2
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) }
        return isVersion ? nil : "is no version; it looks like v26.0"
    }
}
