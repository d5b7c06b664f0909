import Glibc
import Platform

/// Does small periodic work on a thread of its own: at start, then every ten minutes.
final class Maintenance: Sendable {
    private static let intervalMilliseconds: Int32 = 600_000

    private let work: @Sendable () -> Void
    private let end = WakeDescriptor()
    private let thread = Guarded<DedicatedThread?>(nil)

    /// Maintenance that has not started.
    ///
    /// - Parameter work: What to do each time; must be short.
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }

    /// Starts the thread.
    func start() {
        thread.withLock { thread in
            thread = DedicatedThread(name: "maintenance", priority: .background) { [work, end] in
                var watched = pollfd(fd: end.descriptor, events: Int16(POLLIN), revents: 0)
                repeat { work() } while poll(&watched, 1, Self.intervalMilliseconds) <= 0
            }
        }
    }

    /// Ends the thread after the work under way.
    func stop() {
        end.wake()
        thread.withLock { $0 }?.join()
    }
}
