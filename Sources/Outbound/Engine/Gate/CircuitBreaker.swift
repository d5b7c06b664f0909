import Platform

/// When a destination that only fails is left alone.
public struct BreakerPolicy: Sendable, Equatable {
    /// Failures in a row that open the breaker.
    public var failureLimit: Int
    /// How long the breaker stays open the first time.
    public var cooldown: Duration
    /// How long it stays open at most; each failed probe doubles the wait.
    public var cooldownLimit: Duration

    /// A policy; by default 20 failures in a row open the breaker for 30 s, then for up to 10 min.
    public init(failureLimit: Int = 20, cooldown: Duration = .seconds(30), cooldownLimit: Duration = .seconds(600)) {
        self.failureLimit = failureLimit
        self.cooldown = cooldown
        self.cooldownLimit = cooldownLimit
    }
}

/// Leaves a destination alone after it has failed many times in a row, and tries it with one delivery now and then.
///
/// Pure: it is told the time. Closed, everything passes. Open, nothing does until a time. Then one delivery, the probe,
/// passes and decides: its success closes the breaker, its failure opens it again for twice as long.
struct CircuitBreaker: Equatable {
    enum State: Equatable {
        case closed(failureCount: Int)
        case open(until: Timestamp)
        /// One delivery is under way.
        case probing
    }

    /// What an operator should hear of.
    enum Change: Equatable {
        case opened(until: Timestamp)
        case closed
    }

    let policy: BreakerPolicy
    private(set) var state = State.closed(failureCount: 0)
    /// How long the breaker is open this time.
    private(set) var cooldown: Duration

    init(_ policy: BreakerPolicy) {
        self.policy = policy
        cooldown = policy.cooldown
    }

    /// When the next delivery may start; nil if one may not before another has ended.
    func opening(at now: Timestamp) -> Timestamp? {
        switch state {
        case .closed: now
        case .open(let until): until
        case .probing: nil
        }
    }

    /// Whether anything but a probe has to wait.
    var isClosed: Bool {
        if case .closed = state { return true }
        return false
    }

    /// Notes that a delivery starts; true if it is the probe.
    mutating func start() -> Bool {
        guard case .open = state else { return false }
        state = .probing
        return true
    }

    /// Notes how a delivery ended.
    ///
    /// While the breaker is not closed only the probe counts: what else ends then began before the breaker opened.
    mutating func note(isSuccess: Bool, isProbe: Bool, at now: Timestamp) -> Change? {
        switch state {
        case .closed(let failureCount):
            guard !isSuccess else {
                state = .closed(failureCount: 0)
                return nil
            }
            guard failureCount + 1 >= policy.failureLimit else {
                state = .closed(failureCount: failureCount + 1)
                return nil
            }
            cooldown = policy.cooldown
            return open(at: now)
        case .probing where isProbe:
            guard isSuccess else {
                cooldown = min(cooldown + cooldown, policy.cooldownLimit)
                return open(at: now)
            }
            close()
            return .closed
        case .probing, .open: return nil
        }
    }

    /// Notes that the probe told nothing; the next delivery is one again.
    mutating func abandonProbe(at now: Timestamp) {
        if case .probing = state { state = .open(until: now) }
    }

    /// Lets everything pass.
    mutating func close() {
        state = .closed(failureCount: 0)
        cooldown = policy.cooldown
    }

    /// Goes on where an earlier process was.
    mutating func restore(openUntil until: Timestamp, cooldown: Duration, now: Timestamp) {
        self.cooldown = min(max(cooldown, policy.cooldown), policy.cooldownLimit)
        // The clock may have been set back meanwhile, which must not keep a destination waiting for days.
        state = .open(until: min(until, now + self.cooldown))
    }

    private mutating func open(at now: Timestamp) -> Change {
        let until = now + cooldown
        state = .open(until: until)
        return .opened(until: until)
    }
}
