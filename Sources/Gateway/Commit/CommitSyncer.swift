import EventModel
import Platform

/// What the committer needs of the store beyond ``KeyValueStore``.
protocol CommitStore: KeyValueStore {
    /// Makes all buffered commits so far durable; returns after the sync.
    func syncLog() throws(StoreError)
}

/// Requests whose events are in one written batch, waiting for the sync.
struct CommitGroup: Sendable {
    /// How to answer a request, and how many of the group's verdicts are its own.
    struct Reply: Sendable {
        let send: @Sendable (CommitReply) -> Void
        let eventCount: Int
    }

    var replies: [Reply] = []
    /// One for each event of the requests, in their order.
    var verdicts: [CommitVerdict] = []
    /// When the requests were handed over.
    var arrivals: [MonotonicTime] = []
    /// Destinations that have new deliveries.
    var destinations: Set<String> = []
    /// Set when the group's batch was not written.
    var failure: StoreError?
    var weight = 0
    var release: @Sendable (Int) -> Void = { _ in }
}

/// Groups that may be written and not answered when the committer takes the next one.
private let unansweredGroupLimit = 1

/// The thread that syncs the store's log and answers the requests whose batches are then durable.
///
/// While it waits for the disk, the committer decides the next batch; one sync serves all batches written before it.
final class CommitSyncer: Sendable {
    private let queue = BoundedQueue<CommitGroup>(weightLimit: .max)
    private let store: any CommitStore
    private let thread: Guarded<DedicatedThread?>
    private let metrics: CommitMetrics
    private let onAnswered: @Sendable () -> Void
    private let onCommitted: @Sendable (Set<String>) -> Void

    /// A syncer that has not started.
    ///
    /// - Parameters:
    ///   - store: Whose log is synced.
    ///   - metrics: Told how long each sync took.
    ///   - onCommitted: Told the destinations that have new, durable deliveries.
    ///   - onAnswered: Called after each round of replies, so that answers can be flushed together.
    init(
        store: any CommitStore, metrics: CommitMetrics, onCommitted: @escaping @Sendable (Set<String>) -> Void,
        onAnswered: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.metrics = metrics
        self.onCommitted = onCommitted
        self.onAnswered = onAnswered
        thread = Guarded(nil)
    }

    /// Starts the thread.
    func start() {
        thread.withLock { thread in
            thread = DedicatedThread(name: "syncer") { [self] in run() }
        }
    }

    /// Takes a group whose batch was written, or has failed.
    func submit(_ group: CommitGroup) { _ = queue.put(group, weight: 1) }

    /// Waits until at most one group is not answered yet.
    ///
    /// Without this the committer would run ahead in small groups, each of which costs a write and wakes every loop for
    /// its answers: what arrives during a sync belongs in one group.
    func awaitTurn() { queue.waitForRoom(downTo: unansweredGroupLimit) }

    /// Syncs and answers what waits, then ends the thread.
    func stop() {
        queue.close()
        thread.withLock { $0 }?.join()
    }

    private func run() {
        var groups: [CommitGroup] = []
        while queue.takeAll(into: &groups) {
            let failure = sync(groups)
            for group in groups { answer(group, failure) }
            onAnswered()
            queue.release(weight: groups.count)
            groups.removeAll(keepingCapacity: true)
        }
    }

    /// Makes the groups durable; returns why not, if they are not.
    private func sync(_ groups: [CommitGroup]) -> StoreError? {
        guard groups.contains(where: { $0.failure == nil }) else { return nil }
        let started = MonotonicTime.now
        metrics.beginSync(at: started)
        do {
            try store.syncLog()
            metrics.endSync(MonotonicTime.now - started, isSuccess: true)
            return nil
        } catch {
            metrics.endSync(MonotonicTime.now - started, isSuccess: false)
            return error
        }
    }

    private func answer(_ group: CommitGroup, _ syncFailure: StoreError?) {
        metrics.observeLatencies(since: group.arrivals, now: .now)
        if let failure = group.failure ?? syncFailure {
            metrics.countFailure(failure)
            for reply in group.replies { reply.send(.failed(failure)) }
        } else {
            var verdicts = group.verdicts[...]
            for reply in group.replies {
                reply.send(.committed(verdicts.prefix(reply.eventCount)))
                verdicts = verdicts.dropFirst(reply.eventCount)
            }
            if !group.destinations.isEmpty { onCommitted(group.destinations) }
        }
        group.release(group.weight)
    }
}
