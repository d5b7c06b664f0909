import EventModel
import Platform
import Synchronization

/// What the commit path counts about itself; safe on any thread, without a lock but where something fails.
final class CommitMetrics: Sendable {
    /// Events of each written batch.
    private let batchSizes = AtomicHistogram(.count)
    /// How long each request waited from the committer's queue to its answer.
    private let latencies = AtomicHistogram(.step)
    /// Syncs of the store's log.
    private let syncs = AtomicHistogram(.step)
    private let failureCount = Atomic<UInt64>(0)
    private let lastFailure = Guarded<StoreError?>(nil)
    /// When the sync under way began, in nanoseconds; 0 while there is none.
    private let syncStart = Atomic<UInt64>(0)

    /// Counts one written batch.
    func countBatch(eventCount: Int) { batchSizes.observe(UInt64(eventCount)) }

    /// Notes that a sync of the log begins.
    func beginSync(at time: MonotonicTime) { syncStart.store(time.nanoseconds, ordering: .relaxed) }

    /// Notes how a sync of the log ended.
    func endSync(_ duration: Duration, isSuccess: Bool) {
        syncStart.store(0, ordering: .relaxed)
        if isSuccess { syncs.observe(duration) }
    }

    /// Counts the requests of a group that was answered.
    func observeLatencies(since arrivals: [MonotonicTime], now: MonotonicTime) {
        for arrival in arrivals { latencies.observe(now - arrival) }
    }

    /// Counts a group that was not kept.
    func countFailure(_ error: StoreError) {
        failureCount.add(1, ordering: .relaxed)
        lastFailure.withLock { $0 = error }
    }

    /// The counts so far.
    var snapshot: Snapshot { snapshot(at: .now) }

    private func snapshot(at now: MonotonicTime) -> Snapshot {
        let start = syncStart.load(ordering: .relaxed)
        return Snapshot(
            batchSizes: batchSizes.snapshot, latencies: latencies.snapshot, syncs: syncs.snapshot,
            failureCount: failureCount.load(ordering: .relaxed), lastFailure: lastFailure.withLock { $0 },
            runningSync: start == 0 ? .zero : max(.zero, now - MonotonicTime(nanoseconds: start)))
    }

    /// The counts at one moment.
    struct Snapshot: Sendable {
        var batchSizes = Histogram(.count)
        var latencies = Histogram(.step)
        var syncs = Histogram(.step)
        /// Groups that could not be written or synced.
        var failureCount: UInt64 = 0
        var lastFailure: StoreError?
        /// How long the sync under way has taken so far; zero if there is none.
        var runningSync = Duration.zero
    }
}
