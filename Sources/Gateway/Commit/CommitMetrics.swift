import Platform
import Synchronization

/// What the commit path counts about itself.
final class CommitMetrics: Sendable {
    private let batchCount = Atomic<UInt64>(0)
    private let eventCount = Atomic<UInt64>(0)
    private let syncCount = Atomic<UInt64>(0)
    private let syncNanoseconds = Atomic<UInt64>(0)

    /// Counts one written batch.
    func countBatch(eventCount count: Int) {
        batchCount.add(1, ordering: .relaxed)
        eventCount.add(UInt64(count), ordering: .relaxed)
    }

    /// Counts one sync of the log.
    func observeSync(_ duration: Duration) {
        syncCount.add(1, ordering: .relaxed)
        let nanoseconds = duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
        syncNanoseconds.add(UInt64(max(0, nanoseconds)), ordering: .relaxed)
    }

    /// The counts so far.
    var snapshot: Snapshot {
        Snapshot(
            batches: batchCount.load(ordering: .relaxed), events: eventCount.load(ordering: .relaxed),
            syncs: syncCount.load(ordering: .relaxed), syncNanoseconds: syncNanoseconds.load(ordering: .relaxed))
    }

    /// The counts at one moment.
    struct Snapshot: Sendable {
        let batches: UInt64
        let events: UInt64
        let syncs: UInt64
        let syncNanoseconds: UInt64
    }
}
