import EventModel
import Platform

/// One reading of the engine's clocks.
struct EngineTime {
    /// The time of day.
    let wall: Timestamp
    /// The time that counts for what is due; see ``SteadyClock``.
    let due: Timestamp
    let monotonic: MonotonicTime
}

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
/// that the store still lists is passed over, so that none is in flight twice. ``gate`` says whether the destination may
/// be sent anything now.
struct DestinationLane {
    /// What to ask the store for.
    struct Pull: Equatable {
        /// Nil to begin at the earliest.
        let previous: DueDelivery?
        let limit: Int
    }

    let destination: any Destination
    /// The destination, if it takes several events in one request.
    let batchDestination: (any BatchDestination)?
    /// Its access tokens, if it needs any.
    let tokens: TokenKeeper?
    let isOrdered: Bool
    var gate: LaneGate
    var batch: BatchBuilder?
    var tally = DeliveryTally()
    /// Keeps a receiver that refuses everything from filling the log.
    let failureLines = LineLimiter(lines: 20)
    private let windowLimit: Int
    private let restartInterval: Duration

    /// What goes again in requests of its own, ahead of the window.
    private var parcels: [Parcel] = []
    /// Due deliveries, the next one last.
    private var window: [DueDelivery] = []
    private var open: Set<DeliveryKey> = []
    /// The profiles of deliveries that were started and are not recorded yet, if the destination keeps an order.
    private var activeProfiles: [ProfileID: EventSequence] = [:]
    /// Requests under way.
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
    ///   - startedAt: The time that counts for what is due.
    init(
        destination: any Destination, windowLimit: Int, restartInterval: Duration, startedAt: Timestamp
    ) {
        self.destination = destination
        batchDestination = destination as? any BatchDestination
        tokens = (destination as? any AuthorizedDestination)?.tokens
        isOrdered = destination.policy.ordering == .profile
        gate = LaneGate(destination.policy, startedAt: startedAt)
        batch = batchDestination.map { BatchBuilder($0.batchLimits) }
        // Room for two requests, so that one is full while the next is read.
        self.windowLimit = max(windowLimit, 2 * (batchDestination?.batchLimits.count ?? 0))
        self.restartInterval = restartInterval
    }

    /// How long until a request may start: zero if now, nil if something else has to happen first.
    private func requestWait(_ time: EngineTime) -> Duration? {
        guard inFlightCount < gate.concurrencyLimit, let wait = gate.wait(time.due, time.monotonic) else { return nil }
        guard let tokens else { return wait }
        return tokens.wait(at: time.due).map { max($0, wait) }
    }

    /// How long until a delivery can be started: zero if now, nil if something else has to happen first.
    func startWait(_ time: EngineTime) -> Duration? { window.isEmpty ? nil : requestWait(time) }

    /// Whether there is anything for which an access token is needed now or soon.
    func wantsToken(_ time: EngineTime) -> Bool {
        guard !gate.isShut(at: time.due) else { return false }
        return !window.isEmpty || !parcels.isEmpty || batch?.isEmpty == false
    }

    /// How long until there is anything to pull, start or send; nil if something else has to happen first.
    func wait(_ time: EngineTime) -> Duration? {
        var wait = startWait(time)
        func note(_ duration: Duration) { wait = min(wait ?? duration, max(.zero, duration)) }
        if let closesAt = batch?.closesAt, let opening = requestWait(time) {
            note(max(closesAt - time.monotonic, opening))
        }
        if !parcels.isEmpty, let opening = requestWait(time) { note(opening) }
        if gate.isShut(at: time.due) {
            // Nothing is pulled meanwhile; without a wait of its own the gate opens when an operator says so.
            if let opening = gate.wait(time.due, time.monotonic) { note(opening) }
        } else if wantsMore {
            if mayHaveDue { note(.zero) } else if let nextDueAt { note(nextDueAt - time.due) }
        }
        return wait
    }

    private var wantsMore: Bool { window.count <= windowLimit / 2 && open.count < 2 * windowLimit }

    /// Deliveries whose outcome is not recorded yet, those in the window included.
    var openCount: Int { open.count }

    /// Notes that new deliveries may be due.
    mutating func noteCommit() { mayHaveDue = true }

    /// Whether the parts that were put together go now, though there is room for more.
    func mustSendBatch(_ time: EngineTime) -> Bool {
        guard let closesAt = batch?.closesAt, closesAt <= time.monotonic, let wait = requestWait(time) else {
            return false
        }
        // What can be added at once goes along.
        return window.isEmpty && wait <= .zero
    }

    /// What to pull now, or nil if there is nothing to get or no room.
    mutating func nextPull(_ time: EngineTime) -> Pull? {
        if let due = nextDueAt, due <= time.due { mayHaveDue = true }
        guard !gate.isShut(at: time.due) else {
            releaseWindow()
            return nil
        }
        guard mayHaveDue, wantsMore else { return nil }
        if let restartedAt, time.monotonic - restartedAt < restartInterval, let cursor {
            return Pull(previous: cursor, limit: windowLimit)
        }
        restartedAt = time.monotonic
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
    mutating func startNext(_ time: EngineTime) -> DueDelivery? {
        guard let wait = startWait(time), wait <= .zero else { return nil }
        return window.popLast()
    }

    /// Notes that a request with so many events is under way; true if it is the breaker's probe.
    mutating func noteStart(eventCount: Int = 1, _ time: EngineTime) -> Bool {
        inFlightCount += 1
        return gate.noteStart(eventCount: eventCount, time.due, time.monotonic)
    }

    /// Notes that a request is under way no more.
    mutating func finish() { inFlightCount -= 1 }

    /// Lets go of what was pulled and not started: while nothing is sent, the store may change.
    ///
    /// What was put together or goes again is kept through a pause, so that halves of a request are not joined again, and
    /// let go when only an operator can end the wait.
    private mutating func releaseWindow() {
        var starts: [AttemptReport.Start] = []
        if gate.stop != nil {
            starts = parcels.flatMap(\.starts) + (batch?.take().map(\.start) ?? [])
            parcels = []
        }
        guard !window.isEmpty || !starts.isEmpty else { return }
        for due in window { open.remove(DeliveryKey(due.delivery)) }
        for start in starts {
            open.remove(DeliveryKey(start.due.delivery))
            deactivate(start.profiles, start.due.delivery)
        }
        window = []
        mayHaveDue = true
        cursor = nil
    }

    // MARK: - Once more

    /// Has events sent again in a request of their own, before everything that is in the queue.
    mutating func sendAgain(_ parcel: Parcel) { parcels.append(parcel) }

    /// Takes back a parcel that could not be looked at.
    mutating func giveBack(_ parcel: Parcel) { parcels.insert(parcel, at: 0) }

    /// Takes the next parcel to send.
    mutating func nextParcel(_ time: EngineTime) -> Parcel? {
        guard !parcels.isEmpty, let wait = requestWait(time), wait <= .zero else { return nil }
        var parcel = parcels.removeFirst()
        if gate.isProbing, parcel.starts.count > 1 {
            // One event is enough to find out whether the destination works.
            giveBack(Parcel(starts: Array(parcel.starts.dropFirst()), isRenewed: parcel.isRenewed))
            parcel.starts = Array(parcel.starts.prefix(1))
        }
        return parcel
    }

    /// Lets go of all that was pulled and is not under way, as events were removed from the store.
    ///
    /// Parcels stay: their events are read again before they go.
    mutating func releaseWaiting() {
        releaseWindow()
        for part in batch?.take() ?? [] {
            release(part.start.due)
            deactivate(part.start.profiles, part.start.due.delivery)
        }
    }

    // MARK: - Order

    /// Whether a delivery of one of these profiles was started and is not recorded yet.
    func isActive(_ profiles: [ProfileID]) -> Bool { profiles.contains { activeProfiles[$0] != nil } }

    /// Notes that a delivery of profiles is started.
    mutating func activate(_ profiles: [ProfileID], _ delivery: Delivery) {
        for profile in profiles { activeProfiles[profile] = delivery.sequence }
    }

    private mutating func deactivate(_ profiles: [ProfileID], _ delivery: Delivery) {
        for profile in profiles where activeProfiles[profile] == delivery.sequence { activeProfiles[profile] = nil }
    }

    /// Takes deliveries that became due because others have ended, ahead of what is in the window.
    mutating func takeReleased(_ due: DueDelivery, _ time: EngineTime) {
        guard !gate.isShut(at: time.due), open.insert(DeliveryKey(due.delivery)).inserted else {
            mayHaveDue = true
            return
        }
        window.append(due)
    }

    // MARK: - Outcomes

    /// Notes that an outcome has been recorded.
    mutating func settle(_ outcome: DeliveryOutcome) {
        open.remove(DeliveryKey(outcome.due.delivery))
        deactivate(outcome.profiles, outcome.delivery)
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
