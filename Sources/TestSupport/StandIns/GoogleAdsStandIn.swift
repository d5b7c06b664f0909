import JSON

/// Google's Data Manager API and its token endpoint as far as their reference says what they check (reference
/// google_ads, section 1).
enum GoogleAdsStandIn: StandInAPI {
    static let kind = "google_ads"
    static let settings = [
        "customer_id=123-456-7890", "conversion_actions.purchase=778899001", "client_id=example-client-id",
        "client_secret=example-client-secret", "refresh_token=example-refresh-token",
    ]
    static let tokenPath: String? = "/token"
    static let isAllOrNothing = true

    static func read(_ request: TestReceiver.Request) -> StandInReading {
        if request.method == "POST", request.target == "/token" { return .refused(token(request)) }
        guard request.method == "POST", request.target == "/v1/events:ingest" else { return .refused(.status(404)) }
        guard request.value(of: "Authorization") == "Bearer example-fresh-token" else { return .refused(badToken) }
        guard let body = request.json, body["encoding"]?.string == "HEX",
            let destinations = body["destinations"]?.elements, (1...10).contains(destinations.count),
            let events = body["events"]?.elements, (1...2000).contains(events.count)
        else { return .refused(error([("events", "REQUIRED_FIELD_MISSING", "missing")])) }
        guard destinations[0].at("operatingAccount.accountId")?.string == "1234567890",
            destinations[0]["productDestinationId"]?.string == "778899001"
        else {
            return .refused(error([("destinations[0].product_destination_id", "INVALID_CONVERSION_ACTION_ID", "no")]))
        }
        let references = Set(destinations.compactMap { $0["reference"]?.string })
        return .events(
            events.map { StandInEvent(id: $0["transactionId"]?.string ?? "", fault: fault($0, references)) })
    }

    /// The grant of RFC 6749, section 6, as a form.
    private static func token(_ request: TestReceiver.Request) -> TestReceiver.Answer {
        let fields = Set(request.text.split(separator: "&").map(String.init))
        let wanted: Set = [
            "grant_type=refresh_token", "client_id=example-client-id", "client_secret=example-client-secret",
            "refresh_token=example-refresh-token",
        ]
        guard wanted.isSubset(of: fields) else { return .status(400, body: #"{"error":"invalid_grant"}"#) }
        return .status(
            200, body: #"{"access_token":"example-fresh-token","expires_in":3599,"token_type":"Bearer"}"#)
    }

    private static func fault(_ event: JSONTree, _ references: Set<String>) -> String? {
        guard event["destinationReferences"]?.elements.compactMap(\.string).allSatisfy(references.contains) == true
        else {
            return "destination_references"
        }
        guard let time = event["eventTimestamp"]?.string, time.hasSuffix("Z") else { return "event_timestamp" }
        let identifiers = event.at("userData.userIdentifiers")?.elements ?? []
        guard event["adIdentifiers"] != nil || !identifiers.isEmpty else { return "NO_IDENTIFIERS_PROVIDED" }
        guard identifiers.count <= 10 else { return "TOO_MANY_USER_IDENTIFIERS" }
        for identifier in identifiers {
            let hashes = [
                identifier["emailAddress"], identifier["phoneNumber"], identifier.at("address.givenName"),
                identifier.at("address.familyName"),
            ].compactMap { $0 }
            guard !hashes.isEmpty, hashes.allSatisfy(\.isSHA256) else { return "INVALID_SHA256_FORMAT" }
        }
        if (event["conversionValue"] == nil) != (event["currency"] == nil) { return "INVALID_CURRENCY_CODE" }
        return nil
    }

    static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        let faults = events.enumerated().compactMap { index, event in
            event.fault.map { ("events[\(index)].transaction_id", "INVALID_EVENT", $0) }
        }
        return faults.isEmpty ? .status(200, body: #"{"requestId":"r-1"}"#) : error(faults)
    }

    private static func error(_ faults: [(String, String, String)]) -> TestReceiver.Answer {
        let violations = faults.map { #"{"field":"\#($0.0)","reason":"\#($0.1)","description":"\#($0.2)"}"# }
        return .status(
            400,
            body:
                #"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"There was a problem with the request.","#
                + #""details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[\#(violations.joined(separator: ","))]}]}}"#
        )
    }

    static let badToken = TestReceiver.Answer.status(
        401,
        body:
            #"{"error":{"code":401,"status":"UNAUTHENTICATED","message":"Request had invalid authentication credentials."}}"#
    )
    static let throttled = TestReceiver.Answer.status(
        429, body: #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded"}}"#)
}
