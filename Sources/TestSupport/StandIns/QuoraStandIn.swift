/// Quora's Conversion API as far as its reference says what it checks (reference quora, sections 1, 2, 5 and 6).
public enum QuoraStandIn: StandInAPI {
    /// The kind of destination.
    public static let kind = "quora"
    /// What gets on with it.
    public static let settings = [
        "account_id=527745581653587", "access_token=example-access-token", "account_currency=USD",
    ]
    /// Whether one bad event sinks its request.
    public static let isAllOrNothing = false

    private static let events: Set<String> = [
        "Generic", "ViewContent", "AppInstall", "Purchase", "GenerateLead", "CompleteRegistration", "AddPaymentInfo",
        "AddToCart", "AddToWishlist", "InitiateCheckout", "Search",
    ]
    private static let conversionKeys: Set<String> = ["event_name", "timestamp", "click_id", "value", "event_id"]
    private static let deviceKeys: Set<String> = ["user_agent", "language", "referer", "mobile_device_id"]

    /// Looks at a request as the real API does.
    public static func read(_ request: TestReceiver.Request) -> StandInReading {
        let isBatch = request.target == "/ads/v0/conversions"
        guard request.method == "POST", isBatch || request.target == "/ads/v0/conversion" else {
            return .refused(.status(404, body: #"{"error":"not found"}"#))
        }
        guard request.value(of: "Authorization") == "Bearer example-access-token" else { return .refused(badToken) }
        guard request.value(of: "Content-Type") == "application/json", let body = request.json,
            body["account_id"]?.int == 527_745_581_653_587
        else { return .refused(.status(400, body: #"{"error":"account_id is no number of an account"}"#)) }
        let events = isBatch ? body["data"]?.elements ?? [] : [body]
        guard (1...1000).contains(events.count) else { return .refused(.status(400, body: #"{"error":"data"}"#)) }
        return .events(
            events.map { StandInEvent(id: $0["conversion"]?["event_id"]?.string ?? "", fault: fault($0)) })
    }

    private static func fault(_ event: JSONTree) -> String? {
        guard case .object = event["user"] else { return "user is required" }
        guard let conversion = event["conversion"] else { return "conversion is required" }
        if !Set(conversion.members.keys).isSubset(of: conversionKeys) { return "conversion has an unknown field" }
        if let device = event["device"], !Set(device.members.keys).isSubset(of: deviceKeys) {
            return "device has an unknown field"
        }
        guard let name = conversion["event_name"]?.string, events.contains(name) else { return "event_name" }
        guard let time = conversion["timestamp"]?.int, (1_000_000_000_000_000...9_999_999_999_999_999).contains(time)
        else {
            return "timestamp is not in microseconds"
        }
        if let value = conversion["value"], value.double == nil { return "value is no number" }
        if conversion["click_id"]?.string?.contains("%") == true { return "click_id is encoded" }
        return conversion["event_id"]?.string?.isEmpty == false ? nil : "event_id is empty"
    }

    /// Only what went wrong is told event by event.
    public static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        let entries = events.indices.compactMap { index in
            events[index].fault.map {
                #"{"status":"ERROR","index":\#(index),"error_code":"VALUE_OUT_OF_RANGE","error_message":"\#($0)"}"#
            }
        }
        let list = entries.isEmpty ? "" : #","events":[\#(entries.joined(separator: ","))]"#
        return .status(
            200, body: #"{"events_received":\#(events.count),"events_errored":\#(entries.count)\#(list)}"#)
    }

    /// A token that is no good.
    public static let badToken = TestReceiver.Answer.status(401, body: #"{"error":"invalid token"}"#)

    /// Too many requests.
    public static let throttled = TestReceiver.Answer.status(429, body: #"{"error":"too many requests"}"#)
}
