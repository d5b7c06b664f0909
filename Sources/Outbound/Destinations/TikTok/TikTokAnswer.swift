import JSON
public import Platform

/// TikTok's answer: classed by `code`, as the status is nearly always 200 (reference tiktok, section 6).
struct TikTokAnswer {
    /// What an answer means for a request.
    enum Meaning: Equatable {
        case accepted
        /// All but the rows that are listed.
        case partial
        /// Try again.
        case transient
        /// Try again, and slower.
        case throttled
        /// Token, permission, pixel or partner name.
        case refused
        /// One of the events is bad: the one whose place is named, if one is.
        case event(Int?)
        /// Too many events for one request.
        case tooLarge
        /// Nothing about an event can mend it.
        case rejected
    }

    let meaning: Meaning
    /// The platform's words: `[code] message`.
    let words: String?
    /// What became of rows of a partial success, by their place.
    let failures: [Int: String]

    init(_ response: HTTPResponse) {
        let answer = PlatformAnswer(response)
        guard let code = answer["code"]?.idText.flatMap({ Int($0) }) else {
            (words, failures) = (nil, [:])
            switch response.statusCode {
            case 429: meaning = .throttled
            case 401, 403: meaning = .refused
            // A page of HTML or nothing at all comes from a gateway before TikTok.
            case 200...299, 408, 500...599: meaning = .transient
            default: meaning = .rejected
            }
            return
        }
        let message = answer["message"]?.string ?? ""
        meaning = Self.meaning(code, message, status: response.statusCode)
        words = code == 0 ? nil : "[\(code)] " + PlatformWords.clean(message)
        failures = meaning == .partial ? Self.failures(answer, code) : [:]
    }

    private static func meaning(_ code: Int, _ message: String, status: Int) -> Meaning {
        switch code {
        case 0: .accepted
        case 20_001: .partial
        case 40_061: .tooLarge
        case 40_000, 40_002, 40_062: .event(place(in: message))
        case 40_001, 40_003, 40_063, 40_101, 40_102, 40_104, 40_105, 40_113, 40_118: .refused
        case 40_100, 40_132, 61_000: .throttled
        case 40_201, 40_202, 50_000, 50_002, 51_000...53_999, 60_001: .transient
        case 40_000...49_999: .rejected
        case _ where status == 429: .throttled
        case _ where status >= 500: .transient
        default: .rejected
        }
    }

    /// The place in `data` of a path such as `Batch.3.properties.contents.0.content_id`.
    private static func place(in message: String) -> Int? {
        guard let start = message.firstRange(of: "Batch.")?.upperBound else { return nil }
        return Int(message[start...].prefix { $0.isASCII && $0.isNumber })
    }

    /// The rows that `data` lists, by their place; where it keeps them is not said, so any list in it will do.
    private static func failures(_ answer: PlatformAnswer, _ code: Int) -> [Int: String] {
        guard let data = answer["data"] else { return [:] }
        let lists = data.kind == .array ? [data] : data.members.map(\.value).filter { $0.kind == .array }
        var failures: [Int: String] = [:]
        for row in lists.flatMap({ Array($0.elements) }) {
            let place = row["index"] ?? row["row"] ?? row["batch_index"] ?? (row.kind == .number ? row : nil)
            guard let place = place?.int64 else { continue }
            let message =
                row["message"]?.string ?? row["error_message"]?.string ?? row["reason"]?.string ?? "a failed row"
            failures[Int(clamping: place)] = "[\(code)] " + PlatformWords.clean(message)
        }
        return failures
    }

    /// What it says about the credentials when no events are sent.
    var finding: CredentialCheck.Finding {
        switch meaning {
        case .accepted, .partial, .event: .valid
        case .refused: .invalid(words ?? "the token is refused")
        case .transient, .throttled, .tooLarge, .rejected: .unknown(words ?? "TikTok did not say")
        }
    }
}

extension TikTokAPI {
    /// A bad event sinks its request: if TikTok says which, the others go again without it.
    public func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let answer = TikTokAnswer(response)
        let retryAfter = response.retryAfter(at: time)
        let verdict: AttemptVerdict
        switch answer.meaning {
        case .accepted: verdict = .accepted
        case .partial:
            return parts.indices.map { index in
                answer.failures[index].map { PartOutcome(.rejected, $0) } ?? PartOutcome(.accepted, answer.words)
            }
        case .event(let place?) where parts.indices.contains(place):
            return parts.indices.map { PartOutcome($0 == place ? .rejected : .apart, answer.words) }
        case .event, .tooLarge: verdict = parts.count > 1 ? .apart : .rejected
        case .transient: verdict = .transient(retryAfter: retryAfter)
        case .throttled: verdict = .throttled(retryAfter: retryAfter)
        case .refused: verdict = .refused
        case .rejected: verdict = .rejected
        }
        return Array(repeating: PartOutcome(verdict, answer.words), count: parts.count)
    }
}
