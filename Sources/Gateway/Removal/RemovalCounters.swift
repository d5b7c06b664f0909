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

    /// The counts as Prometheus text.
    var metricsText: [UInt8] {
        var text = ""
        func add(_ name: String, _ type: String, _ help: String, _ value: borrowing Atomic<UInt64>) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value.load(ordering: .relaxed))\n"
        }
        add("tracklayer_retention_runs_total", "counter", "Runs of retention that were finished.", retentionRuns)
        add("tracklayer_retention_failures_total", "counter", "Removals that a failing store ended.", retentionFailures)
        add("tracklayer_retention_events_removed_total", "counter", "Events removed by retention.", expiredEvents)
        add("tracklayer_retention_profiles_removed_total", "counter", "Profiles removed by retention.", expiredProfiles)
        add(
            "tracklayer_retention_events_kept", "gauge",
            "Events older than retention at the last run that still had something to be delivered.", keptEvents)
        add("tracklayer_erasures_total", "counter", "Erasures that were finished.", erasures)
        add("tracklayer_erasure_events_removed_total", "counter", "Events removed by erasures.", erasedEvents)
        add(
            "tracklayer_erasure_deliveries_dropped_total", "counter",
            "Deliveries that erasures took from their queues.", erasedDeliveries)
        return Array(text.utf8)
    }
}
