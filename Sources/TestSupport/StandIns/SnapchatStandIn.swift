/// Snap's Conversions API as far as its reference says what it checks (reference snapchat, sections 1, 2, 5 and 6).
public enum SnapchatStandIn: StandInAPI {
    /// The kind of destination.
    public static let kind = "snapchat"
    /// What gets on with it.
    public static let settings = [
        "pixel_id=11111111-2222-4333-8444-555555555555", "access_token=example-access-token",
    ]
    /// Whether one bad event sinks its request.
    public static let isAllOrNothing = true

    private static let events: Set<String> = [
        "PURCHASE", "SAVE", "START_CHECKOUT", "ADD_CART", "VIEW_CONTENT", "ADD_BILLING", "SIGN_UP", "SEARCH",
        "PAGE_VIEW",
        "SUBSCRIBE", "AD_CLICK", "AD_VIEW", "COMPLETE_TUTORIAL", "LEVEL_COMPLETE", "INVITE", "LOGIN", "SHARE",
        "RESERVE",
        "ACHIEVEMENT_UNLOCKED", "ADD_TO_WISHLIST", "SPENT_CREDITS", "RATE", "START_TRIAL", "LIST_VIEW", "APP_INSTALL",
        "APP_OPEN", "CUSTOM_EVENT_1", "CUSTOM_EVENT_2", "CUSTOM_EVENT_3", "CUSTOM_EVENT_4", "CUSTOM_EVENT_5",
    ]
    private static let hashed = ["em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id"]

    /// Looks at a request as the real API does.
    public static func read(_ request: TestReceiver.Request) -> StandInReading {
        let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
        guard request.method == "POST", parts.first == "/v3/11111111-2222-4333-8444-555555555555/events" else {
            return .refused(.status(404, body: #"{"status":"ERROR","reason":"Asset not found"}"#))
        }
        guard parts.last == "access_token=example-access-token" else { return .refused(badToken) }
        guard request.value(of: "Content-Type") == "application/json", let events = request.json?["data"]?.elements,
            (1...2000).contains(events.count)
        else { return .refused(.status(400, body: #"{"status":"INVALID","reason":"data is not what is documented"}"#)) }
        return .events(events.map { StandInEvent(id: $0["event_id"]?.string ?? "", fault: fault($0)) })
    }

    private static func fault(_ event: JSONTree) -> String? {
        guard let name = event["event_name"]?.string, events.contains(name) else { return "Unrecognized event type" }
        guard let time = event["event_time"]?.int, (1_000_000_000...9_999_999_999).contains(time) else {
            return "Invalid event_time"
        }
        switch event["action_source"]?.string {
        case "WEB", "OFFLINE": break
        case "MOBILE_APP":
            if event["app_data"]?["app_id"] == nil || event["app_data"]?["extinfo"]?.elements.count != 16 {
                return "Invalid app_data"
            }
        default: return "Invalid action_source"
        }
        return personFault(event["user_data"] ?? .null) ?? orderFault(event["custom_data"] ?? .null, of: name)
    }

    private static func personFault(_ person: JSONTree) -> String? {
        for key in hashed {
            guard let values = person[key] else { continue }
            guard !values.elements.isEmpty, values.elements.allSatisfy(\.isSHA256) else {
                return "\(key) is no list of hashes"
            }
        }
        let hasBrowser = person["client_ip_address"] != nil && person["client_user_agent"] != nil
        let isKnown = person["em"] != nil || person["ph"] != nil || person["madid"] != nil || hasBrowser
        return isKnown ? nil : "Missing required user_data"
    }

    private static func orderFault(_ order: JSONTree, of name: String) -> String? {
        if name == "PURCHASE", order["value"]?.double == nil || order["currency"]?.string?.count != 3 {
            return "PURCHASE without value and currency"
        }
        for key in ["content_ids", "content_category", "brands"] {
            guard let list = order[key] else { continue }
            if list.elements.isEmpty || list.elements.contains(where: { $0.string == nil }) {
                return "\(key) is no list of texts"
            }
        }
        return nil
    }

    /// The first bad event is told by its place.
    public static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        guard let place = events.firstIndex(where: { $0.fault != nil }) else {
            return .status(200, body: #"{"status":"VALID","reason":"All events processed"}"#)
        }
        let fault = events[place].fault ?? ""
        return .status(
            400,
            body: #"{"status":"INVALID","event":\#(place),"errors":{"codes":["E1"],"error_msgs":["\#(fault)"]}}"#)
    }

    /// A token that is no good.
    public static let badToken = TestReceiver.Answer.status(
        400, body: #"{"status":"ERROR","reason":"Invalid access token","param":"access_token"}"#)

    /// Too many requests.
    public static let throttled = TestReceiver.Answer.status(
        429, body: #"{"status":"ERROR","reason":"Too many requests"}"#)
}
