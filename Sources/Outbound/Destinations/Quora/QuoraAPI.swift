import EventModel
public import JSON
public import Platform

/// Quora's Conversion API (reference quora).
///
/// The one platform that takes people in plain, and so is told of them only when the operator and the person say so.
public struct QuoraAPI: PlatformAPI {
    /// The platform.
    public static let platform = AdPlatform.quora

    /// The platform's own settings (section 1).
    public static let settings: [PlatformSetting] = [
        PlatformSetting(
            required: "account_id", .text(.digits("account id", 1...18, example: "527745581653587")), "The ad account."),
        PlatformSetting(
            required: "access_token", .secret, "The account's token, made in Quora Ads Manager under Conversion API."),
        PlatformSetting(
            "account_currency", .text(.currency), absence: "none: no values are sent",
            "The currency of the ad account, in which Quora takes every value; values in others are left out."),
        PlatformSetting(
            "send_user_data", .flag(false),
            "Whether Quora is told who it was, in plain, where the person has granted `ads_user_data`."),
        PlatformSetting(
            "send_ip_ua", .flag(true),
            "Whether Quora is told the browser, and with `send_user_data` the address."),
        PlatformSetting(
            "require_click_id", .flag(false), "Drops events without Quora's click id, which it cannot attribute."),
    ]

    /// Seven days back (section 4: no limit is published).
    public static let rules = PlatformRules(
        ageLimit: .seconds(7 * 86_400), ageLimitMax: .seconds(28 * 86_400), clampsFuture: true,
        requestRate: SendingRate(5, per: .seconds(1)))

    /// What settings have wrong together.
    public static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] {
        settings.map("event_names").sorted { $0.key < $1.key }.compactMap { event, names in
            guard let name = names.first, !knownNames.contains(name) else { return nil }
            let known = knownNames.sorted().joined(separator: ", ")
            return .init(
                setting: "event_names.\(event)", message: "\"\(name)\" is none of Quora's events; use one of \(known)")
        }
    }

    /// All that Quora takes (section 2).
    private static let knownNames: Set<String> = [
        "Generic", "ViewContent", "AppInstall", "Purchase", "GenerateLead", "CompleteRegistration", "AddPaymentInfo",
        "AddToCart", "AddToWishlist", "InitiateCheckout", "Search",
    ]

    private let accountID: Int64
    private let accessToken: String
    private let baseURL: String
    private let accountCurrency: String?
    private let sendsUserData: Bool
    private let sendsBrowser: Bool
    private let requiresClickID: Bool
    /// What must not be shown.
    public var secrets: [String] { [accessToken] }
    /// Hashes are of no use to Quora.
    public var wantsPlainUserData: Bool { sendsUserData }

    /// An API as configured.
    public init(_ settings: PlatformSettings) {
        accountID = settings.text("account_id").flatMap { Int64($0) } ?? 0
        accessToken = settings.text("access_token") ?? ""
        baseURL = settings.text("base_url") ?? "https://api.quora.com"
        accountCurrency = settings.text("account_currency")
        sendsUserData = settings.flag("send_user_data")
        sendsBrowser = settings.flag("send_ip_ua")
        requiresClickID = settings.flag("require_click_id")
    }

    /// 1000 are allowed; 100 are advised (section 5).
    public var batchLimits: BatchLimits { BatchLimits(count: 100, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// Where the two endpoints have their paths.
    public var url: String { "\(baseURL)/ads/v0" }

    // MARK: - One event

    /// Writes one event (section 2).
    public func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        let clickID = event[.clickID(.qclid)]?.string
        if requiresClickID, clickID == nil {
            throw .unsuitable("no_click_id: Quora cannot attribute an event without qclid, and require_click_id is set")
        }
        json.beginObject()
        json.key("user")
        json.object { writePerson(event, to: &$0) }
        json.optionalObject("device") { json in
            if sendsBrowser { json.member("user_agent", event[.userAgent]) }
            json.member("language", event[.locale])
            // With one r, as Quora has it.
            json.member("referer", event.referrer)
            json.member("mobile_device_id", event[.advertisingID])
        }
        json.key("conversion")
        json.object { json in
            json.member("event_name", Self.knownNames.contains(event.name.text) ? event.name.text : "Generic")
            json.member("timestamp", event.time.milliseconds * 1000)
            // A bar is what pages' addresses escape in it.
            json.member("click_id", clickID.map(Self.unescapingBars))
            if let money = event.money, money.currency == accountCurrency { json.amount("value", money.rounded) }
            json.member("event_id", idOf: event)
        }
        json.endObject()
        return ""
    }

    private static func unescapingBars(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        return text.replacing("%7C", with: "|").replacing("%7c", with: "|")
    }

    /// Section 7: in plain, so the person must have said yes; a hash would be of no use to Quora.
    private func writePerson(_ event: PlatformEvent, to json: inout JSONWriter) {
        guard sendsUserData, event.consent?[.adsUserData]?.string == "granted" else { return }
        QuoraPerson(event).write(sendsAddress: sendsBrowser, to: &json)
    }

    /// Section 7: `user` is emptied, wherever it stands; a text that is no JSON says nothing of anybody.
    public func redacted(_ body: [UInt8]) -> [UInt8] {
        let document = JSONDocument()
        guard let root = try? document.parse(body, limits: JSONLimits(depth: 64, valueCount: 100_000)) else {
            return body
        }
        var result: [UInt8] = []
        var end = 0
        for user in [root] + (root[Self.dataKey].map { Array($0.elements) } ?? []) {
            guard let value = user[Self.userKey], value.kind == .object, value.count > 0 else { continue }
            result += body[end..<value.offset] + "{}".utf8
            end = value.offset + value.rawBytes.count
        }
        return result + body[end...]
    }

    private static let dataKey: JSONKey = "data"
    private static let userKey: JSONKey = "user"

    // MARK: - One request

    /// One event has an endpoint of its own (section 2).
    public func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(128) { $0 + $1.count })
        if parts.count == 1 {
            // The account stands before the members of the event.
            json.object { $0.member("account_id", accountID) }
            let body = json.bytes.dropLast() + [UInt8(ascii: ",")] + parts[0].dropFirst()
            return PlatformRequest(url: "\(url)/conversion", headers: headers, body: Array(body))
        }
        json.object { json in
            json.member("account_id", accountID)
            json.list("data", parts: parts)
        }
        return PlatformRequest(url: "\(url)/conversions", headers: headers, body: json.bytes)
    }

    private var headers: [HTTPHeader] {
        [.bearer(accessToken), .jsonBody]
    }

    /// Quora has neither a test mode nor a request that records nothing (section 1).
    public func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        .impossible("Quora has no request that records nothing; send a Generic event and look at Ads Manager")
    }
}
