import Crypto
import EventModel
import JSON
import Platform

/// Microsoft Advertising's UET Conversions API (reference microsoft, section 1).
struct MicrosoftAPI: PlatformAPI {
    static let platform = AdPlatform.microsoft

    static let settings: [PlatformSetting] = [
        PlatformSetting(
            required: "tag_id", .text(.digits("tag id", 6...12, example: "187012345")), "The UET tag."),
        PlatformSetting(required: "api_token", .secret, "The tag's own token for the Conversions API."),
        PlatformSetting(
            "default_consent", .choice(["unset", "G", "D"]),
            "What is said of ad storage where the event does not say; `G` claims consent, so mean it."),
        PlatformSetting(
            "send_ip_ua", .flag(true), "Whether address and browser are sent, in plain as Microsoft wants."),
        PlatformSetting(
            "send_page_load", .flag(false),
            "Whether page views are sent; with a UET tag on the site they would count twice."),
        PlatformSetting(
            "continue_on_validation_error", .flag(true), "Whether one bad event leaves the others of its request alone."
        ),
    ]

    /// Seven days back, ten requests a second (section 1.5).
    static let rules = PlatformRules(
        ageLimit: .seconds(7 * 86_400), requestRate: SendingRate(10, per: .seconds(1)))

    private let tagID: String
    private let token: String
    private let baseURL: String
    private let defaultConsent: String?
    private let sendsAddress: Bool
    private let sendsPageLoads: Bool
    private let continuesOnError: Bool

    /// An API as configured.
    init(_ settings: PlatformSettings) {
        tagID = settings.text("tag_id") ?? ""
        token = settings.text("api_token") ?? ""
        baseURL = settings.text("base_url") ?? "https://capi.uet.microsoft.com"
        let consent = settings.text("default_consent")
        defaultConsent = consent == "unset" ? nil : consent
        sendsAddress = settings.flag("send_ip_ua")
        sendsPageLoads = settings.flag("send_page_load")
        continuesOnError = settings.flag("continue_on_validation_error")
    }

    /// What must not be shown.
    var secrets: [String] { [token] }

    /// 1000 events and 1 MB are allowed (sections 1.2 and 1.5).
    var batchLimits: BatchLimits { BatchLimits(count: 500, byteCount: 900_000, age: .milliseconds(500)) }

    /// The tag's events.
    var url: String { "\(baseURL)/v1/\(tagID)/events" }

    // MARK: - One event

    func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        let isPageLoad = event.name.text == Self.pageLoad
        if isPageLoad {
            guard sendsPageLoads else {
                throw .unsuitable("page_load_disabled: the UET tag sends its own; set send_page_load without one")
            }
            guard event.pageURL != nil else { throw .unsuitable("a page load without the page's address") }
        }
        let isDenied = [PlatformKey.ads, .adsUserData].contains { event.consent?[$0]?.isText("denied") == true }
        guard !isDenied else {
            throw PlatformDrop(
                .consent, "ads or ads_user_data is denied: nobody may be named, and Microsoft takes no event of nobody")
        }
        let person = MicrosoftPerson(event)
        guard person.isSufficient else {
            throw .noIdentifier("an e-mail, a phone number, an msclkid, a user id or an advertising id")
        }
        json.beginObject()
        json.member("eventType", isPageLoad ? "pageLoad" : "custom")
        json.member("eventId", idOf: event)
        if !isPageLoad { json.member("eventName", event.name.text) }
        json.member("eventTime", event.time.seconds)
        json.member("eventSourceUrl", event.pageURL)
        if let referrer = event.referrer, Self.isAddress(referrer) {
            json.member("referrerUrl", referrer)
        }
        json.member("pageTitle", event.pageTitle)
        if let id = event.property(.pageLoadID)?.string, Self.isUUID(id) { json.member("pageLoadId", id) }
        json.member("keywords", id: event.property(.keywords))
        json.member("adStorageConsent", consent(event))
        json.key("userData")
        json.object { person.write(event, sendsAddress: sendsAddress, to: &$0) }
        json.optionalObject("customData") { writeOrder(event, to: &$0) }
        json.endObject()
        return ""
    }

    /// Whether a text is a whole address of a page, and no mere path.
    private static func isAddress(_ value: JSONValue) -> Bool {
        guard let text = value.utf8Bytes else { return false }
        return ["http://", "https://"].contains { text.prefix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy { Hex.value($0) != nil } }
    }

    /// What is said of ad storage (section 5): never granted without somebody's word; a denial got this far in no event.
    private func consent(_ event: PlatformEvent) -> String? {
        event.consent?[.ads]?.isText("granted") == true ? "G" : defaultConsent
    }

    private func writeOrder(_ event: PlatformEvent, to json: inout JSONWriter) {
        let money = event.money
        json.money(money)
        json.member("transactionId", event.orderID)
        json.member("eventCategory", id: event.property(.category))
        json.member("eventLabel", id: event.property(.label))
        json.amount("eventValue", event.property(.eventValue)?.amount)
        json.member("searchTerm", event.searchText)
        let items = event.identifiedItems
        json.optionalArray("items") { json in
            for item in items {
                json.object { json in
                    json.member("id", item.id)
                    json.member("name", item.name)
                    json.amount("price", item.price.map(event.roundedPrice))
                    json.member("quantity", item.wholeQuantity)
                }
            }
        }
        json.optionalArray("itemIds") { json in for item in items { if let id = item.id { json.raw(id) } } }
        guard let pageType = Self.pageTypes[event.canonicalName] else { return }
        json.member("pageType", pageType)
        if let money, pageType == "cart" || pageType == "purchase" { json.amount("ecommTotalValue", money.rounded) }
        if pageType == "category" { json.member("ecommCategory", id: event.property(.category)) }
    }

    /// The name of the rows whose event is no custom one.
    static let pageLoad = "pageLoad"

    private static let pageTypes = [
        "view_content": "product", "view_item_list": "category", "search": "searchresults", "add_to_cart": "cart",
        "view_cart": "cart", "begin_checkout": "cart", "purchase": "purchase", "page_view": "other",
    ]

    // MARK: - One request

    func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var json = JSONWriter(capacity: parts.reduce(128) { $0 + $1.count + 1 })
        json.object { json in
            json.list("data", parts: parts)
            json.member("continueOnValidationError", continuesOnError)
            json.member("dataProvider", "tracklayer")
        }
        return PlatformRequest(url: url, headers: headers, body: json.bytes)
    }

    private var headers: [HTTPHeader] {
        [.bearer(token), .jsonBody]
    }

    /// Sends no events: 400 says that the token was taken (section 1.1).
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        let body = Array(#"{"data":[],"dataProvider":"tracklayer"}"#.utf8)
        return .request(PlatformRequest(url: url, headers: headers, body: body)) { response in
            switch response.statusCode {
            case 200, 400: .valid
            case 401, 403: .invalid("\(response.statusCode): make a new token for this tag")
            case 404: .invalid("404: there is no such tag")
            default: .unknown("Microsoft answered \(response.statusCode)")
            }
        }
    }
}
