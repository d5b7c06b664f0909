import Crypto
import EventModel
import JSON
import Platform

/// LinkedIn's Conversions API (reference linkedin).
struct LinkedInAPI: PlatformAPI {
    static let platform = AdPlatform.linkedin

    static let settings: [PlatformSetting] = [
        PlatformSetting(
            required: "conversion_rules", .map(of: TextRule("rule id", \.linkedInRuleFault), keys: "canonical name"),
            "The conversion rules that each event counts for, by id; events without one are not sent."),
        PlatformSetting(
            "access_token", .secret, "A token of 60 days; or give the three keys below, to have it renewed."),
        PlatformSetting(
            "access_token_expires_at", .text(.day), absence: "no warning",
            "The day on which that token expires, such as `2027-01-31`; `check` and `serve` warn from 14 days before."),
        PlatformSetting("refresh_token", .secret, "Lasts a year; issued to approved apps only."),
        PlatformSetting("client_id", .secret, "The app's client id."),
        PlatformSetting("client_secret", .secret, "The app's client secret."),
        PlatformSetting(
            "api_version", .text(TextRule("API version", \.linkedInVersionFault)), absence: "`202608`",
            "The version of LinkedIn's API, which lives about a year."),
        PlatformSetting(
            "ad_account_id", .text(TextRule("ad account id", \.linkedInAccountFault)),
            "Lets `tracklayer check --online` look at the rules."),
        PlatformSetting(
            "send_user_info", .flag(false),
            "Whether name, title and company are sent, in plain as LinkedIn wants them; needs a source with `hashing: false`."
        ),
        PlatformSetting("send_ip", .choice(["none", "plaintext"]), "Whether an IPv4 address is sent, in plain."),
        PlatformSetting("send_external_id", .flag(false), "Whether the user id is sent, in plain."),
        PlatformSetting(
            "token_url", .text(.baseURL), absence: "LinkedIn's own", "Where tokens are renewed, for a stand-in."),
    ]

    /// Ninety days back, nothing from the future (section 4); five requests a second (section 5).
    static let rules = PlatformRules(
        ageLimit: .seconds(90 * 86_400), requestRate: SendingRate(5, per: .seconds(1)))

    /// Either a token, or what renews one.
    static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] {
        let renewal = ["refresh_token", "client_id", "client_secret"]
        let missing = renewal.filter { settings.text($0) == nil }
        if missing.isEmpty { return [] }
        if missing.count == renewal.count, settings.text("access_token") != nil { return [] }
        guard missing.count < renewal.count else {
            return [
                .init(setting: "access_token", message: "is required, or refresh_token, client_id and client_secret")
            ]
        }
        return missing.map { .init(setting: $0, message: "is required to renew tokens") }
    }

    /// A pasted token lives 60 days, and nothing renews it (section 1).
    static func warnings(
        _ settings: PlatformSettings, at now: Timestamp
    ) -> [DestinationConfigurationError.Fault] {
        let key = "access_token_expires_at"
        guard let day = settings.text(key), let end = RFC3339.day(day), now + warningTime >= end else { return [] }
        let verb = now >= end ? "has expired" : "expires"
        return [
            .init(
                setting: key,
                message: "the access token \(verb) on \(day); make a new one in Signals manager, Direct API")
        ]
    }

    /// How long before its end a token is warned of.
    private static let warningTime = Duration.seconds(14 * 86_400)

    let rules: [String: [String]]
    let version: String
    let baseURL: String
    let adAccountID: String?
    private let sendsUserInfo: Bool
    private let sendsAddress: Bool
    private let sendsUserID: Bool
    /// Where tokens come from.
    let tokens: TokenKeeper?
    /// What must not be shown.
    let secrets: [String]

    /// An API as configured.
    init(_ settings: PlatformSettings) {
        rules = settings.map("conversion_rules").mapValues { ids in
            ids.map { "urn:lla:llaPartnerConversion:\($0.linkedInRuleID)" }
        }
        version = settings.text("api_version") ?? "202608"
        baseURL = settings.text("base_url") ?? "https://api.linkedin.com"
        adAccountID = settings.text("ad_account_id")?.linkedInAccountID
        sendsUserInfo = settings.flag("send_user_info")
        sendsAddress = settings.text("send_ip") == "plaintext"
        sendsUserID = settings.flag("send_external_id")
        secrets = ["access_token", "refresh_token", "client_id", "client_secret"].compactMap(settings.text)
        if let refresh = settings.text("refresh_token"), let id = settings.text("client_id"),
            let secret = settings.text("client_secret")
        {
            tokens = TokenKeeper(
                OAuthRefresh(
                    tokenURL: settings.text("token_url") ?? "https://www.linkedin.com/oauth/v2/accessToken",
                    clientID: id, clientSecret: secret, refreshToken: refresh, options: settings.options))
        } else {
            tokens = TokenKeeper(fixed: settings.text("access_token") ?? "")
        }
    }

    var wantsPlainUserData: Bool { sendsUserInfo }

    /// 5000 are allowed (section 5); a batch that one bad element sinks is smaller.
    var batchLimits: BatchLimits { BatchLimits(count: 500, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// All conversions go there.
    var url: String { "\(baseURL)/rest/conversionEvents" }

    // MARK: - One event

    /// Writes one element for each rule of the event, commas between them.
    func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        guard let urns = rules[event.canonicalName], !urns.isEmpty else {
            throw .unsuitable("no_conversion_rule: conversion_rules has none for \(event.canonicalName)")
        }
        let person = LinkedInPerson(
            event, sendsUserInfo: sendsUserInfo, sendsAddress: sendsAddress, sendsUserID: sendsUserID)
        guard person.isSufficient else {
            throw .noIdentifier("an e-mail, a li_fat_id, a name or another id that it knows")
        }
        for urn in urns {
            json.beginObject()
            json.member("conversion", urn)
            json.member("conversionHappenedAt", event.time.milliseconds)
            if let money = event.money {
                json.key("conversionValue")
                json.object { json in
                    json.member("currencyCode", money.currency)
                    json.amountText("amount", money.amount.rounded(toDigits: 2))
                }
            }
            json.member("eventId", event.id.utf8.count > 64 ? SHA256.digest(of: event.id).hex : event.id)
            json.key("user")
            json.object { person.write(event, to: &$0) }
            json.endObject()
        }
        return ""
    }

    // MARK: - One request

    func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(64) { $0 + $1.count + 1 })
        json.object { json in
            json.list("elements", parts: parts)
        }
        return PlatformRequest(
            url: url, headers: headers(token) + [HTTPHeader("X-RestLi-Method", "BATCH_CREATE")], body: json.bytes)
    }

    func headers(_ token: String?) -> [HTTPHeader] {
        [
            .bearer(token ?? ""), .jsonBody,
            HTTPHeader("LinkedIn-Version", version), HTTPHeader("X-Restli-Protocol-Version", "2.0.0"),
        ]
    }
}

extension String {
    /// The digits of an ad account, given alone or as a URN.
    fileprivate var linkedInAccountID: String { replacing("urn:li:sponsoredAccount:", with: "", maxReplacements: 1) }

    /// What is wrong with an ad account.
    fileprivate var linkedInAccountFault: String? {
        let id = linkedInAccountID
        let isID = (4...20).contains(id.utf8.count) && id.utf8.allSatisfy(\.isASCIIDigit)
        return isID ? nil : "is no ad account id; it looks like 512345678 or urn:li:sponsoredAccount:512345678"
    }

    /// The digits of a rule, given alone or as a URN.
    var linkedInRuleID: String { split(separator: ":").last.map(String.init) ?? self }

    /// What is wrong with the id of a conversion rule.
    fileprivate var linkedInRuleFault: String? {
        let isURN = !contains(":") || hasPrefix("urn:lla:llaPartnerConversion:")
        let id = linkedInRuleID
        let isID = isURN && (1...20).contains(id.utf8.count) && id.utf8.allSatisfy(\.isASCIIDigit)
        return isID ? nil : "is no rule; it looks like 1234567 or urn:lla:llaPartnerConversion:1234567"
    }

    /// What is wrong with a version: year and month.
    fileprivate var linkedInVersionFault: String? {
        let isVersion = utf8.count == 6 && hasPrefix("20") && utf8.allSatisfy(\.isASCIIDigit)
        return isVersion ? nil : "is no version; it looks like 202608"
    }
}
