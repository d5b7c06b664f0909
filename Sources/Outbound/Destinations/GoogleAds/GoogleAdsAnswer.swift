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
    /// What is wrong with the request as a whole; nil if nothing is, or if only events are at fault.
    let general: Fault?
    /// For each event whether the Google Ads API has it; nil if the answer does not tell, as the Data Manager's.
    private let rows: [Bool]?
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
        let partial = answer["partialFailureError"]
        let fault =
            faults.first { $0.index == nil && GoogleAdsReason.isGeneral($0.reason) }
            ?? faults.first { $0.index == nil }
        let name = reason ?? answer["error", "status"]?.string
        let message = answer["error", "message"]?.string ?? partial?["message"]?.string
        words = fault?.words ?? PlatformWords.clean([name, message].compactMap { $0 }.joined(separator: " "))
        let isUnexplained = faults.isEmpty && (answer["error"] != nil || partial != nil)
        general = fault ?? (isUnexplained ? Fault(index: nil, reason: name ?? "UNKNOWN", words: words) : nil)
        rows =
            answer["results"] != nil || partial != nil
            ? answer.elements("results").map { $0.kind == .object && $0.count > 0 } : nil
        withExtendedLifetime(answer) {}
    }

    /// Whether the Google Ads API says that it has the event at a place; nil if it says nothing of events.
    func hasEvent(at index: Int) -> Bool? { rows.map { index < $0.count && $0[index] } }

    /// The fault of the event at a place.
    func fault(ofEvent index: Int) -> Fault? { faults.first { $0.index == index } }

    /// What no event could mend, wherever it is said.
    var configurationFault: Fault? { faults.first { GoogleAdsReason.isConfiguration($0.reason) } }

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

    /// Whether no fault names an event.
    var isAboutNoEvent: Bool { faults.allSatisfy { $0.index == nil } }

    /// Whether all that is wrong is wrong with events.
    var isAboutEventsOnly: Bool { !faults.isEmpty && faults.allSatisfy { $0.index != nil } }

    /// How long until a daily quota is there again; nil for other quotas.
    ///
    /// The Data Manager names the quota. That of the Google Ads API has a reason of its own.
    func quotaWait(at time: Timestamp) -> RetryAfter? {
        let isDaily =
            quota?.lowercased().contains("day") ?? faults.contains { GoogleAdsReason.dailyQuota == $0.reason }
        return isDaily ? GoogleAdsReason.nextDay(after: time) : nil
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
        "TOO_RECENT_CONVERSION_ACTION",
    ]
    /// An adjustment before its conversion is there: tomorrow.
    static let tooRecentConversion = "TOO_RECENT_CONVERSION"
    /// The quota of the day is used up.
    static let dailyQuota = "RESOURCE_EXHAUSTED"
    static let transient: Set<String> = [
        "INTERNAL_ERROR", "TRANSIENT_ERROR", "RESOURCE_TEMPORARILY_EXHAUSTED", "CONCURRENT_MODIFICATION",
        "DEADLINE_EXCEEDED",
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

    /// Midnight in California, taken as 8:00 UTC.
    static func nextDay(after time: Timestamp) -> RetryAfter {
        let day: Int64 = 86_400
        return .date(Timestamp(seconds: ((time.seconds - 8 * 3600) / day + 1) * day + 8 * 3600))
    }

    static func verdict(_ reason: String, at time: Timestamp) -> AttemptVerdict {
        if delivered.contains(reason) { return .accepted }
        if tooRecent.contains(reason) { return .transient(retryAfter: .delay(.seconds(6 * 3600))) }
        if reason == tooRecentConversion { return .transient(retryAfter: .delay(.seconds(24 * 3600))) }
        if reason == dailyQuota { return .transient(retryAfter: nextDay(after: time)) }
        if transient.contains(reason) { return .transient(retryAfter: nil) }
        if duplicates.contains(reason) { return .apart }
        return isConfiguration(reason) ? .refused : .rejected
    }

    /// Whether a reason says something of all events alike: that they must wait, or that the settings are wrong.
    static func isGeneral(_ reason: String) -> Bool {
        switch verdict(reason, at: Timestamp(seconds: 0)) {
        case .transient, .refused: true
        default: false
        }
    }
}

extension GoogleAdsAPI {
    /// The Data Manager takes all or nothing and names the culprits; the Google Ads API answers for each event.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = GoogleAdsAnswer(response)
        let retryAfter = answer.quotaWait(at: time) ?? response.retryAfter(at: time)
        let all = { (verdict: AttemptVerdict) in
            Array(repeating: PartOutcome(verdict, answer.words.isEmpty ? nil : answer.words), count: parts.count)
        }
        switch response.statusCode {
        case 200...299: return parts.indices.map { outcome(ofEvent: $0, answer, at: time) }
        case 400: return sunk(answer, parts, at: time)
        case 401:
            return all(GoogleAdsReason.isConfiguration(answer.faults.first?.reason ?? "") ? .refused : .unauthorized)
        case 403, 404: return all(.refused)
        case 429: return all(.throttled(retryAfter: retryAfter))
        case 408, 500...599: return all(.transient(retryAfter: retryAfter))
        default: return all(.rejected)
        }
    }

    /// What 2xx means for one event.
    ///
    /// An event that the Google Ads API neither has nor finds fault with goes again; what is only checked has no results.
    private func outcome(ofEvent index: Int, _ answer: GoogleAdsAnswer, at time: Timestamp) -> PartOutcome {
        if let fault = answer.fault(ofEvent: index) {
            return PartOutcome(GoogleAdsReason.verdict(fault.reason, at: time), fault.words)
        }
        if answer.hasEvent(at: index) ?? true { return PartOutcome(.accepted) }
        guard let fault = answer.general else {
            return options.validatesOnly
                ? PartOutcome(.accepted) : PartOutcome(.transient(retryAfter: nil), "no result for this event")
        }
        let verdict = GoogleAdsReason.verdict(fault.reason, at: time)
        return PartOutcome(
            GoogleAdsReason.isGeneral(fault.reason) ? verdict : .transient(retryAfter: nil), fault.words)
    }

    private func sunk(_ answer: GoogleAdsAnswer, _ parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        if let fault = answer.general, GoogleAdsReason.isGeneral(fault.reason) {
            let verdict = GoogleAdsReason.verdict(fault.reason, at: time)
            return Array(repeating: PartOutcome(verdict, fault.words), count: parts.count)
        }
        guard !answer.isAboutNoEvent else {
            return Array(repeating: PartOutcome(parts.count > 1 ? .apart : .rejected, answer.words), count: parts.count)
        }
        return parts.indices.map { index in
            guard let fault = answer.fault(ofEvent: index) else { return PartOutcome(.apart) }
            return PartOutcome(GoogleAdsReason.verdict(fault.reason, at: time), fault.words)
        }
    }
}
