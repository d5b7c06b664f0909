import JSON

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
    /// Properties with their custom variables: names for the Data Manager, numbers for the Google Ads API.
    let customVariables: [(property: JSONKey, variable: String)]
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
        customVariables = settings.map("custom_variables").sorted { $0.key < $1.key }.compactMap { property, names in
            names.first.map { (JSONKey(property), $0) }
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

    /// The resource name of a custom variable, for the Google Ads API.
    func resource(ofVariable number: String) -> String { "customers/\(customerID)/conversionCustomVariables/\(number)" }
}
