import EventModel
import Glibc
import Platform
import Storage
import Synchronization

/// Brings a removal's steps to the committer, one after the other, and rests in between.
final class RemovalDesk<Store: CommitStore>: Sendable {
    private let committer: Committer<Store>
    /// More than this waits for its commit: the machine has better things to do.
    private let busyWeight: Int
    private let isStopped = Atomic(false)
    private let wakeUp = WakeDescriptor()

    /// How much longer than a step the rest after it is.
    enum Pace {
        /// Somebody waits for it.
        case brisk
        /// It is nobody's hurry.
        case slow

        fileprivate var factor: Int { self == .brisk ? 1 : 4 }
        fileprivate var shortest: Duration { self == .brisk ? .milliseconds(1) : .milliseconds(20) }
    }

    /// A desk in front of a committer whose queue holds `queueLimit`.
    init(_ committer: Committer<Store>, queueLimit: Int) {
        self.committer = committer
        busyWeight = max(64, queueLimit / 50)
    }

    /// Runs `body` on the committer's thread and returns what it gave once that is durable.
    ///
    /// - Throws: What `body` threw, why it could not be made durable, or `closed` when the gateway stops. Whatever was
    ///   written may be there all the same, so that every step can be repeated.
    func carryOut<Result: Sendable>(
        _ body: @escaping @Sendable (any CommitOrderContext) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let result = Guarded<Result?>(nil)
        let end = Guarded<CommitReply?>(nil)
        let done = WakeDescriptor()
        var request = CommitRequest(events: []) { reply in
            end.withLock { $0 = reply }
            done.wake()
        }
        request.order = CommitOrder { context throws(StoreError) in
            let value = try body(context)
            result.withLock { $0 = value }
        }
        while true {
            switch committer.submit(request) {
            case .accepted: break
            case .closed: throw Self.closed
            case .full:
                try wait(.milliseconds(50))
                continue
            }
            break
        }
        var watched = pollfd(fd: done.descriptor, events: Int16(POLLIN), revents: 0)
        // Whatever was accepted is answered, also when the committer stops.
        while end.withLock({ $0 == nil }) { poll(&watched, 1, 1000) }
        if case .failed(let error) = end.withLock({ $0 }) { throw error }
        guard let value = result.withLock({ $0 }) else {
            throw StoreError(.closed, "an order was answered and not carried out")
        }
        return value
    }

    /// Rests after a step that took so long, and as long as senders' events wait in numbers, for 2 s at most.
    ///
    /// - Throws: `closed` when the gateway stops.
    func rest(after duration: Duration, _ pace: Pace) throws(StoreError) {
        try wait(min(.seconds(2), max(pace.shortest, duration * pace.factor)))
        for _ in 0..<20 where committer.queuedWeight > busyWeight { try wait(.milliseconds(100)) }
    }

    /// Waits until somebody calls ``wake()``, or so long.
    ///
    /// - Throws: `closed` when the gateway stops.
    func wait(_ duration: Duration) throws(StoreError) {
        guard !isStopped.load(ordering: .acquiring) else { throw Self.closed }
        var watched = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&watched, 1, Int32(clamping: duration.wholeMilliseconds)) > 0 { wakeUp.drain() }
        guard !isStopped.load(ordering: .acquiring) else { throw Self.closed }
    }

    /// Ends a wait: there is something to do.
    func wake() { wakeUp.wake() }

    /// Ends every wait from now on.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeUp.wake()
    }

    private static var closed: StoreError { StoreError(.closed, "the gateway stops") }
}
