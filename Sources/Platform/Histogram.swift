/// The upper bounds of a histogram's buckets.
public struct HistogramBuckets: Sendable, Equatable {
    /// Inclusive upper bounds in ascending order, in the unit of what is observed; what is larger has a bucket of its own.
    public let bounds: [UInt64]
    /// How many of that unit make one of the unit that is shown: 1,000,000,000 for nanoseconds shown as seconds.
    public let scale: UInt64

    /// Buckets from their bounds, which must ascend.
    public init(_ bounds: [UInt64], scale: UInt64 = 1) {
        self.bounds = bounds
        self.scale = scale
    }

    /// Durations in nanoseconds, from half a millisecond to a minute: how long one step takes.
    public static let step = HistogramBuckets(
        [500_000] + milliseconds([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000]),
        scale: 1_000_000_000)

    /// Durations in nanoseconds, from five milliseconds to a day: how long something waits that is tried again.
    public static let wait = HistogramBuckets(
        milliseconds([
            5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000, 86_400_000,
        ]), scale: 1_000_000_000)

    /// How many there are of something, from 1 to 4,096.
    public static let count = HistogramBuckets([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096])

    private static func milliseconds(_ values: [UInt64]) -> [UInt64] { values.map { $0 * 1_000_000 } }

    /// The place of the bucket that a value belongs in; one behind the last bound for what is larger than all.
    func place(of value: UInt64) -> Int {
        for (place, bound) in bounds.enumerated() where value <= bound { return place }
        return bounds.count
    }
}

/// How many values of which size were observed: a value, for one thread.
///
/// ``AtomicHistogram`` is for several threads.
public struct Histogram: Sendable, Equatable {
    /// Where one bucket ends and the next begins.
    public let buckets: HistogramBuckets
    /// How many values each bucket has by itself; the last one is for what is larger than all bounds.
    public private(set) var counts: [UInt64]
    /// The sum of all values.
    public private(set) var sum: UInt64 = 0

    /// A histogram of nothing.
    public init(_ buckets: HistogramBuckets) {
        self.buckets = buckets
        counts = Array(repeating: 0, count: buckets.bounds.count + 1)
    }

    init(_ buckets: HistogramBuckets, counts: [UInt64], sum: UInt64) {
        self.buckets = buckets
        self.counts = counts
        self.sum = sum
    }

    /// How many values were observed.
    public var count: UInt64 { counts.reduce(0, +) }

    /// Counts a value.
    public mutating func observe(_ value: UInt64) {
        counts[buckets.place(of: value)] += 1
        sum &+= value
    }

    /// Counts a duration; a negative one counts as none.
    public mutating func observe(_ duration: Duration) { observe(duration.wholeNanoseconds) }

    /// Adds what another histogram with the same buckets has.
    public static func += (left: inout Histogram, right: Histogram) {
        precondition(left.buckets == right.buckets, "two histograms with different buckets were added")
        for place in left.counts.indices { left.counts[place] += right.counts[place] }
        left.sum &+= right.sum
    }
}

extension Duration {
    /// The duration in whole nanoseconds, cut off; 0 for a negative one.
    public var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    }
}
