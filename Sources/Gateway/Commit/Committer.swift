import EventModel
import Platform

/// A batch is closed when it has this many events, so that one burst does not delay everybody's answer.
private let batchEventLimit = 4096

/// The one thread through which everything that changes the state passes, in order (docs/adr/0002).
///
/// It takes all requests that wait, decides each event against the store and against the events before it, writes one
/// atomic batch, and hands the group to the ``CommitSyncer``, which makes it durable and answers.
final class Committer<Store: CommitStore>: Sendable {
    private let queue: BoundedQueue<CommitRequest>
    private let store: Store
    private let syncer: CommitSyncer
    private let thread: Guarded<DedicatedThread?>
    private let state: Confined<CommitState<Store>>
    private let metrics: CommitMetrics

    /// A committer that has not started.
    ///
    /// - Parameters:
    ///   - store: Where batches are written.
    ///   - syncer: What makes written batches durable and answers; started and stopped with the committer.
    ///   - queueLimit: Events that may wait, each counting once for every 2 KiB; beyond it ``submit(_:)`` says full.
    ///   - metrics: Told how many events each batch has.
    ///   - state: What decides; belongs to the committer's thread from now on.
    init(
        store: Store, syncer: CommitSyncer, queueLimit: Int, metrics: CommitMetrics,
        state: sending CommitState<Store>
    ) {
        queue = BoundedQueue(weightLimit: queueLimit)
        self.store = store
        self.syncer = syncer
        self.metrics = metrics
        self.state = Confined(state)
        thread = Guarded(nil)
    }

    /// Starts this thread and the syncer's.
    func start() {
        syncer.start()
        thread.withLock { thread in
            thread = DedicatedThread(name: "committer") { [self] in run() }
        }
    }

    /// Puts a request in the queue.
    ///
    /// The request's `reply` is called later if and only if it was accepted.
    func submit(_ request: CommitRequest) -> BoundedQueue<CommitRequest>.PutResult {
        queue.put(request, weight: request.weight)
    }

    /// Refuses new requests, commits and answers what waits, and ends both threads.
    func stop() {
        queue.close()
        thread.withLock { $0 }?.join()
        syncer.stop()
    }

    /// What waits or is not answered yet, counted as for the limit.
    var queuedWeight: Int { queue.weight }

    private func run() {
        let state = state.value
        var requests: [CommitRequest] = []
        while queue.takeAll(into: &requests) {
            var rest = requests[...]
            while !rest.isEmpty {
                commitGroup(&rest, state)
                syncer.awaitTurn()
            }
            requests.removeAll(keepingCapacity: true)
        }
    }

    /// Decides and writes requests from the front of `requests` until the batch is full.
    private func commitGroup(_ requests: inout ArraySlice<CommitRequest>, _ state: CommitState<Store>) {
        if let order = requests.first?.order { return carryOut(order, &requests, state) }
        var group = CommitGroup()
        var events: [PreparedEvent] = []
        while let request = requests.first, request.order == nil, events.count < batchEventLimit {
            requests = requests.dropFirst()
            events += request.events
            group.weight += request.weight
            group.replies.append(CommitGroup.Reply(send: request.reply, eventCount: request.events.count))
            group.arrivals.append(request.submittedAt)
        }
        group.release = { [queue] weight in queue.release(weight: weight) }
        do throws(StoreError) {
            try state.prepare(events)
            group.verdicts.reserveCapacity(events.count)
            for (position, event) in events.enumerated() {
                group.verdicts.append(try state.decide(event, at: position))
            }
            var batch = state.takeBatch()
            if !batch.isEmpty { try store.commit(batch, .buffered) }
            state.recycle(&batch)
            group.destinations = state.takeDestinations()
            metrics.countBatch(eventCount: events.count)
        } catch {
            state.discard()
            group.failure = error
        }
        syncer.submit(group)
    }
}

extension Committer {
    /// Has an order at the front of `requests` carried out, as a group of its own.
    private func carryOut(
        _ order: CommitOrder, _ requests: inout ArraySlice<CommitRequest>, _ state: CommitState<Store>
    ) {
        let request = requests.removeFirst()
        var group = CommitGroup()
        group.weight = request.weight
        group.replies = [CommitGroup.Reply(send: request.reply, eventCount: 0)]
        group.release = { [queue] weight in queue.release(weight: weight) }
        do throws(StoreError) { try order.run(state) } catch { group.failure = error }
        syncer.submit(group)
    }
}

/// A value that one thread alone uses, made by another before that thread starts.
struct Confined<Value>: @unchecked Sendable {
    // @unchecked: whoever holds it hands it to exactly one thread.
    let value: Value

    init(_ value: sending Value) { self.value = value }
}
