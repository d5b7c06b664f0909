/// Meta's Conversions API as far as its reference says what it checks (reference meta, sections 1, 2, 4 and 6).
enum MetaStandIn: StandInAPI {
    static let kind = "meta"
    static let settings = ["pixel_id=123456789012345", "access_token=example-access-token"]
    static let isAllOrNothing = true

    private static let hashed = ["em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id"]
    private static let sources: Set<String> = [
        "website", "app", "email", "phone_call", "chat", "physical_store", "system_generated", "other",
    ]

    static func read(_ request: TestReceiver.Request) -> StandInReading {
        if request.method == "GET", request.target.hasPrefix("/v26.0/123456789012345?fields=") {
            return .refused(
                isAuthorized(request) ? .status(200, body: #"{"id":"123456789012345","name":"Shop"}"#) : badToken)
        }
        guard request.method == "POST", request.target == "/v26.0/123456789012345/events" else {
            return .refused(error(100, 33, "Unsupported post request", status: 400))
        }
        guard isAuthorized(request) else { return .refused(badToken) }
        guard request.value(of: "Content-Type") == "application/json", let events = request.json?["data"]?.elements,
            (1...1000).contains(events.count)
        else { return .refused(error(100, 0, "Invalid parameter", status: 400)) }
        return .events(events.map { StandInEvent(id: $0["event_id"]?.string ?? "", fault: fault($0)) })
    }

    private static func isAuthorized(_ request: TestReceiver.Request) -> Bool {
        request.value(of: "Authorization") == "Bearer example-access-token"
    }

    private static func fault(_ event: JSONTree) -> String? {
        guard let name = event["event_name"]?.string, (1...50).contains(name.count) else { return "event_name" }
        guard let time = event["event_time"]?.int, (1_000_000_000...9_999_999_999).contains(time) else {
            return "event_time is no time in seconds"
        }
        guard let source = event["action_source"]?.string, sources.contains(source) else { return "action_source" }
        let person = event["user_data"] ?? .null
        guard !person.members.isEmpty else { return "user_data is empty" }
        for key in hashed {
            guard let values = person[key] else { continue }
            guard !values.elements.isEmpty, values.elements.allSatisfy(\.isSHA256) else {
                return "\(key) is no list of hashes"
            }
        }
        if source == "website", event["event_source_url"] == nil || person["client_user_agent"] == nil {
            return "a website needs event_source_url and client_user_agent"
        }
        if source == "app", event["app_data"]?["extinfo"]?.elements.count != 16 { return "extinfo needs 16 entries" }
        if let fbc = person["fbc"]?.string {
            let parts = fbc.split(separator: ".")
            guard parts.count >= 4, parts[0] == "fb", parts[2].count == 13 else { return "Invalid fbc format" }
        }
        let order = event["custom_data"] ?? .null
        if name == "Purchase", order["value"]?.double == nil || order["currency"]?.string?.count != 3 {
            return "Purchase without value and currency"
        }
        return nil
    }

    static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        guard let fault = events.lazy.compactMap(\.fault).first else {
            return .status(
                200, body: #"{"events_received":\#(events.count),"messages":[],"fbtrace_id":"A1b2"}"#)
        }
        return error(100, 2_804_003, fault, status: 400)
    }

    private static func error(_ code: Int, _ subcode: Int, _ title: String, status: Int) -> TestReceiver.Answer {
        .status(
            status,
            body: #"{"error":{"message":"Invalid parameter","type":"OAuthException","code":\#(code),"#
                + #""error_subcode":\#(subcode),"is_transient":false,"error_user_title":"\#(title)","fbtrace_id":"A1b2"}}"#
        )
    }

    static let badToken = TestReceiver.Answer.status(
        400,
        body:
            #"{"error":{"message":"Error validating access token","type":"OAuthException","code":190,"fbtrace_id":"A"}}"#
    )

    static let throttled = TestReceiver.Answer.status(
        400, body: #"{"error":{"message":"User request limit reached","type":"OAuthException","code":17}}"#)
}
