import Glibc
import Synchronization

/// Lets operations in while something is open, and waits for them when it closes.
///
/// Native handles must outlive every call that uses them. Entering costs one uncontended reader lock.
final class OperationGate: @unchecked Sendable {
    // @unchecked: the lock is a pthread object made for sharing, at an address that never changes.
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>
    private let isClosed = Atomic(false)

    init() {
        lock = .allocate(capacity: 1)
        let code = pthread_rwlock_init(lock, nil)
        precondition(code == 0, "a reader-writer lock could not be made: errno \(code)")
    }

    deinit {
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    /// Begins an operation; every true answer is paid back by one ``leave()``.
    ///
    /// A thread may enter again while it is inside.
    ///
    /// - Returns: False once ``close()`` was called.
    func enter() -> Bool {
        // Looking first keeps newcomers from holding up a close that waits for those inside.
        if isClosed.load(ordering: .acquiring) { return false }
        guard pthread_rwlock_rdlock(lock) == 0 else { return false }
        if isClosed.load(ordering: .acquiring) {
            pthread_rwlock_unlock(lock)
            return false
        }
        return true
    }

    /// Ends an operation.
    func leave() { pthread_rwlock_unlock(lock) }

    /// Lets nobody in any more and waits until everybody has left.
    ///
    /// Not to be called from inside.
    ///
    /// - Returns: Whether this call did it; false if the gate was closed before.
    func close() -> Bool {
        let wasClosed = isClosed.exchange(true, ordering: .acquiringAndReleasing)
        pthread_rwlock_wrlock(lock)
        pthread_rwlock_unlock(lock)
        return !wasClosed
    }
}
