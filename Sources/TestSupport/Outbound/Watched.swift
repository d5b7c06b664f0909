import Glibc

/// A value that one thread changes and another waits for.
public final class Watched<Value: Sendable>: @unchecked Sendable {
    // @unchecked: `value` is only touched while holding `mutex`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    /// How long a wait may take before it is given up: far longer than any test that works.
    public static var patienceSeconds: Int { 20 }

    /// Watches `value`.
    public init(_ value: Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes or reads the value and wakes everybody who waits.
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Waits until the value is as wanted; false if that took longer than ``patienceSeconds``.
    @discardableResult
    public func wait(until isWanted: (Value) -> Bool) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += Self.patienceSeconds
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isWanted(value) {
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return isWanted(value) }
        }
        return true
    }
}
