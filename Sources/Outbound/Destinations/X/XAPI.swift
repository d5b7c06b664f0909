import EventModel
import JSON
import Platform

/// X's Conversion API for the web (reference x).
struct XAPI: PlatformAPI {
    static let platform = AdPlatform.x

    static let settings: [PlatformSetting] = [
        PlatformSetting(
            required: "pixel_id", .text(TextRule("pixel id", length: 4...10, example: "o8z6j", \.isBase36)),
            "The X pixel's event source, not the ad account."),
        PlatformSetting(
            required: "event_ids", .map(of: TextRule("event id", \.xEventIDFault), keys: "canonical name"),
            "The ids of the events made in Events Manager, such as `tw-o8z6j-ol288`; events without one are not sent."),
        PlatformSetting(
            "auth_mode", .choice(["oauth1", "pixel_token"]),
            "Whether requests are signed with the keys of an Ads API app, or carry the pixel's own token."),
        PlatformSetting("consumer_key", .secret, "`oauth1`: the app's key."),
        PlatformSetting("consumer_secret", .secret, "`oauth1`: the app's secret."),
        PlatformSetting("access_token", .secret, "`oauth1`: the token of a user who manages the ad account."),
        PlatformSetting("access_token_secret", .secret, "`oauth1`: that token's secret."),
        PlatformSetting("pixel_token", .secret, "`pixel_token`: the token made for the pixel in Events Manager."),
        PlatformSetting("send_ip_ua", .flag(true), "Whether address and browser are sent, in plain as X wants them."),
        PlatformSetting(
            "ad_account_id", .text(TextRule("ad account id", length: 4...16, example: "18ce552mlaq", \.isBase36)),
            "Lets `tracklayer check --online` try the keys."),
    ]

    /// X does not say how old a conversion may be (section 4).
    static let rules = PlatformRules(
        ageLimit: .seconds(7 * 86_400), ageLimitMax: .seconds(90 * 86_400), clampsFuture: true)

    /// Each mode needs its own secrets.
    static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] {
        let needed =
            settings.text("auth_mode") == "pixel_token"
            ? ["pixel_token"] : ["consumer_key", "consumer_secret", "access_token", "access_token_secret"]
        return needed.filter { settings.text($0) == nil }.map {
            DestinationConfigurationError.Fault(
                setting: $0, message: "is required with auth_mode \(settings.text("auth_mode") ?? "oauth1")")
        }
    }

    private let pixelID: String
    private let baseURL: String
    private let eventIDs: [String: String]
    private let signer: OAuth1Signer?
    private let pixelToken: String?
    private let sendsAddress: Bool
    private let adAccountID: String?
    /// What must not be shown.
    let secrets: [String]

    /// An API as configured.
    init(_ settings: PlatformSettings) {
        pixelID = settings.text("pixel_id") ?? ""
        baseURL = settings.text("base_url") ?? "https://ads-api.x.com"
        eventIDs = settings.map("event_ids").compactMapValues(\.first)
        let usesToken = settings.text("auth_mode") == "pixel_token"
        pixelToken = usesToken ? settings.text("pixel_token") : nil
        signer =
            usesToken
            ? nil
            : OAuth1Signer(
                consumerKey: settings.text("consumer_key") ?? "",
                consumerSecret: settings.text("consumer_secret") ?? "", token: settings.text("access_token"),
                tokenSecret: settings.text("access_token_secret") ?? "")
        sendsAddress = settings.flag("send_ip_ua")
        adAccountID = settings.text("ad_account_id")
        secrets = ["consumer_key", "consumer_secret", "access_token", "access_token_secret", "pixel_token"]
            .compactMap(settings.text)
    }

    /// 500 are allowed (section 5); one bad conversion sinks them all, so fewer go together.
    var batchLimits: BatchLimits { BatchLimits(count: 100, byteCount: 1 << 20, age: .milliseconds(500)) }

    /// The pixel's conversions.
    var url: String { "\(baseURL)/12/measurement/conversions/\(pixelID)" }

    var responseHeaders: [String] { ["x-account-rate-limit-reset", "x-rate-limit-reset"] }

    // MARK: - One event

    func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        guard let eventID = eventIDs[event.canonicalName] else {
            throw .unsuitable("no_event_id: event_ids has none for \(event.canonicalName)")
        }
        let identifiers = XIdentifiers(event, sendsAddress: sendsAddress)
        guard identifiers.isSufficient else {
            throw .noIdentifier("a twclid, an e-mail, a phone number, or an address with a browser")
        }
        json.beginObject()
        json.time("conversion_time", event.time)
        json.member("event_id", eventID)
        json.key("identifiers")
        json.array { identifiers.write(to: &$0) }
        json.member("conversion_id", idOf: event)
        // Without a currency X would take the value for dollars.
        if let money = event.money {
            json.amountText("value", money.amount, digits: 2)
            json.member("price_currency", money.currency)
        }
        let count = event.itemCount?.int64 ?? event.property(.quantity)?.amount.map { Int64($0.roundedDown) }
        if let count, count > 0 { json.member("number_items", count) }
        if let text = event.property(.descriptionMember), event.isImpersonal(text) {
            json.member("description", id: text)
        }
        json.optionalArray("contents") { json in
            for item in event.items
            where item.id != nil || item.name != nil || item.category != nil || item.price != nil {
                json.object { json in
                    json.member("content_id", item.id)
                    json.member("content_name", item.name)
                    json.member("content_type", item.category)
                    json.amountText("content_price", item.price, digits: 2)
                    json.member("num_items", item.wholeQuantity)
                    json.member("content_group_id", item.groupID)
                }
            }
        }
        json.endObject()
        return ""
    }

    // MARK: - One request

    func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(64) { $0 + $1.count + 1 })
        json.object { json in
            json.list("conversions", parts: parts)
        }
        return PlatformRequest(
            url: url, headers: [proof(.post, url, at: time), .jsonBody],
            body: json.bytes)
    }

    /// A signature is good for one attempt (section 1.1).
    private func proof(_ method: HTTPMethod, _ url: String, at time: Timestamp) -> HTTPHeader {
        guard let signer else { return HTTPHeader("X-Pixel-Token", pixelToken ?? "") }
        return HTTPHeader(
            "Authorization", signer.authorization(method, url, nonce: OAuth1Signer.freshNonce(), at: time))
    }

    /// Asks what the user may do with the ad account (the end of section 1).
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        guard signer != nil else {
            return .impossible("only a real event proves a pixel token; send one to an event made for tests")
        }
        guard let adAccountID else {
            return .impossible("set ad_account_id, so that X can be asked what the keys may do")
        }
        let url = "\(baseURL)/12/accounts/\(adAccountID)/authenticated_user_access"
        let request = PlatformRequest(method: .get, url: url, headers: [proof(.get, url, at: time)], body: [])
        return .request(request) { response in
            let answer = PlatformAnswer(response)
            let permissions = answer.elements("data", "permissions").compactMap(\.string)
            switch response.statusCode {
            case 200 where permissions.contains("AD_MANAGER") || permissions.contains("ACCOUNT_ADMIN"): return .valid
            case 200: return .invalid("the user may not manage the account: \(permissions.joined(separator: ", "))")
            case 401, 403, 404: return .invalid(XAnswer.words(answer) ?? "\(response.statusCode)")
            default: return .unknown(XAnswer.words(answer) ?? "")
            }
        }
    }
}

extension UInt8 {
    /// Whether this is a digit or a lower-case letter.
    fileprivate var isBase36: Bool { isASCIIDigit || isASCIILower }
}

extension String {
    /// What is wrong with the id of an event: `tw-o8z6j-ol288` or `ol288`.
    fileprivate var xEventIDFault: String? {
        let parts = split(separator: "-", omittingEmptySubsequences: false)
        let isWord = { (part: Substring) in
            !part.isEmpty && part.utf8.count <= 16 && part.utf8.allSatisfy(\.isBase36)
        }
        let isID =
            parts.count == 3
            ? parts[0] == "tw" && isWord(parts[1]) && isWord(parts[2]) : parts.count == 1 && isWord(parts[0])
        return isID ? nil : "is no event id; it looks like tw-o8z6j-ol288"
    }
}
