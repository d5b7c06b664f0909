import Platform
import Synchronization

/// Where other threads leave word for the engine's thread.
final class DeliveryMailbox: Sendable {
    /// What has been left since the last look.
    struct Mail: Sendable {
        /// Ended transfers by the number of their flight.
        var results: [(flight: UInt64, result: HTTPResult)] = []
        /// Destinations with new deliveries.
        var committed: Set<String> = []
        /// What operators want of destinations, in order.
        var commands: [(destination: String, command: DeliveryCommand)] = []
        /// How long what is under way may still take, once the engine is to stop.
        var grace: Duration?
        /// Whether the engine's thread has been woken and has not looked yet.
        fileprivate var isSignalled = false
        /// Whether nobody will look any more.
        fileprivate var isClosed = false
    }

    /// A destination that may have new deliveries.
    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private let mail = Guarded(Mail())
    private let wake = WakeDescriptor()
    private let flags: [String: Flag]

    /// A mailbox for the destinations of these names.
    init(destinations: [String]) {
        flags = Dictionary(destinations.map { ($0, Flag()) }) { first, _ in first }
    }

    /// The descriptor that is readable while there is mail.
    var descriptor: Int32 { wake.descriptor }

    func post(flight: UInt64, result: HTTPResult) { leave { $0.results.append((flight, result)) } }

    /// Leaves word of new deliveries.
    ///
    /// Takes no lock where the destination is known: whoever answers requests must not wait for the engine's threads,
    /// which give way to all others, also while they hold one.
    func postCommit(destination: String) {
        guard let flag = flags[destination] else { return leave { $0.committed.insert(destination) } }
        if !flag.isSet.exchange(true, ordering: .acquiringAndReleasing) { wake.wake() }
    }

    /// Leaves what an operator wants; false if the engine has ended and nobody would do it.
    func post(_ command: DeliveryCommand, destination: String) -> Bool {
        var isTaken = false
        leave { mail in
            guard !mail.isClosed else { return }
            mail.commands.append((destination, command))
            isTaken = true
        }
        return isTaken
    }

    func postStop(grace: Duration) { leave { $0.grace = grace } }

    /// Takes everything.
    func take() -> Mail {
        wake.drain()
        var taken = mail.withLock { mail in
            defer { mail = Mail() }
            return mail
        }
        // After the draining: what is set from here on wakes again.
        for (name, flag) in flags where flag.isSet.exchange(false, ordering: .acquiringAndReleasing) {
            taken.committed.insert(name)
        }
        return taken
    }

    /// Takes what is left, and takes no more commands from now on.
    func close() -> Mail {
        mail.withLock { mail in
            let last = mail
            mail = Mail()
            mail.isClosed = true
            return last
        }
    }

    private func leave(_ change: (inout Mail) -> Void) {
        let isFirst = mail.withLock { mail in
            change(&mail)
            defer { mail.isSignalled = true }
            return !mail.isSignalled
        }
        if isFirst { wake.wake() }
    }
}
