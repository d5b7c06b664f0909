/// Pinterest's Conversions API as far as its reference says what it checks (reference pinterest, sections 1, 2, 5 and 6).
public enum PinterestStandIn: StandInAPI {
    /// The kind of destination.
    public static let kind = "pinterest"
    /// What gets on with it.
    public static let settings = ["ad_account_id=549755885175", "access_token=example-access-token"]
    /// Whether one bad event sinks its request.
    public static let isAllOrNothing = false

    private static let events: Set<String> = [
        "add_payment_info", "add_to_cart", "add_to_wishlist", "app_install", "app_open", "checkout", "contact",
        "custom",
        "customize_product", "find_location", "initiate_checkout", "lead", "page_visit", "schedule", "search", "signup",
        "start_trial", "submit_application", "subscribe", "view_category", "view_content", "watch_video",
    ]
    private static let eventKeys: Set<String> = [
        "event_name", "action_source", "event_time", "event_id", "user_data", "event_source_url", "custom_data",
        "opt_out",
        "language", "partner_name", "wifi", "app_info", "device_info",
    ]
    private static let hashed: Set<String> = [
        "em", "ph", "ge", "db", "fn", "ln", "ct", "st", "zp", "country", "external_id", "hashed_maids",
    ]
    private static let plain: Set<String> = ["client_ip_address", "client_user_agent", "click_id", "partner_id"]
    private static let orderTexts: Set<String> = [
        "value", "currency", "content_name", "content_category", "content_brand", "order_id", "search_string",
        "predicted_ltv", "opt_out_type",
    ]
    private static let orderKeys = orderTexts.union(["content_ids", "contents", "num_items"])
    private static let itemKeys: Set<String> = [
        "id", "item_price", "quantity", "item_name", "item_category", "item_brand",
    ]

    /// Looks at a request as the real API does.
    public static func read(_ request: TestReceiver.Request) -> StandInReading {
        guard request.method == "POST", request.target.hasPrefix("/v5/ad_accounts/549755885175/events") else {
            return .refused(.status(404, body: #"{"code":4182,"message":"Ad account not found"}"#))
        }
        guard request.value(of: "Authorization") == "Bearer example-access-token" else { return .refused(badToken) }
        guard request.value(of: "Content-Type") == "application/json", let body = request.json,
            Set(body.members.keys) == ["data"], let events = body["data"]?.elements, (1...1000).contains(events.count)
        else { return .refused(.status(400, body: #"{"code":4196,"message":"The body is not what is documented"}"#)) }
        // The schema is closed, and checked before anything else.
        if let fault = events.lazy.compactMap(schemaFault).first {
            return .refused(.status(400, body: #"{"code":4196,"message":"\#(fault)"}"#))
        }
        return .events(events.map { StandInEvent(id: $0["event_id"]?.string ?? "", fault: fault($0)) })
    }

    private static func schemaFault(_ event: JSONTree) -> String? {
        unknown(event, eventKeys) ?? unknown(event["user_data"], hashed.union(plain))
            ?? unknown(event["custom_data"], orderKeys)
            ?? (event["custom_data"]?["contents"]?.elements ?? []).lazy.compactMap { unknown($0, itemKeys) }.first
            ?? typeFault(event)
    }

    private static func unknown(_ object: JSONTree?, _ known: Set<String>) -> String? {
        guard let name = object?.members.keys.sorted().first(where: { !known.contains($0) }) else { return nil }
        return "Additional properties are not allowed ('\(name)' was unexpected)"
    }

    private static func typeFault(_ event: JSONTree) -> String? {
        let order = event["custom_data"] ?? .null
        for key in orderTexts where order[key].map({ $0.string == nil }) == true {
            return "\(key) is not of type 'string'"
        }
        for item in order["contents"]?.elements ?? [] {
            if item["id"]?.string == nil { return "id is not of type 'string'" }
            if let price = item["item_price"], price.string == nil { return "item_price is not of type 'string'" }
            if let quantity = item["quantity"], quantity.int == nil { return "quantity is not of type 'integer'" }
        }
        if let count = order["num_items"], count.int == nil { return "num_items is not of type 'integer'" }
        return nil
    }

    private static func fault(_ event: JSONTree) -> String? {
        guard let name = event["event_name"]?.string, events.contains(name) else { return "event_name" }
        guard let time = event["event_time"]?.int, (1_000_000_000...9_999_999_999).contains(time) else {
            return "event_time is in the future"
        }
        guard event["event_id"]?.string?.isEmpty == false else { return "event_id is empty" }
        guard ["web", "app_ios", "app_android", "offline"].contains(event["action_source"]?.string ?? "") else {
            return "action_source"
        }
        let person = event["user_data"] ?? .null
        for key in hashed {
            guard let values = person[key] else { continue }
            guard !values.elements.isEmpty, values.elements.allSatisfy(\.isSHA256) else {
                return "\(key) is no list of hashes"
            }
        }
        let hasBrowser = person["client_ip_address"] != nil && person["client_user_agent"] != nil
        return person["em"] != nil || person["hashed_maids"] != nil || hasBrowser ? nil : "user_data is not enough"
    }

    /// An entry for each event, in the order of the request.
    public static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        let entries = events.map { event in
            event.fault.map { #"{"status":"failed","error_message":"\#($0)","warning_message":null}"# }
                ?? #"{"status":"processed","error_message":"","warning_message":""}"#
        }
        let count = events.count { $0.fault == nil }
        let body =
            #"{"num_events_received":\#(events.count),"num_events_processed":\#(count),"events":["#
            + entries.joined(separator: ",") + "]}"
        guard count < events.count else { return .status(200, body: body) }
        return .status(422, body: #"{"code":4198,"message":"Not all events were processed","details":\#(body)}"#)
    }

    /// A token that is no good.
    public static let badToken = TestReceiver.Answer.status(
        401, body: #"{"code":2,"message":"Authentication failed."}"#)

    /// Too many requests.
    public static let throttled = TestReceiver.Answer.status(
        429, body: #"{"code":8,"message":"You have exceeded your rate limit. Try again later."}"#)
}
