import Platform
import Synchronization

/// Lets a source have so many requests a second, with bursts of one second's worth (reference inbound, rows 96 and 97).
///
/// Keeps one number, the time at which the last taken request would have come had they come evenly (GCRA). Safe on any
/// thread without a lock.
final class RateLimiter: Sendable {
    private static let second: UInt64 = 1_000_000_000

    private let interval: UInt64
    private let dueAt = Atomic<UInt64>(0)

    /// A limiter for so many requests a second.
    init(_ requestsPerSecond: Int) { interval = Self.second / UInt64(max(1, requestsPerSecond)) }

    /// Takes a request, or says after how many whole seconds the next one will be taken.
    func refuse(at now: MonotonicTime) -> Int? {
        var due = dueAt.load(ordering: .relaxed)
        while true {
            let start = max(due, now.nanoseconds)
            let ahead = start - now.nanoseconds
            if ahead + interval > Self.second {
                return Int((ahead + interval - Self.second + Self.second - 1) / Self.second)
            }
            let (hasExchanged, current) = dueAt.weakCompareExchange(
                expected: due, desired: start + interval, ordering: .relaxed)
            if hasExchanged { return nil }
            due = current
        }
    }
}
