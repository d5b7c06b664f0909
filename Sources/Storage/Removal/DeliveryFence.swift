import Platform
import Synchronization

/// Keeps those who remove the deliveries of a store from crossing those who deliver them (docs/adr/0016-removal.md).
///
/// The engine, operators and removals each read deliveries and write what follows from that, on threads of their own. The
/// fence makes each of these one step, so that nobody writes what somebody else has just removed. Held over I/O, but only
/// once for a batch of outcomes: the committer, which adds deliveries that nobody can have read before, needs no fence.
public final class DeliveryFence: Sendable {
    private let gate = Guarded(())
    private let removals = Atomic<UInt64>(0)
    private let reopenings = Atomic<UInt64>(0)

    init() {}

    /// How often events were erased together with what was still to be delivered of them.
    public var removalCount: UInt64 { removals.load(ordering: .acquiring) }

    /// How often deliveries that had ended were put back in their queues.
    package var reopeningCount: UInt64 { reopenings.load(ordering: .acquiring) }

    /// Runs `body` while nobody else is inside; not to be called from inside.
    package func exclusively<Result: Sendable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try gate.withLock { _ throws(Failure) in try body() }
    }

    /// Notes that events were erased; called inside, after the write.
    package func noteRemoval() { removals.add(1, ordering: .acquiringAndReleasing) }

    /// Notes that deliveries were put back; called inside.
    func noteReopening() { reopenings.add(1, ordering: .acquiringAndReleasing) }
}
