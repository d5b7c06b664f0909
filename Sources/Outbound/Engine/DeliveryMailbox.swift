import Platform

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

    private let mail = Guarded(Mail())
    private let wake = WakeDescriptor()

    /// The descriptor that is readable while there is mail.
    var descriptor: Int32 { wake.descriptor }

    func post(flight: UInt64, result: HTTPResult) { leave { $0.results.append((flight, result)) } }

    func postCommit(destination: String) { leave { $0.committed.insert(destination) } }

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
        return mail.withLock { mail in
            defer { mail = Mail() }
            return mail
        }
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
