import Glibc

/// Where the time of day comes from, so that tests can set it.
public protocol WallClock: Sendable {
    /// The current time of day.
    var now: Timestamp { get }
}

/// The machine's real-time clock.
public struct SystemClock: WallClock {
    /// The machine's clock.
    public init() {}

    /// The machine's time of day, to the millisecond.
    public var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
