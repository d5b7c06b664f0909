import JSON
import Platform

extension GA4API {
    /// Google says nothing of single events (reference ga4, section 7): 2xx means that the request arrived.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome] {
        let retryAfter = response.retryAfter(at: time)
        let words = PlatformWords.clean(String(decoding: response.body.prefix(1000), as: UTF8.self))
        let all = { (verdict: AttemptVerdict, words: String?) in
            Array(repeating: PartOutcome(verdict, words), count: parts.count)
        }
        switch response.statusCode {
        case 200...299 where url.hasSuffix("/debug/mp/collect"):
            return Array(repeating: validation(response), count: parts.count)
        case 200...299: return parts.map { PartOutcome(.accepted, Self.note(on: $0)) }
        case 400, 413: return all(parts.count > 1 ? .apart : .rejected, words)
        case 403, 404: return all(.refused, words)
        case 429: return all(.throttled(retryAfter: retryAfter), nil)
        case 408, 500...599: return all(.transient(retryAfter: retryAfter), nil)
        default: return all(.rejected, words)
        }
    }

    private static func note(on part: [UInt8]) -> String {
        let note = "accepted (not verified by GA4)"
        return GA4Event.isCut(part) ? "\(note), cut to 25 parameters, 200 items and 130 kB" : note
    }

    /// What the debug endpoint found: messages are a refusal, as nothing was stored either way.
    private func validation(_ response: HTTPResponse) -> PartOutcome {
        // The messages are good as long as the answer.
        let messages = withExtendedLifetime(PlatformAnswer(response)) { answer in
            answer.elements("validationMessages").map { message in
                [message["validationCode"]?.string, message["fieldPath"]?.string, message["description"]?.string]
                    .compactMap { $0 }.joined(separator: " ")
            }
        }
        guard !messages.isEmpty else { return PartOutcome(.accepted, "checked by GA4 and not counted") }
        return PartOutcome(.rejected, PlatformWords.clean("debug: " + messages.joined(separator: "; ")))
    }
}
