public import EventModel
import Glibc
public import Platform

/// A delivery store in memory that checks what it is asked to record.
public final class MemoryDeliveryStore: DeliveryStore {
    /// What the store holds, and what was done to it.
    public struct State: Sendable {
        /// The queue of each destination, in order of ``MemoryDeliveryStore/isBefore(_:_:)``.
        public var queues: [String: [DueDelivery]] = [:]
        /// The events by their place in the order of commits.
        public var events: [EventSequence: StoredEvent] = [:]
        /// The order of profiles' deliveries to each destination.
        public var ordered: [String: [ProfileID: Set<EventSequence>]] = [:]
        /// Deliveries that wait for an earlier one of their profile.
        public var parked: [String: [EventSequence: Delivery]] = [:]
        /// What is kept about destinations.
        public var destinations: [String: DestinationState] = [:]
        /// All outcomes in the order they were recorded.
        public var outcomes: [DeliveryOutcome] = []
        /// The number of outcomes in each batch.
        public var batchSizes: [Int] = []
        /// How far the threads that recorded outcomes give way to others.
        public var recorderNiceValues: Set<Int32> = []
        /// What the engine did that it must not do.
        public var violations: [String] = []
        /// Errors to throw at the next calls, by the call's name: `due`, `event`, `record`.
        public var errors: [String: [StoreError]] = [:]
        /// Calls of ``MemoryDeliveryStore/due(destination:at:after:limit:)``.
        public var pullCount = 0
        /// The most deliveries that one pull gave.
        public var largestPull = 0

        /// Outcomes that ended a delivery.
        public var settled: [Delivery] {
            outcomes.map(\.delivery).filter { $0.status == .delivered || $0.status == .dropped }
        }
    }

    /// What the store holds.
    public let state = Watched(State())

    /// An empty store.
    public init() {}

    /// Adds an event and a delivery of it to each destination, in the order of the profiles if there are any.
    public func add(
        _ sequence: UInt64, to destinations: [String], at time: Timestamp, canonical: String, decisions: String = "{}",
        of profiles: [ProfileID] = []
    ) {
        let account = AccountNumber(1)
        let sequence = EventSequence(sequence)
        let event = StoredEvent(
            account: account, sequence: sequence, canonical: Array(canonical.utf8), decisions: Array(decisions.utf8))
        state.withLock { state in
            state.events[sequence] = event
            for destination in destinations {
                let delivery = Delivery(account: account, sequence: sequence, destination: destination, queuedAt: time)
                for profile in profiles {
                    state.ordered[destination, default: [:]][profile, default: []].insert(sequence)
                }
                Self.insert(DueDelivery(dueAt: time, delivery: delivery), in: &state)
            }
        }
    }

    /// A page of the queue, as the port describes it.
    public func due(
        destination: String, at time: Timestamp, after previous: DueDelivery?, limit: Int
    ) throws(StoreError) -> [DueDelivery] {
        try state.withLock { (state) throws(StoreError) in
            try Self.fail("due", &state)
            state.pullCount += 1
            let queue = state.queues[destination] ?? []
            let start = previous.map { previous in Self.position(after: previous, in: queue) } ?? 0
            let page = Array(queue[start...].prefix(limit).prefix { $0.dueAt <= time })
            state.largestPull = max(state.largestPull, page.count)
            return page
        }
    }

    /// The time of the first entry of the queue.
    public func nextDueTime(destination: String) throws(StoreError) -> Timestamp? {
        state.withLock { $0.queues[destination]?.first?.dueAt }
    }

    /// An event that was added.
    public func event(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> StoredEvent? {
        try state.withLock { (state) throws(StoreError) in
            try Self.fail("event", &state)
            return state.events[sequence]
        }
    }

    /// The body of the last attempt that failed with a request, unless it was cut or masked.
    public func keptBody(of delivery: Delivery) throws(StoreError) -> [UInt8]? {
        state.withLock { state in
            let attempts = state.outcomes.filter { $0.delivery.sequence == delivery.sequence }.compactMap(\.attempt)
            let last = attempts.last { $0.requestBody != nil && !$0.request.isEmpty }
            return last.flatMap { $0.isBodyAltered ? nil : $0.requestBody }
        }
    }

    /// How far the calling thread gives way to others: Linux gives each thread its own value (setpriority(2)).
    public static var niceValue: Int32 { getpriority(Int32(PRIO_PROCESS.rawValue), 0) }

    /// Applies outcomes and checks that each settles an entry of the queue.
    @discardableResult
    public func record(_ outcomes: [DeliveryOutcome]) throws(StoreError) -> [DueDelivery] {
        try state.withLock { (state) throws(StoreError) in
            try Self.fail("record", &state)
            state.batchSizes.append(outcomes.count)
            state.recorderNiceValues.insert(Self.niceValue)
            var released: [DueDelivery] = []
            // Those that end come first: they decide whether others still have to wait.
            for outcome in outcomes.filter({ !$0.isParked }) + outcomes.filter(\.isParked) {
                let name = outcome.due.delivery.destination
                let entry = state.queues[name]?.firstIndex { $0 == outcome.due }
                if outcome.isParked, Self.isFirst(outcome.delivery, outcome.profiles, state) {
                    released.append(outcome.due)
                    continue
                }
                if let entry {
                    state.queues[name]?.remove(at: entry)
                } else {
                    state.violations.append("\(outcome.due.delivery.sequence) was settled, but is not in the queue")
                }
                if let time = outcome.delivery.nextAttemptAt {
                    Self.insert(DueDelivery(dueAt: time, delivery: outcome.delivery), in: &state)
                }
                Self.keepOrder(outcome, &released, &state)
                if !outcome.isParked { state.outcomes.append(outcome) }
            }
            return released
        }
    }

    private static func keepOrder(_ outcome: DeliveryOutcome, _ released: inout [DueDelivery], _ state: inout State) {
        let (name, sequence) = (outcome.delivery.destination, outcome.delivery.sequence)
        if outcome.isParked { state.parked[name, default: [:]][sequence] = outcome.delivery }
        for profile in outcome.profiles {
            guard outcome.delivery.hasEnded else {
                state.ordered[name, default: [:]][profile, default: []].insert(sequence)
                continue
            }
            state.ordered[name]?[profile]?.remove(sequence)
            guard let next = state.ordered[name]?[profile]?.min(),
                var delivery = state.parked[name]?.removeValue(forKey: next)
            else { continue }
            delivery.nextAttemptAt = outcome.due.dueAt
            let due = DueDelivery(dueAt: outcome.due.dueAt, delivery: delivery)
            insert(due, in: &state)
            released.append(due)
        }
    }

    private static func isFirst(_ delivery: Delivery, _ profiles: [ProfileID], _ state: State) -> Bool {
        profiles.allSatisfy { profile in
            (state.ordered[delivery.destination]?[profile]?.min()).map { $0 >= delivery.sequence } ?? true
        }
    }

    /// Whether no earlier delivery of these profiles has yet to end.
    public func isFirst(_ delivery: Delivery, of profiles: [ProfileID]) throws(StoreError) -> Bool {
        state.withLock { Self.isFirst(delivery, profiles, $0) }
    }

    /// Nothing: no test removes deliveries behind this store's back.
    public func repairOrder(
        destination: String, after previous: ProfileID?, limit: Int
    ) throws(StoreError) -> ProfileID? { nil }

    /// Forgets the whole order of a destination at once.
    public func dissolveOrder(destination: String, limit: Int) throws(StoreError) -> Int {
        state.withLock { state in
            state.ordered[destination] = nil
            for var delivery in (state.parked.removeValue(forKey: destination) ?? [:]).values {
                delivery.nextAttemptAt = delivery.queuedAt
                Self.insert(DueDelivery(dueAt: delivery.queuedAt, delivery: delivery), in: &state)
            }
            return 0
        }
    }

    /// What is kept about a destination.
    public func state(ofDestination name: String) throws(StoreError) -> DestinationState {
        try state.withLock { (state) throws(StoreError) in
            try Self.fail("state", &state)
            return state.destinations[name] ?? DestinationState()
        }
    }

    /// Keeps something about a destination.
    public func setState(_ destinationState: DestinationState, ofDestination name: String) throws(StoreError) {
        state.withLock { $0.destinations[name] = destinationState.isEmpty ? nil : destinationState }
    }

    private static func fail(_ call: String, _ state: inout State) throws(StoreError) {
        guard let error = state.errors[call]?.first else { return }
        state.errors[call]?.removeFirst()
        throw error
    }

    private static func insert(_ due: DueDelivery, in state: inout State) {
        let name = due.delivery.destination
        let position = position(after: due, in: state.queues[name] ?? [])
        state.queues[name, default: []].insert(due, at: position)
    }

    /// Where what comes behind `due` begins.
    private static func position(after due: DueDelivery, in queue: [DueDelivery]) -> Int {
        var low = 0
        var high = queue.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(due, queue[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The order of the queue: by time, then in order of commit.
    public static func isBefore(_ left: DueDelivery, _ right: DueDelivery) -> Bool {
        (left.dueAt, left.delivery.sequence) < (right.dueAt, right.delivery.sequence)
    }
}
