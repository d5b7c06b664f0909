import JSON

/// X's Conversion API as far as its reference says what it checks (reference x, sections 1, 2, 5 and 6).
enum XStandIn: StandInAPI {
    static let kind = "x"
    static let settings = [
        "pixel_id=o8z6j", "event_ids.purchase=tw-o8z6j-ol288", "consumer_key=example-consumer-key",
        "consumer_secret=example-consumer-secret", "access_token=example-access-token",
        "access_token_secret=example-token-secret",
    ]
    static let isAllOrNothing = true

    static func read(_ request: TestReceiver.Request) -> StandInReading {
        guard request.method == "POST", request.target == "/12/measurement/conversions/o8z6j" else {
            return .refused(error("NOT_FOUND", "no such pixel", status: 404))
        }
        guard isSigned(request) else { return .refused(badToken) }
        guard let events = request.json?["conversions"]?.elements, !events.isEmpty else {
            return .refused(error("INVALID_PARAMETER", "conversions is missing", status: 400))
        }
        guard events.count <= 500 else {
            return .refused(error("INVALID_PARAMETER", "Conversion count limit is 500", status: 400))
        }
        return .events(events.map { StandInEvent(id: $0["conversion_id"]?.string ?? "", fault: fault($0)) })
    }

    /// That the header has every part of an OAuth 1.0a signature; that it is right is tested where it is made.
    private static func isSigned(_ request: TestReceiver.Request) -> Bool {
        guard let value = request.value(of: "Authorization"), value.hasPrefix("OAuth ") else { return false }
        return [
            "oauth_consumer_key=\"example-consumer-key\"", "oauth_nonce=", "oauth_signature=",
            "oauth_signature_method=\"HMAC-SHA1\"", "oauth_timestamp=", "oauth_token=\"example-access-token\"",
            "oauth_version=\"1.0\"",
        ].allSatisfy { value.contains($0) }
    }

    private static func fault(_ event: JSONTree) -> String? {
        guard let time = event["conversion_time"]?.string, time.hasSuffix("Z"), time.utf8.count == 24 else {
            return "conversion_time is no time"
        }
        guard event["event_id"]?.string == "tw-o8z6j-ol288" else { return "Event_id is not a single event tag" }
        let identifiers = event["identifiers"]?.elements ?? []
        guard !identifiers.isEmpty else { return "At least one user identifier must be provided" }
        for identifier in identifiers {
            for key in ["hashed_email", "hashed_phone_number"] {
                if let hash = identifier[key], !hash.isSHA256 { return "\(key) is not a valid SHA-256 hash" }
            }
        }
        if let value = event["value"], value.string?.contains(".") != true { return "value must be decimal text" }
        if event["value"] != nil, event["price_currency"]?.string?.count != 3 { return "price_currency is missing" }
        let prices = event["contents"]?.elements.compactMap { $0["content_price"] } ?? []
        return prices.allSatisfy { $0.string?.contains(".") == true } ? nil : "content_price must be decimal text"
    }

    static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        let faults = events.compactMap(\.fault)
        guard faults.isEmpty else { return error("INVALID_PARAMETER", faults[0], status: 400) }
        return .status(
            200,
            body:
                #"{"request":{"params":{"account_id":"18ce"}},"data":{"conversions_processed":\#(events.count),"debug_id":"ff02"}}"#
        )
    }

    private static func error(_ code: String, _ message: String, status: Int) -> TestReceiver.Answer {
        .status(status, body: #"{"errors":[{"code":"\#(code)","message":"\#(message)"}],"request":{"params":{}}}"#)
    }

    static let badToken = error("UNAUTHORIZED_ACCESS", "This request is not properly authenticated", status: 401)
    static let throttled = TestReceiver.Answer.status(
        429, body: #"{"errors":[{"code":"TOO_MANY_REQUESTS","message":"Too many requests"}]}"#)
}
