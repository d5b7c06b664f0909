import Platform

/// One destination's access token, and when to ask for the next: pure, it is told the time.
struct TokenState {
    private struct Token {
        let text: String
        let expiresAt: Timestamp
        /// When to ask for the next one.
        let renewsAt: Timestamp
    }

    /// How tokens are had; nil if there is one that lasts.
    private var refresh: OAuthRefresh?
    private let fixedToken: String?
    private var token: Token?
    /// Whether a request for a token is under way.
    private(set) var isRenewing = false
    /// Requests in a row that failed.
    private var failureCount = 0
    private var nextTryAt: Timestamp?
    /// What a request was refused with, until somebody has acted.
    private(set) var refusal: String?
    /// What the last request failed with, until one succeeds.
    private(set) var failure: String?
    /// How many tokens there have been.
    private(set) var generation = 0
    /// Texts that must not show: tokens that were replaced may still be echoed in answers under way.
    private var formerSecrets: [String] = []

    private static let formerSecretLimit = 4
    /// How long before a token expires the next one is asked for: so long, or this share of a longer life.
    private static let lead = (least: Duration.seconds(60), share: 10)
    private static let backoff = (least: Int64(2), most: Int64(300))
    private static let retryAfterLimit = Duration.seconds(86_400)

    init(_ refresh: OAuthRefresh) {
        self.refresh = refresh
        fixedToken = nil
    }

    init(fixed token: String) {
        refresh = nil
        fixedToken = token
    }

    // MARK: - Asking

    var canRenew: Bool { refresh != nil }

    func accessToken(at now: Timestamp) -> String? {
        fixedToken ?? token.flatMap { now < $0.expiresAt ? $0.text : nil }
    }

    /// What to do now; a request that is given out counts as under way until ``note(_:at:)``.
    mutating func need(at now: Timestamp) -> TokenKeeper.Need {
        guard let refresh else { return .nothing }
        let hasToken = accessToken(at: now) != nil
        let rest: TokenKeeper.Need = hasToken ? .nothing : .wait
        guard !isRenewing, refusal == nil else { return rest }
        if hasToken, let token, now < token.renewsAt { return .nothing }
        if let nextTryAt, now < nextTryAt { return rest }
        isRenewing = true
        return .renew(refresh.request)
    }

    /// How long until a request may carry a token; nil if something else has to happen first.
    func wait(at now: Timestamp) -> Duration? {
        if accessToken(at: now) != nil { return .zero }
        guard !isRenewing, refusal == nil, let nextTryAt, now < nextTryAt else { return nil }
        return nextTryAt - now
    }

    // MARK: - Telling

    mutating func note(_ result: HTTPResult, at now: Timestamp) -> TokenKeeper.Renewal {
        isRenewing = false
        switch TokenAnswer(result, at: now) {
        case .token(let text, let life, let refreshToken):
            forget([token?.text, refreshToken == nil ? nil : refresh?.refreshToken])
            if let refreshToken { refresh?.refreshToken = refreshToken }
            // Short lives are for tests and strange issuers; half of one is better than none.
            let lead = min(max(Self.lead.least, life / Self.lead.share), life / 2)
            token = Token(text: text, expiresAt: now + life, renewsAt: now + life - lead)
            generation += 1
            failureCount = 0
            nextTryAt = nil
            failure = nil
            return .renewed
        case .refused(let words):
            let words = shown(words)
            refusal = words
            return .refused(words)
        case .failed(let words, let retryAfter):
            failureCount += 1
            let seconds = min(Self.backoff.most, Self.backoff.least << Int64(min(failureCount - 1, 16)))
            let asked = retryAfter.map { min($0.time(after: now), now + Self.retryAfterLimit) } ?? now
            let time = max(now + .seconds(seconds), asked)
            let words = shown(words)
            nextTryAt = time
            failure = words
            return .failed(words, retryAt: time)
        }
    }

    /// Forgets the token, so that the next is asked for at once.
    mutating func invalidate() {
        forget([token?.text])
        token = nil
    }

    /// Forgets refusals and waits: somebody has acted.
    mutating func reconsider() {
        refusal = nil
        failureCount = 0
        nextTryAt = nil
    }

    // MARK: - Secrets

    /// Everything that must not show.
    var secrets: [String] {
        let texts =
            [fixedToken, token?.text, refresh?.refreshToken, refresh?.clientSecret].compactMap { $0 } + formerSecrets
        // Endpoints may echo the form.
        return texts + texts.map(FormEncoding.percentEncoded)
    }

    private mutating func forget(_ texts: [String?]) {
        formerSecrets = Array((texts.compactMap { $0 } + formerSecrets).prefix(Self.formerSecretLimit))
    }

    private func shown(_ words: String) -> String {
        String(decoding: SecretMask(secrets).masked(Array(words.utf8)), as: UTF8.self)
    }
}
