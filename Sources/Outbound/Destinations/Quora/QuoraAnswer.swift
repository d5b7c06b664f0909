import JSON
public import Platform

/// Quora's answer (reference quora, section 6).
struct QuoraAnswer {
    private let isReadable: Bool
    /// What went wrong with events, by their place.
    private let failures: [Int: String]
    /// Places of events that are said to be well.
    private let successes: Set<Int>
    /// How many events went wrong.
    private let failureCount: Int
    /// The words of an answer that is about the request.
    private let words: String?

    init(_ response: HTTPResponse) {
        let answer = PlatformAnswer(response)
        var failures: [Int: String] = [:]
        var successes: Set<Int> = []
        for (position, entry) in answer.elements("events").enumerated() {
            let place = entry["index"]?.int64.map { Int(clamping: $0) } ?? position
            guard entry["status"]?.string?.uppercased() == "ERROR" else {
                successes.insert(place)
                continue
            }
            let parts = [entry["error_code"]?.idText, entry["error_message"]?.string].compactMap(\.self)
            failures[place] = parts.isEmpty ? "refused" : PlatformWords.clean(parts.joined(separator: ": "))
        }
        self.failures = failures
        self.successes = successes
        failureCount = answer["events_errored"]?.int64.map { Int(clamping: $0) } ?? failures.count
        isReadable = answer.isObject
        let text =
            answer["error_message"]?.string ?? answer["error", "message"]?.string ?? answer["message"]?.string
            ?? answer["error"]?.string
        words = text.map(PlatformWords.clean)
    }

    /// What became of so many events of a request with status 200: what is not mentioned went well, unless more went
    /// wrong than is listed.
    func outcomes(count: Int) -> [PartOutcome] {
        guard isReadable else { return Array(repeating: PartOutcome(.transient(retryAfter: nil)), count: count) }
        let isExplained = failureCount <= failures.count
        let all = failureCount >= count && failures.isEmpty
        return (0..<count).map { index in
            if let words = failures[index] { return PartOutcome(.rejected, words) }
            if isExplained || successes.contains(index) { return PartOutcome(.accepted) }
            if all, count == 1 { return PartOutcome(.rejected, words ?? "events_errored: 1, without a reason") }
            return PartOutcome(
                .transient(retryAfter: nil), "events_errored is \(failureCount), of which \(failures.count) are listed")
        }
    }

    /// Words for a status of its own.
    func words(for status: Int) -> String? {
        status == 401 || status == 403 ? words ?? "regenerate the Quora Conversion API token" : words
    }
}

extension QuoraAPI {
    /// Each event by itself; a request that is wrong as a whole is taken apart.
    public func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = QuoraAnswer(response)
        let retryAfter = response.retryAfter(at: time)
        let verdict: AttemptVerdict
        switch response.statusCode {
        case 200...299: return answer.outcomes(count: parts.count)
        case 401, 403: verdict = .refused
        case 429: verdict = .throttled(retryAfter: retryAfter)
        case 408, 423, 425, 500...599: verdict = .transient(retryAfter: retryAfter)
        default: verdict = parts.count > 1 ? .apart : .rejected
        }
        return Array(repeating: PartOutcome(verdict, answer.words(for: response.statusCode)), count: parts.count)
    }
}
