import EventModel
import Platform

/// Collects outcomes, so that the store gets them in batches.
struct OutcomeRecorder {
    struct Entry {
        let lane: Int
        let outcome: DeliveryOutcome
    }

    private var entries: [Entry] = []
    private var oldestAt: MonotonicTime?
    /// After the store failed: when to try again.
    private var pausedUntil: MonotonicTime?

    mutating func add(_ outcome: DeliveryOutcome, lane: Int, at time: MonotonicTime) {
        entries.append(Entry(lane: lane, outcome: outcome))
        if oldestAt == nil { oldestAt = time }
    }

    /// When the outcomes are to be recorded at the latest; nil if there are none.
    func dueAt(_ configuration: DeliveryEngineConfiguration) -> MonotonicTime? {
        oldestAt.map { max($0 + configuration.outcomeDelay, pausedUntil ?? $0) }
    }

    /// Whether the outcomes are to be recorded now.
    func isDue(_ now: MonotonicTime, _ configuration: DeliveryEngineConfiguration) -> Bool {
        if let pausedUntil, pausedUntil > now { return false }
        guard let due = dueAt(configuration) else { return false }
        return due <= now || entries.count >= configuration.outcomeBatchLimit
    }

    /// Takes all outcomes.
    mutating func take() -> [Entry] {
        defer {
            entries = []
            oldestAt = nil
            pausedUntil = nil
        }
        return entries
    }

    /// Puts back what could not be recorded.
    mutating func giveBack(_ batch: [Entry], until time: MonotonicTime) {
        entries = batch + entries
        oldestAt = time
        pausedUntil = time
    }
}
