import EventModel
import Platform

/// Which delivery of a destination something is about.
struct DeliveryKey: Hashable {
    let account: AccountNumber
    let sequence: EventSequence

    init(_ delivery: Delivery) {
        account = delivery.account
        sequence = delivery.sequence
    }
}

/// What the engine knows of one destination: a bounded window of due deliveries and how many are under way.
///
/// Pure: no store, no clock. A delivery is *open* from when it is pulled until its outcome is recorded; an open delivery
/// that the store still lists is passed over, so that none is in flight twice. Limits on the rate and a circuit breaker
/// belong into ``canStart``.
struct DestinationLane {
    /// What to ask the store for.
    struct Pull: Equatable {
        /// Nil to begin at the earliest.
        let previous: DueDelivery?
        let limit: Int
    }

    let destination: any Destination
    private let windowLimit: Int
    private let restartInterval: Duration

    /// Due deliveries, the next one last.
    private var window: [DueDelivery] = []
    private var open: Set<DeliveryKey> = []
    private(set) var inFlightCount = 0

    /// The last delivery pulled of a backlog that goes on behind it.
    private var cursor: DueDelivery?
    /// When the store was last read from the earliest on.
    private var restartedAt: MonotonicTime?
    /// Whether the store may have due deliveries that are not open.
    private var mayHaveDue = true
    /// When the first delivery not due yet is due, if there is one.
    private(set) var nextDueAt: Timestamp?

    /// A lane that knows of nothing yet.
    ///
    /// - Parameters:
    ///   - destination: Whose lane it is.
    ///   - windowLimit: Deliveries held in memory; twice as many may be open while outcomes wait to be recorded.
    ///   - restartInterval: How often a backlog is read from the earliest on, as late commits may lie behind the cursor.
    init(destination: any Destination, windowLimit: Int, restartInterval: Duration) {
        self.destination = destination
        self.windowLimit = windowLimit
        self.restartInterval = restartInterval
    }

    /// Whether a delivery can be started now.
    var canStart: Bool { !window.isEmpty && inFlightCount < destination.policy.concurrencyLimit }

    /// Whether there is anything to pull or start at this time.
    func isReady(now: Timestamp) -> Bool {
        canStart || wantsMore && (mayHaveDue || nextDueAt.map { $0 <= now } ?? false)
    }

    private var wantsMore: Bool { window.count <= windowLimit / 2 && open.count < 2 * windowLimit }

    /// Deliveries whose outcome is not recorded yet, those in the window included.
    var openCount: Int { open.count }

    /// Notes that new deliveries may be due.
    mutating func noteCommit() { mayHaveDue = true }

    /// What to pull now, or nil if there is nothing to get or no room.
    mutating func nextPull(now: Timestamp, monotonic: MonotonicTime) -> Pull? {
        if let due = nextDueAt, due <= now { mayHaveDue = true }
        guard mayHaveDue, wantsMore else { return nil }
        if let restartedAt, monotonic - restartedAt < restartInterval, let cursor {
            return Pull(previous: cursor, limit: windowLimit)
        }
        restartedAt = monotonic
        // What is open comes first again, and there must be room for others behind it.
        return Pull(previous: nil, limit: windowLimit + open.count)
    }

    /// Takes what a pull gave; false if the caller must still say when the next one is due.
    mutating func take(_ page: [DueDelivery], of pull: Pull) -> Bool {
        let fresh = page.filter { open.insert(DeliveryKey($0.delivery)).inserted }
        window.insert(contentsOf: fresh.reversed(), at: 0)
        nextDueAt = nil
        let isMore = page.count >= pull.limit
        cursor = isMore ? page.last : nil
        mayHaveDue = isMore
        return isMore
    }

    /// Notes when the first delivery behind the last page is due.
    mutating func noteNextDue(_ time: Timestamp?) { nextDueAt = time }

    /// Takes the next delivery to start.
    mutating func startNext() -> DueDelivery? {
        guard canStart, let due = window.popLast() else { return nil }
        inFlightCount += 1
        return due
    }

    /// Notes that a delivery that was started is under way no more.
    mutating func finish() { inFlightCount -= 1 }

    /// Notes that an outcome has been recorded.
    mutating func settle(_ outcome: DeliveryOutcome) {
        open.remove(DeliveryKey(outcome.due.delivery))
        guard let time = outcome.delivery.nextAttemptAt else { return }
        nextDueAt = min(time, nextDueAt ?? time)
    }

    /// Gives back a delivery that could not be looked at, to be pulled again.
    mutating func release(_ due: DueDelivery) {
        open.remove(DeliveryKey(due.delivery))
        mayHaveDue = true
        cursor = nil
    }
}
