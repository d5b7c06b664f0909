import JSON
public import Platform

/// Pinterest's answer (reference pinterest, section 6).
struct PinterestAnswer {
    /// What an answer means for a request.
    enum Meaning: Equatable {
        /// What became of each event is said one by one.
        case looked
        /// Try again.
        case transient
        /// Try again, and slower.
        case throttled
        /// Token, permission or ad account.
        case refused
        /// The body is wrong; which event is not said.
        case invalid
    }

    /// What became of one event.
    struct Entry: Equatable {
        var isFailed: Bool
        /// The reason, or a warning.
        var words: String?
    }

    let meaning: Meaning
    /// The platform's words: `[code] message`.
    let words: String?
    /// One for each event of the request, in its order, if the answer is about them.
    let entries: [Entry]

    init(_ response: HTTPResponse) {
        let answer = PlatformAnswer(response)
        let code = answer["code"]?.idText ?? ""
        words = answer["message"]?.string.map { (code.isEmpty ? "" : "[\(code)] ") + PlatformWords.clean($0) }
        let list = answer.elements("events")
        entries = (list.isEmpty ? answer.elements("details", "events") : list).map { entry in
            let isFailed = entry["status"]?.string?.lowercased() == "failed"
            let text = (isFailed ? entry["error_message"].ifText : nil) ?? entry["warning_message"].ifText
            return Entry(isFailed: isFailed, words: text?.string.map(PlatformWords.clean))
        }
        meaning =
            switch response.statusCode {
            case 200...299: answer.isObject ? .looked : .transient
            case 422 where !entries.isEmpty: .looked
            case 401, 403, 404: .refused
            case 429: .throttled
            case 408, 425, 500...599: .transient
            default: .invalid
            }
    }

    /// What it says about the credentials when a test event is sent.
    var finding: CredentialCheck.Finding {
        switch meaning {
        case .looked: .valid
        case .refused: .invalid(words ?? "the token or the ad account is refused")
        case .transient, .throttled, .invalid: .unknown(words ?? "Pinterest did not say")
        }
    }
}

extension PinterestAPI {
    /// Each event by itself; a body that is wrong as a whole is taken apart.
    public func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = PinterestAnswer(response)
        let retryAfter = response.retryAfter(at: time)
        let verdict: AttemptVerdict
        switch answer.meaning {
        case .looked where answer.entries.count == parts.count:
            return answer.entries.map { PartOutcome($0.isFailed ? .rejected : .accepted, $0.words) }
        // Without an entry for each event it cannot be told which of them failed, if one did.
        case .looked: verdict = answer.entries.contains { $0.isFailed } ? .apart : .accepted
        case .transient: verdict = .transient(retryAfter: retryAfter)
        case .throttled: verdict = .throttled(retryAfter: retryAfter)
        case .refused: verdict = .refused
        case .invalid: verdict = parts.count > 1 ? .apart : .rejected
        }
        return Array(repeating: PartOutcome(verdict, answer.words), count: parts.count)
    }
}
