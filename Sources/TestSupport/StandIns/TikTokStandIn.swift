/// TikTok's Events API as far as its reference says what it checks (reference tiktok, sections 1, 2, 5 and 6).
public enum TikTokStandIn: StandInAPI {
    /// The kind of destination.
    public static let kind = "tiktok"
    /// What gets on with it.
    public static let settings = ["pixel_code=CEXAMPLE0PIXELCODE1", "access_token=example-access-token"]
    /// Whether one bad event sinks its request.
    public static let isAllOrNothing = true

    private static let hashedLists = ["email", "phone", "external_id"]
    private static let hashedTexts = ["first_name", "last_name", "zip_code", "idfa", "gaid"]
    private static let topKeys: Set<String> = [
        "event_source", "event_source_id", "data", "test_event_code", "partner_name",
    ]

    /// Looks at a request as the real API does.
    public static func read(_ request: TestReceiver.Request) -> StandInReading {
        guard request.method == "POST", request.target == "/open_api/v1.3/event/track/" else {
            return .refused(.status(404, body: "<html>not found</html>"))
        }
        guard request.value(of: "Access-Token") == "example-access-token" else { return .refused(badToken) }
        guard request.value(of: "Content-Type") == "application/json", let body = request.json,
            Set(body.members.keys).isSubset(of: topKeys), let events = body["data"]?.elements
        else { return .refused(error(40_002, "the body is not what is documented")) }
        guard body["event_source"]?.string == "web", body["event_source_id"]?.string == "CEXAMPLE0PIXELCODE1" else {
            return .refused(error(40_001, "No permission to operate the event source"))
        }
        if events.isEmpty { return .refused(error(40_002, "data: Length must be between 1 and 1000.")) }
        if events.count > 1000 { return .refused(error(40_061, "Batch size is too large")) }
        return .events(events.map { StandInEvent(id: $0["event_id"]?.string ?? "", fault: fault($0)) })
    }

    private static func fault(_ event: JSONTree) -> String? {
        guard let name = event["event"]?.string, (1...50).contains(name.count) else { return "event: Missing data." }
        if ["ClickButton", "PlaceAnOrder", "CompletePayment", "SubmitForm"].contains(name) {
            return "event: Deprecated."
        }
        guard let time = event["event_time"]?.int, (1_000_000_000...9_999_999_999).contains(time) else {
            return "event_time: Not a valid integer."
        }
        return personFault(event["user"] ?? .null) ?? orderFault(event["properties"] ?? .null, of: name)
    }

    private static func personFault(_ user: JSONTree) -> String? {
        guard !user.members.isEmpty else { return "user: Missing data." }
        for key in hashedLists {
            guard let values = user[key] else { continue }
            guard !values.elements.isEmpty, values.elements.allSatisfy(\.isSHA256) else {
                return "user.\(key): not hashed"
            }
        }
        for key in hashedTexts where user[key].map({ !$0.isSHA256 }) == true { return "user.\(key): not hashed" }
        if let city = user["city"]?.string, !city.allSatisfy({ $0.isLetter || $0.isNumber }) { return "user.city" }
        if let country = user["country"]?.string, country.count != 2 { return "user.country" }
        return nil
    }

    private static func orderFault(_ order: JSONTree, of name: String) -> String? {
        if name == "Purchase", order["value"]?.double == nil || order["currency"]?.string?.count != 3 {
            return "properties: Purchase without value and currency"
        }
        for (index, item) in (order["contents"]?.elements ?? []).enumerated() {
            let place = "properties.contents.\(index)"
            if item["content_id"]?.string == nil { return "\(place).content_id: Not a valid string." }
            if let price = item["price"], price.double == nil { return "\(place).price: Not a valid number." }
            if let quantity = item["quantity"], quantity.int == nil { return "\(place).quantity: Not a valid integer." }
        }
        return nil
    }

    /// The first bad event is told by its place, as TikTok tells it.
    public static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        guard let place = events.firstIndex(where: { $0.fault != nil }) else { return error(0, "OK") }
        return error(40_002, "Batch.\(place).\(events[place].fault ?? "")")
    }

    /// Its status is 200 whatever it is about.
    private static func error(_ code: Int, _ message: String) -> TestReceiver.Answer {
        .status(200, body: #"{"code":\#(code),"message":"\#(message)","request_id":"2026112716","data":{}}"#)
    }

    /// A token that is no good.
    public static let badToken = error(40_105, "Access token is incorrect or has been revoked.")

    /// Too many requests.
    public static let throttled = error(40_100, "Too many requests. Please retry in some time.")
}
