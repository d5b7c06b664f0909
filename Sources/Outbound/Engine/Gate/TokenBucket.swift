package import Platform

/// How many events a destination takes in a time.
public struct SendingRate: Sendable, Equatable {
    /// Events, at least 1.
    public var count: Int
    /// The time in which they may be sent.
    public var period: Duration

    /// A rate of `count` events in each `period`.
    public init(_ count: Int, per period: Duration) {
        self.count = count
        self.period = period
    }
}

/// A token bucket: one token an event, filled at a constant rate, and holding those of a fifth of a second at most.
///
/// Pure: it is told the time. Kept as the time at which the bucket would be full again (the generic cell rate algorithm of
/// ITU-T I.371), so that no rounding adds up however long it runs.
package struct TokenBucket: Equatable, Sendable {
    private let nanosecondsPerToken: UInt64
    /// How far ahead of an even pace a burst may get.
    private let toleranceNanoseconds: UInt64
    /// When the bucket is full again; in the past if it is.
    private var fullAtNanoseconds: UInt64 = 0

    /// The part of a second whose tokens the bucket holds; it always holds one.
    private static let burstsPerSecond = 5.0

    package init(_ rate: SendingRate) {
        let (seconds, attoseconds) = rate.period.components
        let period = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        let nanoseconds = max(1, period / Double(max(1, rate.count)))
        nanosecondsPerToken = UInt64(nanoseconds.rounded())
        let burst = max(1, (1e9 / Self.burstsPerSecond / nanoseconds).rounded(.down))
        toleranceNanoseconds = UInt64((burst - 1) * nanoseconds)
    }

    /// When the next token is there; `now` or earlier if there is one.
    package var nextTokenAt: MonotonicTime {
        MonotonicTime(nanoseconds: fullAtNanoseconds - min(fullAtNanoseconds, toleranceNanoseconds))
    }

    /// Takes tokens; more than there are make the next event wait the longer, so that batches keep the rate, too.
    package mutating func take(_ count: Int, at now: MonotonicTime) {
        fullAtNanoseconds = max(fullAtNanoseconds, now.nanoseconds) + UInt64(max(0, count)) * nanosecondsPerToken
    }
}
