import JSON
import Platform

/// What a token endpoint said: pure.
enum TokenAnswer: Equatable {
    /// A token, for so long, and the refresh token that replaces the one that was used.
    case token(String, life: Duration, refreshToken: String?)
    /// Credentials or settings are wrong and stay so.
    case refused(String)
    /// It did not work this time.
    case failed(String, retryAfter: RetryAfter?)

    /// The life of a token that comes without `expires_in`, which RFC 6749, 5.1 only recommends.
    private static let lifeDefault = Duration.seconds(3600)
    /// Longer lives are cut, far from overflow: a year.
    private static let lifeLimit: Int64 = 31_622_400
    private static let wordsByteLimit = 300

    /// Errors that say nothing about the credentials, whatever the status.
    private static let passingErrors: Set<String> = ["temporarily_unavailable", "server_error", "slow_down"]

    /// Reads how a request for a token ended.
    init(_ result: HTTPResult, at now: Timestamp) {
        switch result {
        case .failure(let failure):
            switch failure.kind {
            case .invalidRequest, .tooLarge, .addressRefused:
                self = .refused("auth_failed: the token endpoint cannot be asked: \(failure.description)")
            case .overloaded, .dns, .connect, .tls, .timeoutBeforeSend, .timeoutAfterSend, .resetAfterSend,
                .badResponse, .cancelled:
                self = .failed("the token endpoint did not answer: \(failure.description)", retryAfter: nil)
            }
        case .response(let response): self.init(response, at: now)
        }
    }

    private init(_ response: HTTPResponse, at now: Timestamp) {
        let document = JSONDocument()
        // What is no JSON has no members; the status decides then.
        let root = try? document.parse(response.body)
        let retryAfter = response.retryAfter(at: now)
        let status = response.statusCode
        if (200...299).contains(status), let token = root?["access_token"]?.string, Self.isUsable(token) {
            let refreshToken = root?["refresh_token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            self = .token(token, life: Self.life(root?["expires_in"]), refreshToken: refreshToken)
            return
        }
        let code = root?["error"]?.string.map(Self.words) ?? ""
        let isFinal = (400...499).contains(status) && ![408, 425, 429].contains(status)
        guard isFinal, !code.isEmpty, !Self.passingErrors.contains(code) else {
            let reason = code.isEmpty ? "without a usable access_token" : "with \(code)"
            self = .failed("the token endpoint answered HTTP \(status) \(reason)", retryAfter: retryAfter)
            return
        }
        let description = root?["error_description"]?.string.map(Self.words) ?? ""
        self = .refused("auth_reconnect_required: \(code)" + (description.isEmpty ? "" : ": \(description)"))
    }

    private static func life(_ value: JSONValue?) -> Duration {
        // Some issuers write the number as text.
        guard let seconds = value?.int64 ?? value?.string.flatMap({ Int64($0) }), seconds > 0 else {
            return lifeDefault
        }
        return .seconds(min(seconds, lifeLimit))
    }

    /// Whether it fits in a header.
    private static func isUsable(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// An error's text on one line and cut.
    private static func words(_ text: String) -> String {
        var words = ""
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            guard words.utf8.count < wordsByteLimit else { break }
            words.unicodeScalars.append(scalar)
        }
        return words
    }
}
