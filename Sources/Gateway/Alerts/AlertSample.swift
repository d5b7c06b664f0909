import EventModel
import Outbound
import Platform
import Storage

/// What the alert rules look at: how everything stands at one moment.
///
/// Counts are those since the gateway started.
struct AlertSample: Sendable {
    /// One destination of the configuration.
    struct Destination: Sendable {
        var name: String
        /// Nil while the engine has said nothing yet.
        var state: DestinationStatus.State?
        /// Since when it is gone or held.
        var stoppedAt: Timestamp?
        var delivered: UInt64 = 0
        /// Attempts that did not deliver, by what happened.
        var failures: [String: UInt64] = [:]
        /// What waits; nil while that is not known.
        var backlog: StoreReading.Backlog?
    }

    /// One source of the configuration.
    struct Source: Sendable {
        var name: String
        /// Events that it sent, known ones included.
        var eventCount: UInt64
    }

    /// What waits for the committer.
    struct Queue: Sendable {
        var weight = 0
        var limit = Int.max
    }

    var time: Timestamp
    var destinations: [Destination] = []
    var sources: [Source] = []
    var queue = Queue()
    var commit = CommitMetrics.Snapshot()
    var store = StoreReading()
}
