import JSON

/// LinkedIn's Conversions API as far as its reference says what it checks (reference linkedin, sections 1, 2 and 6).
enum LinkedInStandIn: StandInAPI {
    static let kind = "linkedin"
    static let settings = [
        "conversion_rules.lead=1234567", "access_token=example-access-token",
    ]
    static let isAllOrNothing = true

    private static let infoKeys: Set<String> = ["firstName", "lastName", "title", "companyName", "countryCode"]
    private static let idTypes: Set<String> = [
        "SHA256_EMAIL", "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "PLAINTEXT_IP_ADDRESS", "ACXIOM_ID", "GOOGLE_AID",
    ]

    static func read(_ request: TestReceiver.Request) -> StandInReading {
        guard request.method == "POST", request.target == "/rest/conversionEvents" else {
            return .refused(.status(404))
        }
        guard let version = request.value(of: "LinkedIn-Version") else {
            return .refused(.status(400, body: #"{"status":400,"code":"VERSION_MISSING","message":"no version"}"#))
        }
        guard version >= "202601" else { return .refused(.status(426)) }
        guard request.value(of: "Authorization") == "Bearer example-access-token" else { return .refused(badToken) }
        guard request.value(of: "X-RestLi-Method") == "BATCH_CREATE",
            request.value(of: "X-Restli-Protocol-Version") == "2.0.0",
            let elements = request.json?["elements"]?.elements, (1...5000).contains(elements.count)
        else { return .refused(.status(422, body: #"{"message":"ERROR :: /elements :: is wrong","status":422}"#)) }
        return .events(elements.map { StandInEvent(id: $0["eventId"]?.string ?? "", fault: fault($0)) })
    }

    private static func fault(_ element: JSONTree) -> String? {
        guard element["conversion"]?.string == "urn:lla:llaPartnerConversion:1234567" else { return "/conversion" }
        guard let time = element["conversionHappenedAt"]?.int, time > 1_000_000_000_000 else {
            return "/conversionHappenedAt"
        }
        if let value = element["conversionValue"] {
            guard let amount = value["amount"]?.string, Double(amount) != nil else {
                return "/conversionValue/amount :: cannot be coerced to String"
            }
            guard value["currencyCode"]?.string?.count == 3 else { return "/conversionValue/currencyCode" }
        }
        if let id = element["eventId"]?.string, id.count > 64 { return "/eventId" }
        guard let user = element["user"], case .array(let ids)? = user["userIds"] else { return "/user/userIds" }
        let types = ids.compactMap { $0["idType"]?.string }
        guard types.allSatisfy(idTypes.contains), Set(types).count == types.count else {
            return "/user/userIds/0/idType"
        }
        for id in ids where id["idType"]?.string == "SHA256_EMAIL" && id["idValue"]?.isSHA256 != true {
            return "/user/userIds/0/idValue"
        }
        if let info = user["userInfo"] {
            guard Set(info.members.keys).isSubset(of: infoKeys), info["firstName"] != nil, info["lastName"] != nil
            else {
                return "/user/userInfo/firstName :: field is required"
            }
        }
        return ids.isEmpty && user["userInfo"] == nil && user["lead"] == nil ? "/user/userIds :: is empty" : nil
    }

    static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer {
        let lines = events.enumerated().compactMap { index, event in
            event.fault.map { "Index: \(index), ERROR :: \($0)" }
        }
        guard lines.isEmpty else {
            return .status(422, body: #"{"message":"\#(lines.joined(separator: "\\n"))","status":422}"#)
        }
        let statuses = events.map { _ in #"{"status":201}"# }.joined(separator: ",")
        return .status(200, body: #"{"elements":[\#(statuses)]}"#)
    }

    static let badToken = TestReceiver.Answer.status(
        401,
        body:
            #"{"status":401,"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN","message":"The token has been revoked"}"#
    )
    static let throttled = TestReceiver.Answer.status(
        429, body: #"{"message":"Resource level throttle limit for calls to this resource is reached.","status":429}"#)
}
