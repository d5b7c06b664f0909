import JSON
import Platform

/// Meta's answer: classed by `code` and `error_subcode`, never by the status alone (reference meta, section 6).
struct MetaAnswer {
    /// What an answer means for a request.
    enum Meaning: Equatable {
        case accepted
        /// Try again.
        case transient
        /// Try again, and slower.
        case throttled
        /// Token, permission or pixel.
        case refused
        /// One of the events is bad; which one is not said.
        case event
        /// Nothing about an event can mend it.
        case rejected
    }

    let meaning: Meaning
    /// The platform's words: `[code/subcode] title or message`.
    let words: String?

    init(_ response: HTTPResponse) {
        let answer = PlatformAnswer(response)
        guard let error = answer["error"], error.kind == .object else {
            switch response.statusCode {
            // A page of HTML comes from something before the API.
            case 200...299 where !answer.isObject: (meaning, words) = (.transient, nil)
            case 200...299:
                meaning = .accepted
                words = answer.elements("messages").first?.string.map(PlatformWords.clean)
            case 408, 429: (meaning, words) = (response.statusCode == 429 ? .throttled : .transient, nil)
            case 500...599: (meaning, words) = (.transient, nil)
            case 401, 403: (meaning, words) = (.refused, nil)
            default: (meaning, words) = (.rejected, nil)
            }
            return
        }
        let code = answer["error", "code"]?.int64.map(Int.init(clamping:)) ?? 0
        let subcode = answer["error", "error_subcode"]?.int64.map(Int.init(clamping:)) ?? 0
        let isTransient = answer["error", "is_transient"]?.bool == true
        meaning = Self.meaning(code, subcode, isTransient: isTransient, status: response.statusCode)
        let text = answer["error", "error_user_title"]?.string ?? answer["error", "message"]?.string ?? ""
        words = "[\(code)\(subcode == 0 ? "" : "/\(subcode)")] " + PlatformWords.clean(text)
    }

    private static func meaning(_ code: Int, _ subcode: Int, isTransient: Bool, status: Int) -> Meaning {
        switch code {
        case 190, 10, 3, 200...299: return .refused
        case 100 where subcode == 33: return .refused
        case 4, 17, 32, 613, 80_000...80_014: return .throttled
        case 1, 2, 341, 368, 5000, 21_009: return .transient
        case _ where isTransient: return .transient
        case 100: return .event
        case _ where status >= 500 || status == 408: return .transient
        case _ where status == 429: return .throttled
        default: return .rejected
        }
    }

    /// What it says about the credentials when the pixel is read.
    var finding: CredentialCheck.Finding {
        switch meaning {
        case .accepted: .valid
        case .refused where words?.hasPrefix("[190") == true || words?.hasPrefix("[100/33]") == true:
            .invalid(words ?? "the token is refused")
        case .refused:
            .unknown("the token may not read the pixel, which does not mean that it cannot write: \(words ?? "")")
        case .transient, .throttled, .event, .rejected: .unknown(words ?? "Meta did not say")
        }
    }
}

extension MetaAPI {
    /// All or nothing: a request that one bad event sank is taken apart.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = MetaAnswer(response)
        let retryAfter = response.retryAfter(at: time)
        let verdict: AttemptVerdict =
            switch answer.meaning {
            case .accepted: .accepted
            case .transient: .transient(retryAfter: retryAfter)
            case .throttled: .throttled(retryAfter: retryAfter)
            case .refused: .refused
            case .event: parts.count > 1 ? .apart : .rejected
            case .rejected: .rejected
            }
        return Array(repeating: PartOutcome(verdict, answer.words), count: parts.count)
    }

    /// Minutes until the quota is there again, from the usage headers (section 5).
    func pause(after response: HTTPResponse, at time: Timestamp) -> Duration? {
        guard let usage = response.header("X-Business-Use-Case-Usage") else { return nil }
        let name = "\"estimated_time_to_regain_access\":"
        var minutes = 0
        var rest = usage.utf8.filter { $0 > 0x20 }[...]
        while let found = rest.firstRange(of: Array(name.utf8)) {
            rest = rest[found.upperBound...]
            minutes = max(minutes, Int(String(decoding: rest.prefix(while: \.isASCIIDigit), as: UTF8.self)) ?? 0)
        }
        return minutes > 0 ? .seconds(min(minutes, 24 * 60) * 60) : nil
    }
}
