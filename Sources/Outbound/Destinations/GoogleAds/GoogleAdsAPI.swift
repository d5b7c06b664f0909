import EventModel
import JSON
import Platform

/// Google Ads: conversions through the Data Manager API, or the Google Ads API for those it is still open to (reference
/// google_ads).
struct GoogleAdsAPI: PlatformAPI {
    static let platform = AdPlatform.googleAds

    static let settings: [PlatformSetting] = [
        PlatformSetting(
            "mode", .choice(["data_manager", "google_ads_api"]),
            "Which API is used; the second only takes tokens that uploaded conversions before June 2026."),
        PlatformSetting(
            required: "customer_id", .text(TextRule("customer id", \.customerIDFault)),
            "The account that owns the conversion actions, with or without dashes; no `AW-` tag."),
        PlatformSetting(
            "login_customer_id", .text(TextRule("customer id", \.customerIDFault)),
            "The manager account through which that one is reached."),
        PlatformSetting(
            required: "conversion_actions",
            .map(of: TextRule("conversion action", \.actionFault), keys: "canonical name"),
            "The numeric id of the conversion action for each event; events without one are not sent."),
        PlatformSetting(required: "client_id", .secret, "The OAuth client's id."),
        PlatformSetting(required: "client_secret", .secret, "The OAuth client's secret."),
        PlatformSetting(
            required: "refresh_token", .secret,
            "Made with `access_type=offline`, `prompt=consent` and the scope `datamanager` (or `adwords`)."),
        PlatformSetting("developer_token", .secret, "`google_ads_api`: the developer token, if there still is one."),
        PlatformSetting(
            "api_version", .text(TextRule("API version", \.googleVersionFault)), absence: "`v25`",
            "`google_ads_api`: the version of the Google Ads API."),
        PlatformSetting(
            "consent_default", .choice(["unspecified", "granted", "denied"]),
            "What is said where the event does not say; `granted` claims consent, so mean it."),
        PlatformSetting("send_user_data", .flag(true), "Whether hashed e-mail, phone and address go along."),
        PlatformSetting(
            "send_ip_and_ua", .flag(false), "Whether address and browser go along; never for people in Europe."),
        PlatformSetting(
            "merchant_id", .text(.digits("merchant id", 1...20, example: "5544332")),
            "The Merchant Center account; with it, products go along."),
        PlatformSetting("feed_label", .text(.line), "The label of the Merchant Center feed, such as `US`."),
        PlatformSetting(
            "feed_language", .text(TextRule("language", length: 2...2, example: "en") { $0.isASCIILower }),
            "The language of the Merchant Center feed."),
        PlatformSetting(
            "refund_mode", .choice(["off", "restate_data_manager", "retract_google_ads_api"]),
            "What a refund does: nothing, set the value to `properties.remaining_value` or zero, or take the conversion back."
        ),
        PlatformSetting("validate_only", .flag(false), "Whether Google only checks what is sent, and counts nothing."),
        PlatformSetting(
            "token_url", .text(.baseURL), absence: "Google's own", "Where tokens are renewed, for a stand-in."),
    ]

    /// A click may be 90 days old (section 1.5).
    static let rules = PlatformRules(ageLimit: .seconds(90 * 86_400))

    let options: GoogleAdsOptions
    let tokens: TokenKeeper?
    let secrets: [String]

    init(_ settings: PlatformSettings) {
        options = GoogleAdsOptions(settings)
        secrets = ["client_id", "client_secret", "refresh_token", "developer_token"].compactMap(settings.text)
        tokens = TokenKeeper(
            OAuthRefresh(
                tokenURL: settings.text("token_url") ?? "https://oauth2.googleapis.com/token",
                clientID: settings.text("client_id") ?? "", clientSecret: settings.text("client_secret"),
                refreshToken: settings.text("refresh_token") ?? "", options: settings.options))
    }

    /// 2000 are allowed; results come as counts, so that smaller batches tell more (section 1.4).
    var batchLimits: BatchLimits { BatchLimits(count: 100, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// Where conversions are posted; refunds may go elsewhere.
    var url: String { options.isLegacy ? options.uploadURL : options.ingestURL }

    // MARK: - One event

    /// Writes a conversion or an adjustment; what it returns names the request's kind, and the action of the Data Manager.
    func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        let isRefund = event.canonicalName == "refund" || event.canonicalName == "chargeback"
        guard let action = options.actions[event.canonicalName] ?? (isRefund ? options.actions["purchase"] : nil) else {
            throw .unsuitable("no_conversion_action: conversion_actions has none for \(event.canonicalName)")
        }
        if isRefund {
            guard options.refunds != .off else {
                throw .unsuitable("refunds are adjustments; refund_mode is off")
            }
            guard event.orderID != nil else { throw .unsuitable("a refund without the order's id") }
            if options.refunds == .retract {
                GoogleAdsAdjustment.write(event, action: action, options, to: &json)
                return "adjustment"
            }
        }
        let identifiers = GoogleAdsIdentifiers(event, options)
        guard identifiers.isSufficient || isRefund else {
            throw .noIdentifier("a gclid, gbraid or wbraid, an e-mail, a phone number or a whole address")
        }
        if options.isLegacy {
            GoogleAdsUpload.write(event, identifiers, action: action, options, to: &json)
            return "upload"
        }
        GoogleAdsIngest.write(event, identifiers, isRefund: isRefund, options, to: &json)
        return options.ingestKeys[event.canonicalName] ?? GoogleAdsOptions.ingestKey(action, event.canonicalName)
    }

    // MARK: - One request

    func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        let words = key.split(separator: " ").map(String.init)
        var json = JSONWriter(capacity: parts.reduce(512) { $0 + $1.count + 1 })
        json.beginObject()
        let url: String
        if words.count == 3 {
            url = options.ingestURL
            GoogleAdsIngest.writeHead(action: words[1], reference: words[2], options, to: &json)
            json.list("events", parts: parts)
        } else {
            let isAdjustment = key == "adjustment"
            url = isAdjustment ? options.adjustmentURL : options.uploadURL
            json.key(isAdjustment ? "conversionAdjustments" : "conversions")
            json.array { json in for part in parts { json.raw(part) } }
            json.member("partialFailure", true)
            if options.validatesOnly { json.member("validateOnly", true) }
        }
        json.endObject()
        return PlatformRequest(url: url, headers: headers(token, isLegacy: words.count != 3), body: json.bytes)
    }

    private func headers(_ token: String?, isLegacy: Bool) -> [HTTPHeader] {
        var headers: [HTTPHeader] = [.bearer(token ?? "")]
        if isLegacy {
            if let developerToken = options.developerToken {
                headers.append(HTTPHeader("developer-token", developerToken))
            }
            if let login = options.loginCustomerID { headers.append(HTTPHeader("login-customer-id", login)) }
        }
        return headers + [.jsonBody]
    }

    /// Lets Google check one made-up conversion without keeping it (section 1.1).
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        guard let action = options.actions.sorted(by: { $0.key < $1.key }).first else {
            return .impossible("conversion_actions is empty")
        }
        var json = JSONWriter()
        json.object { json in
            GoogleAdsIngest.writeHead(action: action.value, reference: action.key, options, to: &json)
            if !options.validatesOnly { json.member("validateOnly", true) }
            json.key("events")
            json.array { json in
                json.object { json in
                    json.member("transactionId", "tracklayer-check")
                    json.time("eventTimestamp", time)
                    json.member("eventSource", "WEB")
                    json.key("adIdentifiers")
                    json.object { $0.member("gclid", "tracklayer-check") }
                }
            }
        }
        let request = PlatformRequest(
            url: options.ingestURL, headers: headers(token, isLegacy: false), body: json.bytes)
        return .request(request) { response in
            let answer = GoogleAdsAnswer(response)
            switch response.statusCode {
            case 200: return .valid
            // The made-up click is what Google should complain of.
            case 400 where answer.isAboutEventsOnly: return .valid
            case 400, 401, 403, 404: return .invalid(answer.words)
            default: return .unknown(answer.words)
            }
        }
    }
}

/// The settings as values.
struct GoogleAdsOptions: Sendable {
    enum Refunds: Sendable { case off, restate, retract }

    let isLegacy: Bool
    let customerID: String
    let loginCustomerID: String?
    /// By canonical name.
    let actions: [String: String]
    /// What names a request of the Data Manager, by canonical name; made once for all events.
    let ingestKeys: [String: String]
    let developerToken: String?
    let consentDefault: String?
    let sendsUserData: Bool
    let sendsAddress: Bool
    let merchantID: String?
    let feedLabel: String?
    let feedLanguage: String?
    let refunds: Refunds
    let validatesOnly: Bool
    let ingestURL: String
    let uploadURL: String
    let adjustmentURL: String

    init(_ settings: PlatformSettings) {
        let digits = { (text: String) in text.filter(\.isNumber) }
        isLegacy = settings.text("mode") == "google_ads_api"
        let customerID = digits(settings.text("customer_id") ?? "")
        self.customerID = customerID
        loginCustomerID = settings.text("login_customer_id").map(digits)
        actions = settings.map("conversion_actions").compactMapValues {
            $0.first?.split(separator: "/").last.map(String.init)
        }
        ingestKeys = Dictionary(
            uniqueKeysWithValues: actions.map { ($0.key, Self.ingestKey($0.value, $0.key)) })
        developerToken = settings.text("developer_token")
        switch settings.text("consent_default") {
        case "granted": consentDefault = "granted"
        case "denied": consentDefault = "denied"
        default: consentDefault = nil
        }
        sendsUserData = settings.flag("send_user_data")
        sendsAddress = settings.flag("send_ip_and_ua")
        merchantID = settings.text("merchant_id")
        feedLabel = settings.text("feed_label")
        feedLanguage = settings.text("feed_language")
        switch settings.text("refund_mode") {
        case "restate_data_manager": refunds = .restate
        case "retract_google_ads_api": refunds = .retract
        default: refunds = .off
        }
        validatesOnly = settings.flag("validate_only")
        ingestURL = (settings.text("base_url") ?? "https://datamanager.googleapis.com") + "/v1/events:ingest"
        let host = settings.text("base_url") ?? "https://googleads.googleapis.com"
        let customer = "\(host)/\(settings.text("api_version") ?? "v25")/customers/\(customerID)"
        uploadURL = "\(customer):uploadClickConversions"
        adjustmentURL = "\(customer):uploadConversionAdjustments"
    }

    /// What names a request of the Data Manager: all of its events are of one action and name.
    static func ingestKey(_ action: String, _ canonicalName: String) -> String { "ingest \(action) \(canonicalName)" }

    /// The resource name of a conversion action, for the Google Ads API.
    func resource(of action: String) -> String { "customers/\(customerID)/conversionActions/\(action)" }
}

extension String {
    /// What is wrong with a customer id: ten digits, dashes between them or not.
    fileprivate var customerIDFault: String? {
        let isID = filter { $0 != "-" }.utf8.count == 10 && utf8.allSatisfy { $0.isASCIIDigit || $0 == 45 }
        return isID ? nil : "is no customer id; it looks like 123-456-7890"
    }

    /// What is wrong with a conversion action: its number, or its resource name.
    fileprivate var actionFault: String? {
        let id = split(separator: "/").last ?? ""
        let isID = (1...20).contains(id.utf8.count) && id.utf8.allSatisfy(\.isASCIIDigit)
        return isID ? nil : "is no conversion action; it looks like 778899001"
    }

    /// What is wrong with a version of the Google Ads API.
    fileprivate var googleVersionFault: String? {
        let isVersion = hasPrefix("v") && (2...4).contains(count) && dropFirst().allSatisfy(\.isNumber)
        return isVersion ? nil : "is no version; it looks like v25"
    }
}
