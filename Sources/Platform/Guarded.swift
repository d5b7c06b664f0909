public import Synchronization

#if TSAN
    import Glibc
#endif

/// A value that can be reached only while holding its lock.
///
/// For small state with no I/O inside the closure. The lock is not recursive.
public final class Guarded<Value: Sendable>: @unchecked Sendable {
    // @unchecked: `value` is only touched inside `withLock`.
    #if TSAN
        // ThreadSanitizer cannot see the futex hand-off of `Mutex` and reports false races; it knows pthreads.
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>
        private var value: Value

        /// Guards `value`.
        public init(_ value: Value) {
            self.value = value
            mutex = .allocate(capacity: 1)
            pthread_mutex_init(mutex, nil)
        }

        deinit {
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        /// Runs `body` while holding the lock and returns what it returns.
        public func withLock<Result: Sendable, Failure: Error>(
            _ body: (inout Value) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value)
        }
    #else
        @usableFromInline
        let mutex: Mutex<Value>

        /// Guards `value`.
        public init(_ value: Value) { mutex = Mutex(value) }

        /// Runs `body` while holding the lock and returns what it returns.
        ///
        /// Inlined: what is not specialized for its value looks types up every time.
        @inlinable
        public func withLock<Result: Sendable, Failure: Error>(
            _ body: (inout Value) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            try mutex.withLock { (value: inout sending Value) throws(Failure) -> Result in try body(&value) }
        }
    #endif
}
