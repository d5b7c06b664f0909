import Glibc

/// A queue with a limit between threads: many put, one takes everything that waits.
///
/// Every element has a weight; what the limit bounds is the weight of everything that was put and not yet released.
/// Taking does not release: the owner calls ``release(weight:)`` when the elements no longer cost memory.
public final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    // @unchecked: all mutable state is touched only while `mutex` is held. A condition variable needs a pthread mutex,
    // which must not move, hence the pointers.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let isFilled: UnsafeMutablePointer<pthread_cond_t>
    private let hasRoom: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [Element] = []
    private var outstandingWeight = 0
    private var isClosed = false
    private let weightLimit: Int

    /// What became of an element that was put.
    public enum PutResult: Sendable { case accepted, full, closed }

    /// A queue that holds at most `weightLimit`; one element of any weight is always taken by an empty queue.
    public init(weightLimit: Int) {
        precondition(weightLimit > 0, "a queue of weight \(weightLimit) would take nothing")
        self.weightLimit = weightLimit
        mutex = .allocate(capacity: 1)
        isFilled = .allocate(capacity: 1)
        hasRoom = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(isFilled, nil)
        pthread_cond_init(hasRoom, nil)
    }

    deinit {
        pthread_cond_destroy(hasRoom)
        pthread_cond_destroy(isFilled)
        pthread_mutex_destroy(mutex)
        hasRoom.deallocate()
        isFilled.deallocate()
        mutex.deallocate()
    }

    /// Appends an element unless the queue is full or closed.
    ///
    /// Never blocks for long.
    public func put(_ element: Element, weight: Int) -> PutResult {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if isClosed { return .closed }
        if outstandingWeight > 0, outstandingWeight + weight > weightLimit { return .full }
        outstandingWeight += weight
        waiting.append(element)
        if waiting.count == 1 { pthread_cond_signal(isFilled) }
        return .accepted
    }

    /// Waits until nothing of what was put is outstanding but `weight`, or the queue is closed.
    ///
    /// For one thread that puts: between this and its next put nobody else takes the room.
    public func waitForRoom(downTo weight: Int) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while outstandingWeight > weight, !isClosed { pthread_cond_wait(hasRoom, mutex) }
    }

    /// Waits until there is something, and swaps it into `elements`, which must be empty and lends its memory.
    ///
    /// - Returns: false when the queue is closed and empty: nothing will ever come again.
    public func takeAll(into elements: inout [Element]) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waiting.isEmpty, !isClosed { pthread_cond_wait(isFilled, mutex) }
        swap(&waiting, &elements)
        return !elements.isEmpty
    }

    /// Takes weight off the limit, once the elements that had it are done with.
    public func release(weight: Int) {
        pthread_mutex_lock(mutex)
        outstandingWeight -= weight
        assert(outstandingWeight >= 0, "more weight released than put")
        pthread_cond_signal(hasRoom)
        pthread_mutex_unlock(mutex)
    }

    /// Refuses what is put from now on; what waits can still be taken.
    public func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(isFilled)
        pthread_cond_broadcast(hasRoom)
        pthread_mutex_unlock(mutex)
    }

    /// The weight that was put and not yet released.
    public var weight: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return outstandingWeight
    }
}
