public import Platform

/// Tries a destination's credentials without sending a conversion: what `tracklayer check --online` runs.
///
/// Does no I/O of its own.
public struct CredentialTrial {
    /// What came of it.
    public enum Outcome: Sendable, Equatable {
        /// The credentials are good.
        case valid
        /// They are refused, in the platform's words.
        case invalid(String)
        /// It could not be told; why.
        case unknown(String)
        /// There is no way to tell short of sending something; where to look instead.
        case impossible(String)
    }

    private let destination: any Destination
    private let api: (any PlatformAPI)?

    /// A trial of a destination.
    public init(_ destination: any Destination) {
        self.destination = destination
        api =
            (destination as? PlatformDestination)?.api ?? (destination as? AuthorizedPlatformDestination)?.platform.api
    }

    /// Tries, by sending requests with `send` and waiting for each.
    ///
    /// - Parameters:
    ///   - time: The time of day.
    ///   - send: Sends a request and waits for its end.
    /// - Returns: What came of it.
    public func outcome(
        at time: Timestamp, send: (OutboundRequest) -> HTTPResult
    ) -> Outcome {
        guard let api else {
            return .impossible("a custom endpoint is tried by `tracklayer send-test --destination \(destination.name)`")
        }
        if let tokens = api.tokens, case .renew(let request) = tokens.need(at: time) {
            switch tokens.note(send(request), at: time) {
            case .renewed: break
            case .failed(let words, _): return .unknown("no token could be had: \(words)")
            case .refused(let words): return .invalid(words)
            }
        }
        switch api.credentialCheck(token: api.tokens?.accessToken(at: time), at: time) {
        case .impossible(let words): return .impossible(words)
        case .request(let request, let read): return outcome(of: request, read, send)
        case .requests(let requests): return outcome(of: requests.map { outcome(of: $0.0, $0.1, send) })
        }
    }

    /// What several outcomes come to: what is refused before what could not be told, each in its words, once.
    private func outcome(of outcomes: [Outcome]) -> Outcome {
        var refusals: [String] = []
        var doubts: [String] = []
        for outcome in outcomes {
            switch outcome {
            case .valid: break
            case .invalid(let words): if !refusals.contains(words) { refusals.append(words) }
            case .unknown(let words), .impossible(let words): if !doubts.contains(words) { doubts.append(words) }
            }
        }
        if !refusals.isEmpty { return .invalid(refusals.joined(separator: "; ")) }
        return doubts.isEmpty ? .valid : .unknown(doubts.joined(separator: "; "))
    }

    private func outcome(
        of request: PlatformRequest, _ read: (HTTPResponse) -> CredentialCheck.Finding,
        _ send: (OutboundRequest) -> HTTPResult
    ) -> Outcome {
        let outbound = OutboundRequest(
            method: request.method, url: request.url, headers: request.headers, body: request.body)
        switch send(outbound) {
        case .failure(let failure): return .unknown(failure.message)
        case .response(let response):
            switch read(response) {
            case .valid: return .valid
            case .invalid(let words): return .invalid(masked(words))
            case .unknown(let words): return .unknown("\(response.statusCode) \(masked(words))")
            }
        }
    }

    private func masked(_ words: String) -> String {
        String(decoding: destination.masked(Array(words.utf8)), as: UTF8.self)
    }
}
