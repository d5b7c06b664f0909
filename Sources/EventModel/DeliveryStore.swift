public import Platform

/// An event as the store kept it.
public struct StoredEvent: Sendable {
    /// The account of the event.
    public let account: AccountNumber
    /// The event's place in the order of commits.
    public let sequence: EventSequence
    /// The canonical event: one JSON object (docs/canonical-event.md).
    public let canonical: [UInt8]
    /// What the committer decided: one JSON object with `identity`, `dedup` and `routes`.
    public let decisions: [UInt8]

    /// An event as read from the store, its two JSON objects unparsed.
    public init(account: AccountNumber, sequence: EventSequence, canonical: [UInt8], decisions: [UInt8]) {
        self.account = account
        self.sequence = sequence
        self.canonical = canonical
        self.decisions = decisions
    }
}

/// One delivery whose next attempt has a time.
public struct DueDelivery: Sendable, Equatable {
    /// When the next attempt is due; with the rest of the key it names the entry in the queue.
    public let dueAt: Timestamp
    /// The delivery as the store has it.
    public let delivery: Delivery

    /// An entry of the queue.
    public init(dueAt: Timestamp, delivery: Delivery) {
        self.dueAt = dueAt
        self.delivery = delivery
    }
}

/// What one attempt, or the decision to make none, did to a delivery.
public struct DeliveryOutcome: Sendable {
    /// The queue entry that this settles.
    public let due: DueDelivery
    /// The delivery as it now stands; `nextAttemptAt` puts it back in the queue, `dropped` on the dead letters.
    public let delivery: Delivery
    /// The attempt, if one was made.
    public let attempt: DeliveryAttempt?
    /// The profiles whose deliveries this one must not overtake, if the destination keeps an order.
    public let profiles: [ProfileID]

    /// What became of a queue entry; without an attempt, the decision to make none.
    public init(due: DueDelivery, delivery: Delivery, attempt: DeliveryAttempt?, profiles: [ProfileID] = []) {
        self.due = due
        self.delivery = delivery
        self.attempt = attempt
        self.profiles = profiles
    }

    /// Whether the delivery is to wait, out of the queue, for an earlier one of its profiles.
    public var isParked: Bool { !delivery.hasEnded && delivery.nextAttemptAt == nil }
}

extension Delivery {
    /// Whether it was given up for a reason that an operator can mend.
    public var isDeadLetter: Bool { status == .dropped && dropReason?.isDeadLetter == true }

    /// Whether nothing more becomes of it.
    public var hasEnded: Bool {
        switch status {
        case .queued, .failed: false
        case .delivered, .dropped: true
        }
    }
}

/// What the delivery engine needs of the store.
///
/// May be called from any thread.
public protocol DeliveryStore: Sendable {
    /// Rises when others than the engine have removed events: whoever read some before may hold what is gone.
    var removalCount: UInt64 { get }

    /// Deliveries of a destination that are due at `time` or before, earliest first, then in order of commit.
    ///
    /// Starts behind `previous` when that is given, so that a caller can page through a backlog.
    func due(
        destination: String, at time: Timestamp, after previous: DueDelivery?, limit: Int
    ) throws(StoreError) -> [DueDelivery]

    /// When the earliest delivery of a destination is due, or nil if none waits.
    func nextDueTime(destination: String) throws(StoreError) -> Timestamp?

    /// The event of a delivery, or nil if retention has removed it.
    func event(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> StoredEvent?

    /// The body that was sent last for a delivery and refused; nil unless it is kept whole and as it was sent.
    func keptBody(of delivery: Delivery) throws(StoreError) -> [UInt8]?

    /// Writes outcomes in one batch that survives the death of the process.
    ///
    /// Not synced: an outcome lost in a power cut means one more attempt with the same `event_id`. Of a destination that
    /// keeps an order (docs/adr/0008-ordering.md), a delivery that ends lets the next one of its profiles into the queue,
    /// and one that is to be parked is not if nothing stands before it any more.
    ///
    /// - Returns: The deliveries that are now due because of that.
    @discardableResult
    func record(_ outcomes: [DeliveryOutcome]) throws(StoreError) -> [DueDelivery]

    // MARK: - Order

    /// Whether no earlier delivery of these profiles to the same destination has yet to end.
    func isFirst(_ delivery: Delivery, of profiles: [ProfileID]) throws(StoreError) -> Bool

    /// Puts parked deliveries whose predecessor is gone back in the queue, a part of the destination at a time.
    ///
    /// Needed after deliveries were removed by others than the engine.
    ///
    /// - Parameters:
    ///   - destination: Whose.
    ///   - previous: What the last call returned; nil begins anew.
    ///   - limit: How many profiles to look at.
    /// - Returns: The last profile looked at; nil if that was all.
    /// - Throws: ``StoreError`` if the store cannot be read or written; nothing is half done.
    func repairOrder(
        destination: String, after previous: ProfileID?, limit: Int
    ) throws(StoreError) -> ProfileID?

    /// Forgets the order of at most `limit` deliveries and puts parked ones back in the queue.
    ///
    /// For a destination that keeps no order any more, or is gone.
    ///
    /// - Returns: How many there were.
    func dissolveOrder(destination: String, limit: Int) throws(StoreError) -> Int

    // MARK: - States of destinations

    /// What an earlier process left about a destination; empty if nothing.
    func state(ofDestination name: String) throws(StoreError) -> DestinationState

    /// Keeps what must not be forgotten about a destination; survives the death of the process.
    func setState(_ state: DestinationState, ofDestination name: String) throws(StoreError)
}

extension DeliveryStore {
    /// Nothing is ever removed.
    public var removalCount: UInt64 { 0 }
}
