import Platform

extension LaneGate.Signal {
    /// What a result says about the destination.
    ///
    /// `verdicts` are those on the request's deliveries.
    init(_ result: HTTPResult, _ verdicts: [AttemptVerdict], at now: Timestamp) {
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
            switch response.statusCode {
            case 429: self = .refuses(retryAfter: Self.wait(response, at: now))
            case 503: self = .fails(retryAfter: Self.wait(response, at: now))
            case 500...599: self = .fails(retryAfter: nil)
            default: self = .works
            }
        }
    }

    private static func wait(_ response: HTTPResponse, at now: Timestamp) -> Duration? {
        guard let text = response.header("Retry-After"), let wait = RetryAfter(text, now: now) else { return nil }
        return wait.time(after: now) - now
    }
}
