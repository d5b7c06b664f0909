import JSON
public import Platform

/// Snap's answer, read leniently, as its shape is not promised (reference snapchat, section 6).
struct SnapchatAnswer {
    /// What an answer means for a request.
    enum Meaning: Equatable {
        case accepted
        /// Try again.
        case transient
        /// Try again, and slower.
        case throttled
        /// Token or asset.
        case refused
        /// One of the events is bad: the one whose place is named, if one is.
        case event(Int?)
    }

    let meaning: Meaning
    /// The platform's words: `[event place] reason`.
    let words: String?
    /// What the validation found wrong, by the event's place.
    let faults: [Int: String]

    init(_ response: HTTPResponse) {
        let answer = PlatformAnswer(response)
        let place = answer["event"]?.int64.map { Int(clamping: $0) }
        let reason = Self.reason(answer.elements("errors", "error_msgs")) ?? answer["reason"]?.string
        let text = reason.map(PlatformWords.clean)
        let status = answer["status"]?.string?.uppercased() ?? ""
        let isInvalid = status == "INVALID" || status == "ERROR" || status == "FAILED"
        words = text.map { (place.map { "[event \($0)] " } ?? "") + $0 }
        faults = Self.faults(answer)
        switch response.statusCode {
        case 401, 403, 404: meaning = .refused
        case 429: meaning = .throttled
        case 408, 425, 500...599: meaning = .transient
        case 200...299 where !answer.isObject && !response.body.isEmpty: meaning = .transient
        case 200...299 where !isInvalid: meaning = .accepted
        default: meaning = Self.namesToken(answer["param"]?.string, text) ? .refused : .event(place)
        }
    }

    /// A 400 tells a bad token from a bad event by its words only (section 6).
    private static func namesToken(_ parameter: String?, _ text: String?) -> Bool {
        if parameter == "access_token" { return true }
        let text = text?.lowercased() ?? ""
        return text.contains("access token") || text.contains("access_token")
    }

    private static func reason(_ messages: [JSONValue]) -> String? {
        let texts = messages.compactMap(\.string)
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    private static func faults(_ answer: PlatformAnswer) -> [Int: String] {
        var faults: [Int: String] = [:]
        for entry in answer.elements("event_logs") {
            guard let place = entry["event"]?.int64, entry["status"]?.string?.uppercased() == "INVALID" else {
                continue
            }
            let messages = entry["errors"]?["error_msgs"].map { Array($0.elements) } ?? []
            faults[Int(clamping: place)] = PlatformWords.clean("[event \(place)] " + (reason(messages) ?? "invalid"))
        }
        return faults
    }

    /// What it says about the credentials when an event is checked only.
    var finding: CredentialCheck.Finding {
        switch meaning {
        case .accepted: .valid
        case .refused: .invalid(words ?? "the token, or the pixel or app, is refused")
        case .transient, .throttled, .event: .unknown(words ?? "Snap did not say")
        }
    }
}

extension SnapchatAPI {
    /// A bad event sinks its request: if Snap says which, the others go again without it.
    public func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = SnapchatAnswer(response)
        let retryAfter = response.retryAfter(at: time)
        let verdict: AttemptVerdict
        switch answer.meaning {
        // The validation looks at every event.
        case .accepted where !answer.faults.isEmpty, .event where !answer.faults.isEmpty:
            return parts.indices.map { index in
                answer.faults[index].map { PartOutcome(.rejected, $0) } ?? PartOutcome(.accepted)
            }
        case .accepted: verdict = .accepted
        case .event(let place?) where parts.indices.contains(place):
            return parts.indices.map { PartOutcome($0 == place ? .rejected : .apart, answer.words) }
        case .event: verdict = parts.count > 1 ? .apart : .rejected
        case .transient: verdict = .transient(retryAfter: retryAfter)
        case .throttled: verdict = .throttled(retryAfter: retryAfter)
        case .refused: verdict = .refused
        }
        // The words of a success say nothing.
        return Array(
            repeating: PartOutcome(verdict, answer.meaning == .accepted ? nil : answer.words), count: parts.count)
    }
}
