import JSON
public import Platform

/// Reddit's answer (reference reddit, section 6).
struct RedditAnswer {
    /// What an answer means for a request.
    enum Meaning: Equatable {
        case accepted
        /// Try again.
        case transient
        /// Try again, and slower.
        case throttled
        /// Token or pixel.
        case refused
        /// The edge before the API, for a reason that may pass.
        case blocked
        /// Events are bad; which ones is in ``RedditAnswer/faults``, if it is said.
        case events
    }

    let meaning: Meaning
    /// The platform's words: `[code] message`.
    let words: String?
    /// What is wrong with events, by their place.
    let faults: [Int: String]

    init(_ response: HTTPResponse) {
        let answer = PlatformAnswer(response)
        let code = answer["error", "code"]?.idText
        let prefix = code.map { "[\($0)] " } ?? ""
        var faults: [Int: String] = [:]
        var texts: [String] = []
        for field in answer.elements("error", "fields") {
            let name = field["field"]?.string ?? ""
            let text = (name.isEmpty ? "" : "\(name): ") + (field["message"]?.string ?? "is wrong")
            texts.append(text)
            guard let place = Self.place(in: name) else { continue }
            faults[place] = faults[place].map { "\($0); \(text)" } ?? prefix + text
        }
        self.faults = faults.mapValues(PlatformWords.clean)
        let explanation = answer["error", "explanation"]?.string
        let text =
            texts.isEmpty
            ? answer.elements("invalid_events").first?["error_message"]?.string ?? answer["error", "message"]?.string
                ?? answer["message"]?.string ?? explanation : texts.joined(separator: "; ")
        let isBlocked = response.statusCode == 403 && !answer.isJSON
        words =
            isBlocked
            ? "a page and no JSON: Reddit's edge blocks the gateway's address, or knows the token no more"
            : text.map { prefix + PlatformWords.clean($0) }
        switch response.statusCode {
        case 200...299: meaning = .accepted
        case 401, 404: meaning = .refused
        // Our payload, not our credentials.
        case 403 where explanation?.hasPrefix("JSON error") == true: meaning = .events
        case 403 where answer.isJSON: meaning = .refused
        // A page of HTML comes from the edge before the API, which may change its mind once.
        case 403: meaning = .blocked
        case 429: meaning = .throttled
        case 408, 425, 500...599: meaning = .transient
        default: meaning = .events
        }
    }

    /// The place of an event in a path such as `data.events[2].event_at`.
    private static func place(in field: String) -> Int? {
        guard let start = field.firstRange(of: "events")?.upperBound else { return nil }
        let rest = field[start...].drop { $0 == "[" || $0 == "." }
        return Int(rest.prefix { $0.isASCII && $0.isNumber })
    }

    /// What it says about the credentials when a test event is sent.
    var finding: CredentialCheck.Finding {
        switch meaning {
        case .accepted: .valid
        case .refused: .invalid(words ?? "the token or the pixel is refused")
        case .transient, .throttled, .blocked, .events: .unknown(words ?? "Reddit did not say")
        }
    }
}

extension RedditAPI {
    /// All or nothing: the events that Reddit names are dropped, the others go again without them.
    public func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = RedditAnswer(response)
        let retryAfter = response.retryAfter(at: time)
        let verdict: AttemptVerdict
        switch answer.meaning {
        case .accepted: return Array(repeating: PartOutcome(.accepted), count: parts.count)
        case .events where parts.indices.contains { answer.faults[$0] != nil }:
            return parts.indices.map { index in
                answer.faults[index].map { PartOutcome(.rejected, $0) } ?? PartOutcome(.apart, answer.words)
            }
        case .events: verdict = parts.count > 1 ? .apart : .rejected
        case .transient: verdict = .transient(retryAfter: retryAfter)
        case .throttled: verdict = .throttled(retryAfter: retryAfter)
        case .refused: verdict = .refused
        case .blocked: verdict = .doubtful(.once)
        }
        return Array(repeating: PartOutcome(verdict, answer.words), count: parts.count)
    }
}
