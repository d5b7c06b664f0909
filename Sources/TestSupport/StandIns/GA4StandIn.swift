import JSON

/// Google's Measurement Protocol as its reference says what it should be sent (reference ga4, sections 1 to 3 and 7).
///
/// The real one answers 204 to nearly anything; this one is as strict as its validator.
enum GA4StandIn: StandInAPI {
    static let kind = "ga4"
    static let settings = ["measurement_id=G-ABCDE12345", "api_secret=example-api-secret"]
    static let isAllOrNothing = true

    static func read(_ request: TestReceiver.Request) -> StandInReading {
        guard request.method == "POST",
            request.target == "/mp/collect?measurement_id=G-ABCDE12345&api_secret=example-api-secret"
        else { return .refused(.status(404)) }
        guard request.value(of: "Content-Type") == "application/json", request.body.count < 130_000,
            let body = request.json, body["client_id"]?.string?.isEmpty == false,
            let events = body["events"]?.elements, (1...25).contains(events.count)
        else { return .refused(.status(400, body: "VALUE_INVALID")) }
        let isTimed = body["timestamp_micros"]?.int ?? 0 > 1_000_000_000_000_000
        return .events(
            events.map { event in
                StandInEvent(
                    id: event.at("params.transaction_id")?.string ?? "", fault: fault(event, isTimed: isTimed))
            })
    }

    private static func fault(_ event: JSONTree, isTimed: Bool) -> String? {
        guard let name = event["name"]?.string, name.count <= 40,
            name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        else { return "NAME_INVALID" }
        guard isTimed != (event["timestamp_micros"] != nil) else { return "a time is missing, or there are two" }
        guard let params = event["params"]?.members, params.count <= 25 else { return "EXCEEDED_MAX_ENTITIES" }
        if (params["value"] == nil) != (params["currency"] == nil) { return "value and currency go together" }
        if params["transaction_id"]?.string?.isEmpty == true { return "an empty transaction_id" }
        for item in params["items"]?.elements ?? [] {
            if item["item_id"] == nil, item["item_name"] == nil { return "VALUE_REQUIRED item_id" }
            if item["price"] != nil, item["price"]?.double == nil { return "INTERNAL_ERROR" }
        }
        return nil
    }

    static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        guard let fault = events.lazy.compactMap(\.fault).first else { return .status(204) }
        return .status(400, body: fault)
    }

    static let badToken = TestReceiver.Answer.status(403, body: "Forbidden")
    static let throttled = TestReceiver.Answer.status(429)
}
