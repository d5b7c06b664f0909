import JSON

/// Microsoft's UET Conversions API as far as its reference says what it checks (reference microsoft, section 1).
enum MicrosoftStandIn: StandInAPI {
    static let kind = "microsoft"
    static let settings = ["tag_id=187012345", "api_token=example-uet-token"]
    static let isAllOrNothing = false

    static func read(_ request: TestReceiver.Request) -> StandInReading {
        guard request.method == "POST", request.target == "/v1/187012345/events" else { return .refused(.status(404)) }
        guard request.value(of: "Authorization") == "Bearer example-uet-token" else { return .refused(badToken) }
        guard let body = request.json, let events = body["data"]?.elements, (1...1000).contains(events.count),
            request.body.count <= 1_000_000
        else { return .refused(.status(400, body: #"{"error":{"code":"BadRequest","message":"data is empty"}}"#)) }
        guard body["continueOnValidationError"] == .bool(true), body["dataProvider"]?.string == "tracklayer" else {
            return .refused(.status(400, body: #"{"error":{"code":"BadRequest","message":"flags"}}"#))
        }
        return .events(events.map { StandInEvent(id: $0["eventId"]?.string ?? "", fault: fault($0)) })
    }

    private static func fault(_ event: JSONTree) -> String? {
        guard let type = event["eventType"]?.string, type == "pageLoad" || type == "custom" else { return "eventType" }
        if type == "custom", event["eventName"]?.string?.isEmpty != false { return "eventName is required" }
        if type == "pageLoad", event["eventSourceUrl"] == nil { return "eventSourceUrl is required" }
        guard let time = event["eventTime"]?.int, (1_000_000_000...9_999_999_999).contains(time) else {
            return "eventTime is no time in seconds"
        }
        if let consent = event["adStorageConsent"]?.string, consent != "G", consent != "D" { return "adStorageConsent" }
        let person = event["userData"] ?? .null
        let keys = ["anonymousId", "externalId", "em", "ph", "msclkid", "idfa", "gaid"]
        guard keys.contains(where: { person[$0] != nil }) else { return "userData needs an identifier" }
        for key in ["em", "ph"] {
            if let hash = person[key], !hash.isSHA256 { return "'\(key)' must be a valid SHA256 string" }
        }
        let order = event["customData"] ?? .null
        if (order["value"] == nil) != (order["currency"] == nil) { return "value and currency go together" }
        guard case .object(let members) = order, members.isEmpty else { return nil }
        return "customData is empty"
    }

    static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        let details = events.enumerated().compactMap { index, event in
            event.fault.map {
                #"{"index":\#(index),"propertyName":"eventId","attemptedValue":"secret","errorMessage":"\#($0)","isWarning":false}"#
            }
        }
        let error =
            details.isEmpty
            ? ""
            : #","error":{"code":"ValidationError","message":"bad","details":[\#(details.joined(separator: ","))]}"#
        return .status(200, body: #"{"eventsReceived":\#(events.count)\#(error),"traceId":"0af3"}"#)
    }

    static let badToken = TestReceiver.Answer.status(
        401, body: #"{"error":{"code":"Unauthorized","message":"token"}}"#)
    static let throttled = TestReceiver.Answer.status(429)
}
