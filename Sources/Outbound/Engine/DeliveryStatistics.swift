public import EventModel
public import Platform

/// What became of a destination's deliveries since the gateway started.
public struct DeliveryTally: Sendable, Equatable {
    /// Delivered.
    public var delivered: UInt64 = 0
    /// Attempts that failed and are followed by another.
    public var failed: UInt64 = 0
    /// Given up.
    public var dropped: UInt64 = 0
    /// Those given up, by reason.
    public var dropReasons: [DropReason: UInt64] = [:]
    /// Attempts that were made and did not deliver, by what happened: `http_503`, `timeout_after_send`, ….
    public var failures: [String: UInt64] = [:]
    /// How long attempts took, whatever came of them.
    public var attemptDurations = Histogram(.step)
    /// From an event's arrival to the acknowledgement of its delivery.
    public var latencies = Histogram(.wait)

    /// Attempts that were made and did not deliver.
    public var failedAttempts: UInt64 { failures.values.reduce(0, +) }

    /// A tally of nothing.
    public init() {}

    /// Counts an attempt, or the decision to make none.
    mutating func count(_ report: AttemptReport) {
        let delivery = report.outcome.delivery
        switch delivery.status {
        case .delivered:
            delivered += 1
            latencies.observe(.milliseconds(delivery.latencyMilliseconds ?? 0))
        case .failed: failed += 1
        case .dropped:
            dropped += 1
            if let reason = delivery.dropReason { dropReasons[reason, default: 0] += 1 }
        case .queued: break
        }
        // A body that could not be made is kept as an attempt, and no request was sent.
        guard let attempt = report.outcome.attempt, !attempt.request.isEmpty else { return }
        attemptDurations.observe(.milliseconds(attempt.durationMilliseconds))
        if delivery.status != .delivered { failures[report.label, default: 0] += 1 }
    }

    static func += (left: inout DeliveryTally, right: DeliveryTally) {
        left.delivered += right.delivered
        left.failed += right.failed
        left.dropped += right.dropped
        left.dropReasons.merge(right.dropReasons, uniquingKeysWith: +)
        left.failures.merge(right.failures, uniquingKeysWith: +)
        left.attemptDurations += right.attemptDurations
        left.latencies += right.latencies
    }
}

/// How a destination fares at one moment.
public struct DestinationStatus: Sendable, Equatable {
    /// Whether it is sent anything, and if not, why.
    ///
    /// Raw values are contracts: they are labels of metrics.
    public enum State: String, Sendable, CaseIterable {
        /// It is sent what is due.
        case running
        /// The configuration disables it.
        case disabled
        /// It answered 410.
        case gone
        /// An operator holds it.
        case held
        /// It refused credentials or settings, or no access token is given out for them.
        case refused
        /// Its circuit breaker is open, or tried with one delivery.
        case broken
        /// It asked to be left alone for a time, or waits for an access token that cannot be had now.
        case paused
    }

    /// The configured name.
    public var name: String
    /// Whether it is sent anything.
    public var state: State
    /// Since when it is gone, held or refused.
    public var stoppedAt: Timestamp?
    /// In the destination's words, why it is refused, or why there is no access token; without secrets.
    public var reason: String?
    /// Until when its circuit breaker is open, or when its probe was made; nil if the breaker is closed.
    public var breakerOpenUntil: Timestamp?
    /// Until when it asked to be left alone; nil if it did not, or that is over.
    public var pausedUntil: Timestamp?
    /// Requests under way.
    public var inFlightCount: Int
    /// Requests that may be under way now; fewer than configured after 429.
    public var concurrencyLimit: Int
    /// What became of its deliveries.
    public var tally: DeliveryTally
}

/// What one engine after the other says about its destinations, for metrics and the admin API.
public final class DeliveryStatistics: Sendable {
    private struct Contents {
        var statuses: [String: DestinationStatus] = [:]
        /// Names in the order of the configuration.
        var order: [String] = []
        /// Deliveries dropped as their destination is gone, by its name.
        var removed: [String: UInt64] = [:]
    }

    private let contents = Guarded(Contents())

    /// Statistics of nothing.
    public init() {}

    /// All destinations in the order of the configuration.
    public var destinations: [DestinationStatus] {
        contents.withLock { contents in contents.order.compactMap { contents.statuses[$0] } }
    }

    /// Deliveries that were dropped since the start as their destination is gone, by its name.
    public var removed: [String: UInt64] { contents.withLock { $0.removed } }

    /// Counts deliveries that were dropped as their destination is gone.
    func countRemoved(_ count: Int, of name: String) {
        contents.withLock { $0.removed[name, default: 0] += UInt64(count) }
    }

    /// Takes what an engine says; tallies are what came since it last did.
    func publish(_ statuses: [DestinationStatus]) {
        contents.withLock { contents in
            contents.order = statuses.map(\.name)
            for status in statuses {
                var next = status
                if let known = contents.statuses[status.name] { next.tally += known.tally }
                contents.statuses[status.name] = next
            }
        }
    }
}

extension DestinationLane {
    /// How the destination fares; takes what was counted since the last call.
    mutating func takeStatus(at now: Timestamp) -> DestinationStatus {
        defer { tally = DeliveryTally() }
        let kept = gate.state(at: now)
        let tokenWait = tokens?.wait(at: now) ?? .zero
        let pausedUntil = max(kept.pausedUntil ?? now, now + tokenWait)
        return DestinationStatus(
            name: destination.name, state: state(at: now, tokenWait: tokenWait), stoppedAt: gate.stoppedAt,
            reason: gate.refusal ?? (gate.stop == nil ? tokens?.trouble : nil),
            breakerOpenUntil: kept.breakerOpenUntil, pausedUntil: pausedUntil > now ? pausedUntil : nil,
            inFlightCount: inFlightCount, concurrencyLimit: gate.concurrencyLimit, tally: tally)
    }

    private func state(at now: Timestamp, tokenWait: Duration) -> DestinationStatus.State {
        switch gate.stop {
        case .disabled: return .disabled
        case .gone: return .gone
        case .held: return .held
        case .refused: return .refused
        case nil: break
        }
        if gate.isProbing { return .broken }
        return gate.pace.isPaused(at: now) || tokenWait > .zero ? .paused : .running
    }
}
