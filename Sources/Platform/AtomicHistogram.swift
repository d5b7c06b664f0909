import Synchronization

/// A histogram that several threads fill without a lock: two relaxed additions a value.
public final class AtomicHistogram: @unchecked Sendable {
    // @unchecked: what the pointer leads to is atomic, and the pointer never changes.
    private let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let sum = Atomic<UInt64>(0)
    private let buckets: HistogramBuckets

    /// A histogram of nothing.
    public init(_ buckets: HistogramBuckets) {
        self.buckets = buckets
        counts = .allocate(capacity: buckets.bounds.count + 1)
        for place in 0...buckets.bounds.count { (counts + place).initialize(to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize(count: buckets.bounds.count + 1)
        counts.deallocate()
    }

    /// Counts a value.
    public func observe(_ value: UInt64) {
        counts[buckets.place(of: value)].add(1, ordering: .relaxed)
        sum.add(value, ordering: .relaxed)
    }

    /// Counts a duration; a negative one counts as none.
    public func observe(_ duration: Duration) { observe(duration.wholeNanoseconds) }

    /// What was counted so far; values that come in meanwhile may be in the counts and not yet in the sum.
    public var snapshot: Histogram {
        Histogram(
            buckets, counts: (0...buckets.bounds.count).map { counts[$0].load(ordering: .relaxed) },
            sum: sum.load(ordering: .relaxed))
    }
}
