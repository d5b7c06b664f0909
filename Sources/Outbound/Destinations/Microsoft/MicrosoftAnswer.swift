import JSON
import Platform

/// What Microsoft's answer says of one event (reference microsoft, 1.4).
private struct MicrosoftFault {
    let isWarning: Bool
    let words: String
}

extension MicrosoftAPI {
    /// A token works about 15 minutes after it was made; so long it is asked again (section 1.4).
    private static let activationTime = Duration.seconds(30 * 60)

    /// Each listed event by itself; what is not listed in a refused request was not looked at and goes again.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = PlatformAnswer(response)
        let trace = answer["traceId"]?.string.map { " (trace \(PlatformWords.clean($0)))" } ?? ""
        let faults = Self.faults(answer, trace: trace)
        let retryAfter = response.retryAfter(at: time)
        let all = { (verdict: AttemptVerdict, words: String?) in
            Array(repeating: PartOutcome(verdict, words), count: parts.count)
        }
        switch response.statusCode {
        case 200...299:
            return parts.indices.map { index in
                guard let fault = faults[index] else { return PartOutcome(.accepted) }
                return PartOutcome(fault.isWarning ? .accepted : .rejected, fault.words)
            }
        case 400 where faults.contains { !$0.value.isWarning }:
            return parts.indices.map { index in
                guard let fault = faults[index], !fault.isWarning else { return PartOutcome(.apart) }
                return PartOutcome(.rejected, fault.words)
            }
        case 400: return all(parts.count > 1 ? .apart : .rejected, Self.words(answer, trace: trace))
        case 401:
            return all(
                .doubtful(.early(Self.activationTime)),
                "Unauthorized: make a new token for the tag (a new one takes 15 minutes)")
        case 403:
            return all(.refused, Self.words(answer, trace: trace) ?? "the account may not use the Conversions API")
        case 404: return all(.refused, "there is no such tag")
        case 429: return all(.throttled(retryAfter: retryAfter), Self.words(answer, trace: trace))
        case 408, 500...599: return all(.transient(retryAfter: retryAfter), Self.words(answer, trace: trace))
        default: return all(.rejected, Self.words(answer, trace: trace))
        }
    }

    /// The listed faults by index, an error before a warning; never the value that was at fault.
    private static func faults(_ answer: PlatformAnswer, trace: String) -> [Int: MicrosoftFault] {
        var faults: [Int: MicrosoftFault] = [:]
        let code = answer["error", "code"]?.string ?? "ValidationError"
        for detail in answer.elements("error", "details") {
            guard let index = detail["index"]?.int64.map(Int.init(clamping:)) else { continue }
            let isWarning = detail["isWarning"]?.bool ?? false
            if let known = faults[index], !known.isWarning { continue }
            let property = detail["propertyName"]?.string ?? "event"
            let message = detail["errorMessage"]?.string ?? detail["errorCode"]?.idText ?? "is not accepted"
            faults[index] = MicrosoftFault(
                isWarning: isWarning, words: PlatformWords.clean("\(code) \(property): \(message)") + trace)
        }
        return faults
    }

    private static func words(_ answer: PlatformAnswer, trace: String) -> String? {
        guard let code = answer["error", "code"]?.idText else { return nil }
        return PlatformWords.clean("\(code) \(answer["error", "message"]?.string ?? "")") + trace
    }
}
