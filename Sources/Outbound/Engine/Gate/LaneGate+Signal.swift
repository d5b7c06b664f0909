import Platform

extension LaneGate.Signal {
    /// What a result says about the destination.
    ///
    /// - Parameters:
    ///   - result: How the request ended.
    ///   - verdicts: Those on the request's deliveries.
    ///   - words: What it refuses with, if it does.
    ///   - now: The time of day.
    init(_ result: HTTPResult, _ verdicts: [AttemptVerdict], words: String? = nil, at now: Timestamp) {
        switch result {
        case .failure(let failure):
            switch failure.kind {
            case .dns, .connect, .tls, .timeoutBeforeSend, .timeoutAfterSend, .resetAfterSend, .badResponse:
                self = .fails(retryAfter: nil)
            case .invalidRequest, .tooLarge, .overloaded, .addressRefused, .cancelled: self = .silent
            }
        case .response(let response):
            if verdicts.contains(.gone) {
                self = .gone
                return
            }
            if verdicts.contains(.refused) {
                self = .refused(words ?? "HTTP \(response.statusCode)")
                return
            }
            if let leniency = Self.leniency(verdicts) {
                let words = words ?? "HTTP \(response.statusCode)"
                self = .doubts(leniency, words, retryAfter: Self.wait(response, at: now))
                return
            }
            let throttles = verdicts.compactMap { verdict -> [RetryAfter]? in
                guard case .throttled(let retryAfter) = verdict else { return nil }
                return retryAfter.map { [$0] } ?? []
            }
            guard throttles.isEmpty else {
                let waits = throttles.joined().map { $0.time(after: now) - now }
                self = .refuses(retryAfter: (waits + [Self.wait(response, at: now)].compactMap { $0 }).max())
                return
            }
            let failureCount = verdicts.count { verdict in
                if case .transient = verdict { true } else { false }
            }
            switch response.statusCode {
            case 429: self = .refuses(retryAfter: Self.wait(response, at: now))
            case 503 where failureCount > 0: self = .fails(retryAfter: Self.wait(response, at: now))
            case 500...599 where failureCount > 0: self = .fails(retryAfter: nil)
            // Platforms report their own faults with 200, too.
            case 200...299 where failureCount == verdicts.count: self = .fails(retryAfter: nil)
            default: self = .works
            }
        }
    }

    private static func leniency(_ verdicts: [AttemptVerdict]) -> AttemptVerdict.Leniency? {
        for case .doubtful(let leniency) in verdicts { return leniency }
        return nil
    }

    private static func wait(_ response: HTTPResponse, at now: Timestamp) -> Duration? {
        response.retryAfter(at: now).map { $0.time(after: now) - now }
    }
}
