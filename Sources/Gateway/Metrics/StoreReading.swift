import EventModel
import Platform
import Storage

/// What is known of the store, as it was measured last: for `/metrics` and the alert rules, neither of which may wait for
/// a disk.
struct StoreReading: Sendable {
    /// What waits for one destination.
    struct Backlog: Sendable, Equatable {
        /// Deliveries that wait, whether due or not.
        var waiting = 0
        /// Dead letters.
        var dead = 0
        /// When the first of those that wait is or was due; nil if none waits.
        var oldestDueAt: Timestamp?
    }

    /// By the names of destinations.
    var backlogs: [String: Backlog] = [:]
    var statistics: StoreStatistics?
    var disk: DiskSpace?
    /// Why the last measurement or the last record of ours failed; nil if they did not.
    var failure: StoreError?
    /// How long the measurement or record under way has taken so far; zero if there is none.
    var busyFor = Duration.zero
}
