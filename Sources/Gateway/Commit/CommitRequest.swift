import EventModel
import Platform

/// One request on its way through the committer, with what is needed to answer it.
struct CommitRequest: Sendable {
    var events: [PreparedEvent]
    /// Answers the request; called once, on the syncer's thread, after the commit is durable or has failed.
    var reply: @Sendable (CommitReply) -> Void
    /// What is to be done instead of deciding events, for a request without any.
    var order: CommitOrder?
    /// When it was handed over, for the metrics.
    let submittedAt = MonotonicTime.now

    /// What the request counts in the queue's limit.
    var weight: Int {
        events.reduce(1) { $0 + $1.weight }
    }
}

/// How a request's commit ended.
enum CommitReply: Sendable {
    /// Durable.
    ///
    /// One verdict an event, in order.
    case committed(ArraySlice<CommitVerdict>)
    /// Nothing of the request was kept.
    case failed(StoreError)
}
