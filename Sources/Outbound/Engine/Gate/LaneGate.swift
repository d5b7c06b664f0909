import EventModel
import Platform

/// Whether a destination's next request may start now: stops, breaker, pace and rate in one.
///
/// Pure: it is told the time. A delivery that has to wait here waits in the store and uses up no attempt.
struct LaneGate: Equatable {
    /// Why nothing starts until an operator acts.
    enum Stop: Equatable {
        /// The configuration says so.
        case disabled
        /// The destination answered 410.
        case gone
        /// An operator holds it.
        case held
        /// The destination refused credentials or settings.
        case refused
    }

    /// What a request's end says about the destination, beyond the deliveries in it.
    enum Signal: Equatable {
        /// It answers.
        case works
        /// It does not answer, or with 5xx.
        case fails(retryAfter: Duration?)
        /// It answers 429.
        case refuses(retryAfter: Duration?)
        /// It answers 410.
        case gone
        /// It refuses credentials or settings, in these words.
        case refused(String)
        /// It seems to, and there is leniency left.
        case doubts(AttemptVerdict.Leniency, String, retryAfter: Duration?)
        /// The request was never on its way.
        case silent
    }

    /// What an operator should hear of.
    enum Change: Equatable {
        case breaker(CircuitBreaker.Change)
        case gone
        case refused(String)
        case doubted(String, until: Timestamp)
        case paused(until: Timestamp)
    }

    private(set) var stop: Stop?
    private(set) var stoppedAt: Timestamp?
    /// The words with which credentials or settings were refused.
    private(set) var refusal: String?
    private(set) var breaker: CircuitBreaker?
    private(set) var pace: SendingPace
    /// Tokens for events.
    private var bucket: TokenBucket?
    /// Tokens for requests.
    private var requestBucket: TokenBucket?
    /// How long a pause may be.
    private let pauseLimit: Duration
    /// The last request that was under way when the destination first seemed to refuse credentials; nil once it has
    /// answered otherwise.
    private var doubtedFlight: UInt64?
    /// How long it is left alone then.
    private let doubtPause: Duration
    /// When the destination was put in force.
    private let startedAt: Timestamp

    /// A gate of which nothing is known.
    ///
    /// - Parameters:
    ///   - policy: The destination's.
    ///   - startedAt: When it was put in force, by the time that counts for what is due.
    init(_ policy: DeliveryPolicy, startedAt: Timestamp) {
        stop = policy.isEnabled ? nil : .disabled
        breaker = policy.breaker.map(CircuitBreaker.init)
        pace = SendingPace(limit: policy.concurrencyLimit)
        bucket = policy.rate.map(TokenBucket.init)
        requestBucket = policy.requestRate.map(TokenBucket.init)
        pauseLimit = policy.retry.deadline
        doubtPause = policy.retry.delay(afterAttempts: 1, spread: .max / 2)
        self.startedAt = startedAt
    }

    // MARK: - Asking

    /// Whether there is no use in looking at the queue.
    func isShut(at now: Timestamp) -> Bool {
        guard stop == nil, !pace.isPaused(at: now) else { return true }
        guard let breaker else { return false }
        return breaker.opening(at: now).map { $0 > now } ?? true
    }

    /// How long until the next request may start: zero if now, nil if something else has to happen first.
    func wait(_ now: Timestamp, _ monotonic: MonotonicTime) -> Duration? {
        guard stop == nil else { return nil }
        var time = pace.opening(at: now)
        if let breaker {
            guard let opening = breaker.opening(at: now) else { return nil }
            time = max(time, opening)
        }
        var wait = max(.zero, time - now)
        if let bucket { wait = max(wait, bucket.nextTokenAt - monotonic) }
        if let requestBucket { wait = max(wait, requestBucket.nextTokenAt - monotonic) }
        return wait
    }

    /// Requests that may be under way at once.
    var concurrencyLimit: Int { doubtedFlight == nil ? pace.limit : 1 }

    /// Whether the next request decides if the breaker closes, so that it carries one event only.
    var isProbing: Bool { breaker.map { !$0.isClosed } ?? false }

    /// Whether a request's doubtful answer counts as a refusal.
    func isUsedUp(_ leniency: AttemptVerdict.Leniency, flight: UInt64, at now: Timestamp) -> Bool {
        switch leniency {
        case .once: doubtedFlight.map { flight > $0 } ?? false
        case .early(let duration): now - startedAt >= duration
        }
    }

    // MARK: - Telling

    /// Notes that a request with so many events starts; true if it is the breaker's probe.
    mutating func noteStart(eventCount: Int, _ now: Timestamp, _ monotonic: MonotonicTime) -> Bool {
        pace.noteStart(at: now)
        bucket?.take(eventCount, at: monotonic)
        requestBucket?.take(1, at: monotonic)
        return breaker?.start() ?? false
    }

    /// Notes the end of a request.
    mutating func note(
        _ signal: Signal, flight: UInt64, latest: UInt64, isProbe: Bool, at now: Timestamp
    ) -> [Change] {
        var changes: [Change] = []
        switch signal {
        case .works:
            pace.noteAnswer()
            doubtedFlight = nil
            changes += noteBreaker(isSuccess: true, isProbe: isProbe, at: now)
        case .fails(let retryAfter):
            changes += noteBreaker(isSuccess: false, isProbe: isProbe, at: now)
            changes += pause(for: retryAfter, at: now)
        case .refuses(let retryAfter):
            pace.noteRefusal(flight: flight, latest: latest, at: now)
            changes += noteBreaker(isSuccess: true, isProbe: isProbe, at: now)
            changes += pause(for: retryAfter, at: now)
        case .gone:
            changes += noteBreaker(isSuccess: true, isProbe: isProbe, at: now)
            if stop == nil {
                stop = .gone
                stoppedAt = now
                changes.append(.gone)
            }
        case .refused(let words):
            changes += noteBreaker(isSuccess: true, isProbe: isProbe, at: now)
            changes += refuse(words, at: now)
        case .doubts(let leniency, let words, let retryAfter):
            changes += noteBreaker(isSuccess: true, isProbe: isProbe, at: now)
            changes += doubt(leniency, words, retryAfter: retryAfter, latest: latest, at: now)
        case .silent:
            if isProbe { breaker?.abandonProbe(at: now) }
        }
        return changes
    }

    private mutating func noteBreaker(isSuccess: Bool, isProbe: Bool, at now: Timestamp) -> [Change] {
        breaker?.note(isSuccess: isSuccess, isProbe: isProbe, at: now).map { [.breaker($0)] } ?? []
    }

    /// Starts nothing until ``resume()``, as credentials or settings are refused.
    mutating func refuse(_ words: String, at now: Timestamp) -> [Change] {
        guard stop == nil else { return [] }
        stop = .refused
        stoppedAt = now
        refusal = words
        return [.refused(words)]
    }

    /// Starts nothing for a while, as it seems that credentials are refused.
    private mutating func doubt(
        _ leniency: AttemptVerdict.Leniency, _ words: String, retryAfter: Duration?, latest: UInt64, at now: Timestamp
    ) -> [Change] {
        doubtedFlight = doubtedFlight ?? latest
        var pause = max(doubtPause, retryAfter ?? .zero)
        // Asked once more when the leniency ends, and not long after.
        if case .early(let duration) = leniency { pause = min(pause, max(.zero, startedAt + duration - now)) }
        return self.pause(for: pause, at: now).isEmpty ? [] : [.doubted(words, until: now + pause)]
    }

    /// Starts nothing for so long, at most for the deadline of retries.
    mutating func pause(for duration: Duration?, at now: Timestamp) -> [Change] {
        guard let duration, duration > .zero else { return [] }
        let until = now + min(duration, pauseLimit)
        // Many requests under way are told the same; one line in the log and one write are enough.
        let isNews = until - (pace.pausedUntil ?? now) >= .seconds(1)
        pace.pause(until: until)
        return isNews ? [.paused(until: until)] : []
    }

    // MARK: - Operators

    /// Starts nothing until ``resume()``.
    mutating func hold(at now: Timestamp) {
        guard stop != .disabled else { return }
        stop = .held
        stoppedAt = now
        refusal = nil
    }

    /// Forgets every reason to wait but the configuration's: 410, hold, refusal, breaker, pace and pause.
    mutating func resume() {
        if stop != .disabled {
            stop = nil
            stoppedAt = nil
            refusal = nil
        }
        doubtedFlight = nil
        breaker?.close()
        pace.reset()
    }

    // MARK: - Across restarts

    /// What must outlive the process.
    func state(at now: Timestamp) -> DestinationState {
        var state = DestinationState()
        switch stop {
        case .gone: state.stop = .gone
        case .held: state.stop = .held
        case .refused: state.stop = .refused
        case .disabled, nil: break
        }
        state.stoppedAt = stoppedAt
        if let breaker, !breaker.isClosed {
            // A probe that the process does not live to see the end of is made again.
            state.breakerOpenUntil = breaker.opening(at: now) ?? now
            state.breakerCooldownMilliseconds = breaker.cooldown.wholeMilliseconds
        }
        state.pausedUntil = pace.pausedUntil
        return state
    }

    /// Goes on where an earlier process was; what that was refused with may have been mended, and is tried again.
    mutating func restore(_ state: DestinationState, now: Timestamp) {
        guard stop != .disabled else { return }
        switch state.stop {
        case .gone: stop = .gone
        case .held: stop = .held
        case .refused, nil: break
        }
        if stop != nil { stoppedAt = state.stoppedAt }
        if let until = state.breakerOpenUntil {
            let cooldown = Duration.milliseconds(state.breakerCooldownMilliseconds)
            breaker?.restore(openUntil: until, cooldown: cooldown, now: now)
        }
        if let until = state.pausedUntil, until > now { pace.pause(until: min(until, now + pauseLimit)) }
    }
}
