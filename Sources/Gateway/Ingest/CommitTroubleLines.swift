import Platform

/// Sums up what would be a line for each request while the disk is slow or fails.
///
/// The first line of ten seconds is written and says how many were left out before it.
final class CommitTroubleLines: Sendable {
    /// Requests answered 503 as their commit took too long.
    let late = LineLimiter()
    /// Requests answered 503 as their commit failed.
    let failed = LineLimiter()

    /// Tells what was left out and no later line has told; to be called every few seconds.
    func writeRest(_ logger: Logger, at now: MonotonicTime = .now) {
        if let count = late.takeRest(at: now) { logger.warning("more commits were late", ["left_out": String(count)]) }
        if let count = failed.takeRest(at: now) { logger.error("more commits failed", ["left_out": String(count)]) }
    }
}
