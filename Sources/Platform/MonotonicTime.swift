import Glibc

/// A reading of the clock that never jumps, for measuring how long something took.
public struct MonotonicTime: Sendable, Comparable {
    /// Nanoseconds since an arbitrary start.
    public let nanoseconds: UInt64

    /// A reading of so many nanoseconds.
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The current reading.
    public static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// Whether `left` was read earlier.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Later than any reading.
    public static let distantFuture = MonotonicTime(nanoseconds: UInt64(Int64.max))

    /// The time from `earlier` to `later`.
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
        .nanoseconds(Int64(later.nanoseconds) - Int64(earlier.nanoseconds))
    }

    /// The reading `duration` later, to the nanosecond; a negative duration counts as none.
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        return MonotonicTime(nanoseconds: time.nanoseconds + UInt64(max(0, nanoseconds)))
    }
}
