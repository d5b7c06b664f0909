import Platform

/// When to try again after a failed attempt.
public struct RetrySchedule: Sendable, Equatable {
    /// How the waits between attempts grow.
    public enum Backoff: Sendable, Equatable {
        /// These waits in turn; the last one repeats.
        case list([Duration])
        /// `base`, then each `factor` times the one before and none longer than `limit`, each moved by up to `jitter` of
        /// itself either way.
        case exponential(base: Duration, factor: Int, jitter: Double, limit: Duration = .seconds(86_400))
    }

    /// How often to try altogether, the first time included.
    public var attemptLimit: Int
    /// How long to wait between attempts.
    public var backoff: Backoff
    /// How long after the event came the last attempt may begin.
    public var deadline: Duration

    /// A schedule from its parts.
    public init(attemptLimit: Int, backoff: Backoff, deadline: Duration = .seconds(86_400)) {
        self.attemptLimit = attemptLimit
        self.backoff = backoff
        self.deadline = deadline
    }

    /// What built-in platforms use: 5 attempts after 2m30s, 10m, 40m and 2h40m, each 10 % either way.
    public static let platformDefault = RetrySchedule(
        attemptLimit: 5, backoff: .exponential(base: .seconds(150), factor: 4, jitter: 0.1))

    /// What custom HTTP destinations use unless told otherwise: 5 attempts after 2s, 10s, 30s and 2m.
    public static let customDefault = RetrySchedule(
        attemptLimit: 5,
        backoff: .list([.seconds(2), .seconds(10), .seconds(30), .seconds(120), .seconds(600)]))

    /// No wait is longer, however large the factor.
    static let delayLimit = Duration.seconds(86_400)

    /// How long to wait after so many attempts.
    ///
    /// - Parameters:
    ///   - attemptCount: Attempts made, from 1.
    ///   - spread: Where in the range of the jitter the wait falls: any number, taken as a fraction of 2³². The same
    ///     number gives the same wait, so that a decision can be repeated.
    /// - Returns: The wait from the end of the last attempt.
    public func delay(afterAttempts attemptCount: Int, spread: UInt32) -> Duration {
        switch backoff {
        case .list(let delays):
            guard let last = delays.last else { return .zero }
            return attemptCount <= delays.count ? delays[max(0, attemptCount - 1)] : last
        case .exponential(let base, let factor, let jitter, let longest):
            let limit = min(Self.delayLimit, longest).wholeMilliseconds
            var milliseconds = min(limit, max(0, base.wholeMilliseconds))
            for _ in 0..<max(0, attemptCount - 1) where milliseconds < limit {
                let (product, overflow) = milliseconds.multipliedReportingOverflow(by: Int64(max(1, factor)))
                milliseconds = overflow ? limit : min(limit, product)
            }
            let shift = (Double(spread) / 4_294_967_296 * 2 - 1) * min(1, max(0, jitter))
            return .milliseconds(Int64(Double(milliseconds) * (1 + shift)))
        }
    }
}
