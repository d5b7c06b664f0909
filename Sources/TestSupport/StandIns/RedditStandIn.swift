import Platform

/// Reddit's Conversions API as far as its reference says what it checks (reference reddit, sections 1, 2, 4, 5 and 6).
public enum RedditStandIn: StandInAPI {
    /// The kind of destination.
    public static let kind = "reddit"
    /// What gets on with it.
    public static let settings = ["pixel_id=a2_examplepx01", "access_token=example-access-token"]
    /// Whether one bad event sinks its request.
    public static let isAllOrNothing = true

    private static let types: Set<String> = [
        "PAGE_VISIT", "VIEW_CONTENT", "SEARCH", "ADD_TO_CART", "ADD_TO_WISHLIST", "PURCHASE", "LEAD", "SIGN_UP",
        "CUSTOM",
    ]
    private static let eventKeys: Set<String> = [
        "event_at", "action_source", "event_source_url", "click_id", "type", "user", "metadata",
    ]
    private static let userKeys: Set<String> = [
        "email", "phone_number", "external_id", "ip_address", "idfa", "aaid", "user_agent", "uuid", "screen_dimensions",
        "data_processing_options",
    ]
    private static let orderKeys: Set<String> = ["conversion_id", "value", "currency", "item_count", "products"]

    /// Looks at a request as the real API does.
    public static func read(_ request: TestReceiver.Request) -> StandInReading {
        guard request.method == "POST", request.target == "/api/v3/pixels/a2_examplepx01/conversion_events" else {
            return .refused(.status(404, body: #"{"error":{"code":404,"message":"pixel not found"}}"#))
        }
        guard request.value(of: "Authorization") == "Bearer example-access-token" else { return .refused(badToken) }
        guard request.value(of: "User-Agent")?.hasPrefix("TrackLayerGateway/") == true else {
            return .refused(.status(403, body: "<html>blocked</html>"))
        }
        guard request.value(of: "Content-Type") == "application/json", let data = request.json?["data"],
            Set(data.members.keys).isSubset(of: ["events", "test_id", "partner"]),
            let events = data["events"]?.elements, (1...1000).contains(events.count)
        else { return .refused(.status(400, body: #"{"error":{"code":400,"message":"unknown field"}}"#)) }
        return .events(
            events.map { StandInEvent(id: $0["metadata"]?["conversion_id"]?.string ?? "", fault: fault($0)) })
    }

    private static func fault(_ event: JSONTree) -> String? {
        let user = event["user"] ?? .null
        let order = event["metadata"] ?? .null
        for (object, known) in [(event, eventKeys), (user, userKeys), (order, orderKeys)] {
            if let name = object.members.keys.sorted().first(where: { !known.contains($0) }) {
                return "unknown field \(name)"
            }
        }
        guard let time = event["event_at"]?.int else { return "event_at is missing" }
        let age = SystemClock().now.milliseconds - time
        guard age < 168 * 3_600_000 else { return "event_at timestamp must be less than 168h0m0s old" }
        guard age > -300_000 else { return "event_at timestamp is in the future" }
        guard ["WEBSITE", "APP", "PHYSICAL_STORE", "OTHER"].contains(event["action_source"]?.string ?? "") else {
            return "invalid action_source"
        }
        return typeFault(event["type"] ?? .null) ?? userFault(user, event) ?? orderFault(order, event)
    }

    private static func typeFault(_ type: JSONTree) -> String? {
        guard let name = type["tracking_type"]?.string, types.contains(name) else { return "invalid tracking_type" }
        let custom = type["custom_event_name"]?.string
        if name == "CUSTOM" { return (1...64).contains(custom?.count ?? 0) ? nil : "custom_event_name is required" }
        return custom == nil ? nil : "custom_event_name is for CUSTOM only"
    }

    private static func userFault(_ user: JSONTree, _ event: JSONTree) -> String? {
        for key in ["email", "phone_number", "external_id", "ip_address", "idfa", "aaid"]
        where user[key].map({ !$0.isSHA256 }) == true {
            return "\(key) is no hash"
        }
        let keys = ["email", "phone_number", "external_id", "uuid", "idfa", "aaid"]
        let hasBrowser = user["ip_address"] != nil && user["user_agent"] != nil
        let isKnown = event["click_id"] != nil || hasBrowser || keys.contains { user[$0] != nil }
        return isKnown ? nil : "at least one attribution signal is required"
    }

    private static func orderFault(_ order: JSONTree, _ event: JSONTree) -> String? {
        let type = event["type"]?["tracking_type"]?.string ?? ""
        if ["PAGE_VISIT", "VIEW_CONTENT", "SEARCH"].contains(type), order["value"] != nil {
            return "value is not taken"
        }
        if let value = order["value"], value.double == nil || order["currency"]?.string?.count != 3 {
            return "value is wrong"
        }
        let products = order["products"]
        if let products, products.elements.isEmpty || products.elements.contains(where: { $0["id"]?.string == nil }) {
            return "products are wrong"
        }
        return nil
    }

    /// All bad events are told by their places.
    public static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        let fields = events.indices.compactMap { index in
            events[index].fault.map { #"{"field":"data.events[\#(index)]","message":"\#($0)"}"# }
        }
        guard !fields.isEmpty else {
            return .status(
                200, body: #"{"data":{"message":"Successfully processed \#(events.count) conversion events."}}"#)
        }
        let message = "There were \(fields.count) invalid conversion events. None were processed."
        return .status(
            400,
            body: #"{"error":{"code":400,"message":"\#(message)","fields":[\#(fields.joined(separator: ","))]}}"#)
    }

    /// A token that is no good.
    public static let badToken = TestReceiver.Answer.status(401, body: #""Authorization Required""#)

    /// Too many requests.
    public static let throttled = TestReceiver.Answer.status(
        429, body: #"{"error":{"code":429,"message":"Too many requests"}}"#)
}
