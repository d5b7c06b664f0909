import JSON
import Platform

/// Google's answer, of both APIs (reference google_ads, 1.4 and 2.2).
struct GoogleAdsAnswer {
    /// One fault, of one event or of the request.
    struct Fault {
        /// The event's place; nil if it is about something else.
        let index: Int?
        let reason: String
        let words: String
    }

    let status: Int
    let faults: [Fault]
    /// The platform's words for the request as a whole.
    let words: String
    private let quota: String?

    init(_ response: HTTPResponse) {
        let answer = PlatformAnswer(response)
        status = response.statusCode
        var faults: [Fault] = []
        var reason: String?
        var quota: String?
        for detail in answer.elements("error", "details") + answer.elements("partialFailureError", "details") {
            faults += detail["fieldViolations"]?.elements.map(Self.violation) ?? []
            faults += detail["errors"]?.elements.map(Self.failure) ?? []
            reason = reason ?? detail["reason"]?.string
            quota = quota ?? detail["metadata"]?["quota_limit"]?.string
        }
        self.faults = faults
        self.quota = quota
        let name = faults.first { $0.index == nil }?.reason ?? reason ?? answer["error", "status"]?.string
        let message = faults.first { $0.index == nil }?.words ?? answer["error", "message"]?.string
        words = PlatformWords.clean([name, message].compactMap { $0 }.joined(separator: " "))
    }

    /// A fault of the Data Manager: `events[3].user_data…` or `destinations[0]…`.
    private static func violation(_ value: JSONValue) -> Fault {
        let field = value["field"]?.string ?? ""
        let reason = value["reason"]?.string ?? "INVALID_ARGUMENT"
        let words = [reason, field, value["description"]?.string ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        var index: Int?
        if let start = field.firstRange(of: "events[") {
            index = Int(field[start.upperBound...].prefix { $0.isNumber })
        }
        return Fault(index: index, reason: reason, words: PlatformWords.clean(words))
    }

    /// A fault of the Google Ads API, whose JSON leaves out an index of 0.
    private static func failure(_ value: JSONValue) -> Fault {
        let reason = value["errorCode"]?.members.lazy.compactMap { $0.value.string }.first ?? "UNKNOWN"
        var index: Int?
        for element in value["location"]?["fieldPathElements"]?.elements.map({ $0 }) ?? [] {
            let name = element["fieldName"]?.string
            guard name == "conversions" || name == "conversion_adjustments" || name == "conversionAdjustments" else {
                continue
            }
            index = element["index"]?.int64.map { Int(clamping: $0) } ?? 0
        }
        return Fault(
            index: index, reason: reason,
            words: PlatformWords.clean("\(reason) \(value["message"]?.string ?? "")"))
    }

    /// Whether all that is wrong is wrong with events.
    var isAboutEventsOnly: Bool { !faults.isEmpty && faults.allSatisfy { $0.index != nil } }

    /// How long until a daily quota is there again: midnight in California, taken as 8:00 UTC; nil for other quotas.
    func quotaWait(at time: Timestamp) -> RetryAfter? {
        guard let quota, quota.lowercased().contains("day") else { return nil }
        let day: Int64 = 86_400
        let next = ((time.seconds - 8 * 3600) / day + 1) * day + 8 * 3600
        return .date(Timestamp(seconds: next))
    }
}

/// What a reason means for an event.
private enum GoogleAdsReason {
    /// Google had it already, or found nobody: as good as delivered.
    static let delivered: Set<String> = [
        "CLICK_CONVERSION_ALREADY_EXISTS", "ORDER_ID_ALREADY_IN_USE", "CLICK_NOT_FOUND", "EVENT_NOT_FOUND",
        "CONVERSION_ALREADY_RETRACTED", "RESTATEMENT_ALREADY_EXISTS", "MORE_RECENT_RESTATEMENT_FOUND",
        "CONVERSION_ALREADY_ENHANCED",
    ]
    /// Not yet: in some hours.
    static let tooRecent: Set<String> = [
        "CONVERSION_ACTION_TOO_RECENTLY_CREATED", "TOO_RECENT_CLICK", "TOO_RECENT_EVENT", "TOO_RECENT_CALL",
        "TOO_RECENT_CONVERSION_ACTION", "TOO_RECENT_CONVERSION",
    ]
    static let transient: Set<String> = [
        "INTERNAL_ERROR", "TRANSIENT_ERROR", "RESOURCE_TEMPORARILY_EXHAUSTED", "CONCURRENT_MODIFICATION",
    ]
    /// Account, permission, action, version: nothing that an event could mend.
    static let configuration: Set<String> = [
        "PERMISSION_DENIED", "NOT_ALLOWLISTED", "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH",
        "TERMS_AND_CONDITIONS_NOT_SIGNED", "INVALID_CONVERSION_ACTION_ID", "INVALID_CONVERSION_ACTION_TYPE",
        "INVALID_DESTINATION", "DESTINATION_ACCOUNT_TYPE_MISMATCH", "EVENT_SOURCE_AND_DESTINATION_MISMATCH",
        "NO_CONVERSION_ACTION_FOUND", "UNAUTHORIZED_CUSTOMER", "INVALID_CUSTOMER_FOR_CLICK",
        "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS", "CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS",
        "CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS", "CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME",
        "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE", "CUSTOMER_NOT_FOUND", "USER_PERMISSION_DENIED",
        "DEVELOPER_TOKEN_NOT_APPROVED", "DEVELOPER_TOKEN_PROHIBITED", "UNSUPPORTED_VERSION", "OAUTH_TOKEN_REVOKED",
        "OAUTH_TOKEN_DISABLED", "TWO_STEP_VERIFICATION_NOT_ENROLLED",
    ]
    /// The batch has one event twice: one of them goes again, alone.
    static let duplicates: Set<String> = ["DUPLICATE_ORDER_ID", "DUPLICATE_CLICK_CONVERSION_IN_REQUEST"]

    static func isConfiguration(_ reason: String) -> Bool {
        configuration.contains(reason) || reason.hasPrefix("DESTINATION_ACCOUNT_")
    }

    static func verdict(_ reason: String) -> AttemptVerdict {
        if delivered.contains(reason) { return .accepted }
        if tooRecent.contains(reason) { return .transient(retryAfter: .delay(.seconds(6 * 3600))) }
        if transient.contains(reason) { return .transient(retryAfter: nil) }
        if duplicates.contains(reason) { return .apart }
        return isConfiguration(reason) ? .refused : .rejected
    }
}

extension GoogleAdsAPI {
    /// The Data Manager takes all or nothing and names the culprits; the Google Ads API answers for each event.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = GoogleAdsAnswer(response)
        let retryAfter =
            answer.quotaWait(at: time) ?? response.retryAfter(at: time)
        let all = { (verdict: AttemptVerdict) in
            Array(repeating: PartOutcome(verdict, answer.words.isEmpty ? nil : answer.words), count: parts.count)
        }
        switch response.statusCode {
        case 200...299: return eachByItself(answer, parts)
        case 400: return sunk(answer, parts)
        case 401:
            return all(GoogleAdsReason.isConfiguration(answer.faults.first?.reason ?? "") ? .refused : .unauthorized)
        case 403, 404: return all(.refused)
        case 429: return all(.throttled(retryAfter: retryAfter))
        case 408, 500...599: return all(.transient(retryAfter: retryAfter))
        default: return all(.rejected)
        }
    }

    private func eachByItself(_ answer: GoogleAdsAnswer, _ parts: [[UInt8]]) -> [PartOutcome] {
        let faults = Dictionary(answer.faults.compactMap { fault in fault.index.map { ($0, fault) } }) { first, _ in
            first
        }
        return parts.indices.map { index in
            guard let fault = faults[index] else { return PartOutcome(.accepted) }
            return PartOutcome(GoogleAdsReason.verdict(fault.reason), fault.words)
        }
    }

    private func sunk(_ answer: GoogleAdsAnswer, _ parts: [[UInt8]]) -> [PartOutcome] {
        if let fault = answer.faults.first(where: { $0.index == nil && GoogleAdsReason.isConfiguration($0.reason) }) {
            return Array(repeating: PartOutcome(.refused, fault.words), count: parts.count)
        }
        let faults = Dictionary(answer.faults.compactMap { fault in fault.index.map { ($0, fault) } }) { first, _ in
            first
        }
        guard !faults.isEmpty else {
            return Array(repeating: PartOutcome(parts.count > 1 ? .apart : .rejected, answer.words), count: parts.count)
        }
        return parts.indices.map { index in
            guard let fault = faults[index] else { return PartOutcome(.apart) }
            return PartOutcome(GoogleAdsReason.verdict(fault.reason), fault.words)
        }
    }
}
