import JSON
import Platform

/// X's answers (reference x, sections 5 and 6).
enum XAnswer {
    /// `INVALID_PARAMETER: At least one user identifier must be provided`; nil if there are no words.
    static func words(_ answer: PlatformAnswer) -> String? {
        let errors = answer.elements("errors").map { error in
            [error["code"]?.idText, error["message"]?.string].compactMap { $0 }.joined(separator: ": ")
        }
        guard !errors.isEmpty else { return nil }
        return PlatformWords.clean(errors.joined(separator: "; "))
    }
}

extension XAPI {
    /// All or nothing: a request that one bad conversion sank is taken apart.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = PlatformAnswer(response)
        let words = XAnswer.words(answer)
        let codes = Set(answer.elements("errors").compactMap { $0["code"]?.idText })
        let all = { (verdict: AttemptVerdict, words: String?) in
            Array(repeating: PartOutcome(verdict, words), count: parts.count)
        }
        switch response.statusCode {
        case 200...299:
            let processed = answer["data", "conversions_processed"]?.int64 ?? Int64(parts.count)
            return all(.accepted, processed < parts.count ? "X processed \(processed) of \(parts.count)" : nil)
        // One wrong entry of `event_ids` costs the events that it is for, no more.
        case 400 where words?.contains("is not a single event tag") == true,
            404 where codes.contains("WEB_EVENT_TAG_NOT_FOUND"):
            return wrongTag(words, parts)
        case 400, 422: return all(parts.count > 1 ? .apart : .rejected, words)
        case 401: return all(.refused, (words ?? "UNAUTHORIZED_ACCESS") + " (check the keys, and this machine's clock)")
        case 403, 404: return all(.refused, words ?? codes.sorted().first)
        case 429: return all(.throttled(retryAfter: Self.reset(response, at: time)), words)
        case 408, 423, 500...599: return all(.transient(retryAfter: response.retryAfter(at: time)), words)
        default: return all(.rejected, words)
        }
    }

    /// Rejects the events of the tag that the answer names; if it names none of ours, the request is taken apart.
    private func wrongTag(_ words: String?, _ parts: [[UInt8]]) -> [PartOutcome] {
        guard parts.count > 1 else { return [PartOutcome(.rejected, words)] }
        let tags = (words ?? "").split { !($0.isLetter || $0.isNumber || $0 == "-") }.filter { $0.hasPrefix("tw-") }
        return parts.map { part in
            let isNamed = tags.contains { part.contains("\"\($0)\"".utf8) }
            return PartOutcome(isNamed ? .rejected : .apart, words)
        }
    }

    /// When the account's quota is there again, in Unix seconds (section 5).
    private static func reset(_ response: HTTPResponse, at time: Timestamp) -> RetryAfter? {
        let text = response.header("x-account-rate-limit-reset") ?? response.header("x-rate-limit-reset")
        guard let text, let seconds = Int64(text), seconds > 0, seconds < 1 << 40 else {
            return response.retryAfter(at: time)
        }
        return .date(Timestamp(seconds: seconds))
    }
}
