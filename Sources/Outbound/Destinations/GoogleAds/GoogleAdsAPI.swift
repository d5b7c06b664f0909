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
            "send_ip_and_ua", .flag(false),
            "Whether browser and address go along; the address only of people known to be outside of Europe."),
        PlatformSetting(
            "custom_variables", .map(of: TextRule("custom variable", \.variableFault), keys: "property"),
            "Properties that are sent as custom variables: by name, or by number with `google_ads_api`."),
        PlatformSetting(
            "merchant_id", .text(.digits("merchant id", 1...20, example: "5544332")),
            "The Merchant Center account; with it, products go along."),
        PlatformSetting("feed_label", .text(.line), "The label of the Merchant Center feed, such as `US`."),
        PlatformSetting(
            "feed_language", .text(TextRule("language", length: 2...2, example: "en") { $0.isASCIILower }),
            "The language of the Merchant Center feed."),
        PlatformSetting(
            "refund_mode", .choice(["off", "restate_data_manager", "retract_google_ads_api"]),
            "What a refund does: nothing, set the value to `properties.remaining_value` or zero (`data_manager` only), or take the conversion back."
        ),
        PlatformSetting("validate_only", .flag(false), "Whether Google only checks what is sent, and counts nothing."),
        PlatformSetting(
            "token_url", .text(.baseURL), absence: "Google's own", "Where tokens are renewed, for a stand-in."),
    ]

    /// A click may be 90 days old (section 1.5).
    static let rules = PlatformRules(
        ageLimit: .seconds(90 * 86_400), requestRate: SendingRate(300, per: .seconds(60)))

    /// What the Google Ads API cannot do.
    static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] {
        guard settings.text("mode") == "google_ads_api" else { return [] }
        var faults: [DestinationConfigurationError.Fault] = []
        if settings.text("refund_mode") == "restate_data_manager" {
            faults.append(
                .init(
                    setting: "refund_mode",
                    message: "restate_data_manager needs mode data_manager; use retract_google_ads_api or off"))
        }
        let variables = settings.map("custom_variables").values.joined()
        if let name = variables.sorted().first(where: { !$0.utf8.allSatisfy(\.isASCIIDigit) }) {
            faults.append(
                .init(
                    setting: "custom_variables",
                    message: "\"\(name)\" is no number; mode google_ads_api knows custom variables by their numbers"))
        }
        return faults
    }

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
            try checkRefund(event)
            if options.refunds == .retract {
                GoogleAdsAdjustment.write(event, action: action, options, to: &json)
                return "adjustment"
            }
        }
        let identifiers = GoogleAdsIdentifiers(event, options)
        if options.isLegacy {
            guard identifiers.isSufficientForUpload else {
                throw .noIdentifier("a gclid, gbraid or wbraid, an e-mail or a phone number")
            }
            GoogleAdsUpload.write(event, identifiers, action: action, options, to: &json)
            return "upload"
        }
        guard identifiers.isSufficient else {
            throw .noIdentifier("a gclid, gbraid or wbraid, an e-mail, a phone number or a whole address")
        }
        GoogleAdsIngest.write(event, identifiers, isRefund: isRefund, options, to: &json)
        return options.ingestKeys[event.canonicalName] ?? GoogleAdsOptions.ingestKey(action, event.canonicalName)
    }

    /// Refunds are adjustments of a conversion, which its order names (section 1.5 and 2.3).
    private func checkRefund(_ event: PlatformEvent) throws(PlatformDrop) {
        guard options.refunds != .off else { throw .unsuitable("refunds are adjustments; refund_mode is off") }
        guard event.orderID != nil else { throw .unsuitable("a refund without the order's id") }
        guard options.refunds == .retract || !options.isLegacy else {
            throw .unsuitable("the Google Ads API would count a refund as a conversion; use retract_google_ads_api")
        }
        // A part of the order comes back: without what is left, all of it would.
        if event.canonicalName == "refund", event.namesProducts, event.property(.remainingValue)?.amount == nil {
            throw .unsuitable("a refund of products without properties.remaining_value; send 0 for the whole order")
        }
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

    func headers(_ token: String?, isLegacy: Bool) -> [HTTPHeader] {
        var headers: [HTTPHeader] = [.bearer(token ?? "")]
        if isLegacy {
            if let developerToken = options.developerToken {
                headers.append(HTTPHeader("developer-token", developerToken))
            }
            if let login = options.loginCustomerID { headers.append(HTTPHeader("login-customer-id", login)) }
        }
        return headers + [.jsonBody]
    }
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

    /// What is wrong with a custom variable: its name, or its number.
    fileprivate var variableFault: String? {
        let isName = (1...100).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isName ? nil : "is no custom variable; it looks like order_kind, or 4711 with mode google_ads_api"
    }
}
