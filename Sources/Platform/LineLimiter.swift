import Synchronization

/// Keeps something that happens many times a second from filling the log: a few lines each period, and then one that
/// says how many were left out.
///
/// Safe on any thread, without a lock. A line more or less may come through where periods meet.
public final class LineLimiter: Sendable {
    private let lineLimit: UInt64
    private let period: Duration
    private let startedAt = Atomic<UInt64>(0)
    private let lineCount = Atomic<UInt64>(0)
    private let leftOutCount = Atomic<UInt64>(0)

    /// A limiter that lets so many lines through in each period.
    public init(lines: Int = 1, every period: Duration = .seconds(10)) {
        lineLimit = UInt64(max(1, lines))
        self.period = period
    }

    /// Notes that there is something to say.
    ///
    /// - Returns: Nil if it is to be left out; else how many were left out since the last line.
    public func admit(at now: MonotonicTime = .now) -> UInt64? {
        let start = startedAt.load(ordering: .relaxed)
        if start == 0 || now - MonotonicTime(nanoseconds: start) >= period {
            if startedAt.compareExchange(expected: start, desired: now.nanoseconds, ordering: .relaxed).exchanged {
                lineCount.store(0, ordering: .relaxed)
            }
        }
        guard lineCount.add(1, ordering: .relaxed).newValue <= lineLimit else {
            leftOutCount.add(1, ordering: .relaxed)
            return nil
        }
        return leftOutCount.exchange(0, ordering: .relaxed)
    }

    /// How many were left out and are not told yet, once the period is over; to be asked now and then, so that the end
    /// of a burst is told too.
    public func takeRest(at now: MonotonicTime = .now) -> UInt64? {
        guard leftOutCount.load(ordering: .relaxed) > 0,
            now - MonotonicTime(nanoseconds: startedAt.load(ordering: .relaxed)) >= period
        else { return nil }
        let count = leftOutCount.exchange(0, ordering: .relaxed)
        return count > 0 ? count : nil
    }
}
