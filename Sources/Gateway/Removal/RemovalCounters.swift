import Storage
import Synchronization

/// What was removed since the start, for `/metrics`.
final class RemovalCounters: Sendable {
    private let retentionRuns = Atomic<UInt64>(0)
    private let retentionFailures = Atomic<UInt64>(0)
    private let expiredEvents = Atomic<UInt64>(0)
    private let expiredProfiles = Atomic<UInt64>(0)
    private let keptEvents = Atomic<UInt64>(0)
    private let erasures = Atomic<UInt64>(0)
    private let erasedEvents = Atomic<UInt64>(0)
    private let erasedDeliveries = Atomic<UInt64>(0)

    /// Counts a run over all accounts.
    func countRetention(_ figures: RetentionFigures) {
        retentionRuns.add(1, ordering: .relaxed)
        expiredEvents.add(UInt64(figures.events), ordering: .relaxed)
        expiredProfiles.add(UInt64(figures.profiles), ordering: .relaxed)
        keptEvents.store(UInt64(figures.kept), ordering: .relaxed)
    }

    /// Counts a run that the store ended.
    func countFailure() { retentionFailures.add(1, ordering: .relaxed) }

    /// Counts an erasure that was finished.
    func countErasure(_ counts: ErasureCounts) {
        erasures.add(1, ordering: .relaxed)
        erasedEvents.add(UInt64(counts.events), ordering: .relaxed)
        erasedDeliveries.add(UInt64(counts.droppedDeliveries), ordering: .relaxed)
    }

    /// The counts at this moment; each is exact, all together need not be of one moment.
    var snapshot: Snapshot {
        Snapshot(
            retentionRuns: retentionRuns.load(ordering: .relaxed),
            retentionFailures: retentionFailures.load(ordering: .relaxed),
            expiredEvents: expiredEvents.load(ordering: .relaxed),
            expiredProfiles: expiredProfiles.load(ordering: .relaxed), keptEvents: keptEvents.load(ordering: .relaxed),
            erasures: erasures.load(ordering: .relaxed), erasedEvents: erasedEvents.load(ordering: .relaxed),
            erasedDeliveries: erasedDeliveries.load(ordering: .relaxed))
    }

    /// The counts as values.
    struct Snapshot: Sendable, Equatable {
        var retentionRuns: UInt64 = 0
        var retentionFailures: UInt64 = 0
        var expiredEvents: UInt64 = 0
        var expiredProfiles: UInt64 = 0
        /// Of the last run.
        var keptEvents: UInt64 = 0
        var erasures: UInt64 = 0
        var erasedEvents: UInt64 = 0
        var erasedDeliveries: UInt64 = 0
    }
}
