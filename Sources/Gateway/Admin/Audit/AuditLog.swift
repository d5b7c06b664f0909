import EventModel
import Platform
import Storage

/// Keeps who had what done and how it ended, durably.
///
/// An order is written down before it is carried out, and its end before it is answered; an order that cannot be written
/// down is not carried out. Bounded by age and by number: the oldest entries go as new ones come. From any thread.
final class AuditLog: Sendable {
    /// An order, before it has a number.
    struct Order {
        /// The name of a token, or what else gave it.
        var actor: String
        /// Where it came from; nil for the machine itself.
        var remoteAddress: String?
        /// The name of the route, or what else was ordered.
        var action: String
        /// Of what, without personal data.
        var subject: String
    }

    /// How many entries are kept.
    static let entryLimit = 100_000
    /// How many old entries go at most with a new one.
    private static let removalLimit = 100
    /// How long subject and detail may be, in characters.
    private static let textLimit = 1000

    private struct State {
        var numbers: SequenceClock
        var count: Int
    }

    private let store: any AuditEntryStore
    private let age: @Sendable () -> Duration
    private let clock: any WallClock
    private let logger: Logger
    private let limit: Int
    private let state: Guarded<State>

    /// A log over the entries that are there.
    ///
    /// - Parameters:
    ///   - store: Where entries are.
    ///   - age: How long they are kept, asked for each order so that a reload counts at once.
    ///   - limit: How many are kept.
    ///   - clock: Says when an order came.
    ///   - logger: Told when an end cannot be written down.
    /// - Throws: ``StoreError`` if the entries cannot be counted.
    init(
        store: some AuditEntryStore, age: @escaping @Sendable () -> Duration, limit: Int = entryLimit,
        clock: any WallClock, logger: Logger
    ) throws(StoreError) {
        self.store = store
        self.age = age
        self.limit = limit
        self.clock = clock
        self.logger = logger
        let newest = try store.entries(before: nil, limit: 1).first?.number
        let count = try store.count()
        state = Guarded(
            State(numbers: SequenceClock(after: newest.map { EventSequence($0.value) }), count: count))
    }

    /// The log of a gateway, in its store.
    convenience init(
        _ store: some KeyValueStore, age: @escaping @Sendable () -> Duration, _ clock: any WallClock, _ logger: Logger
    ) throws(StoreError) {
        try self.init(store: AuditStore(store), age: age, clock: clock, logger: logger)
    }

    /// Writes an order down, carries it out, and writes down how it ended.
    ///
    /// - Parameters:
    ///   - order: Who wants what.
    ///   - body: Does it; what it returns beside its result, and the failure it throws, become the entry's detail.
    /// - Returns: What `body` did.
    /// - Throws: What `body` threw, or ``StoreError`` if the order could not be written down and was not carried out.
    func carryOut<Result>(_ order: Order, _ body: () throws -> (Result, detail: String)) throws -> Result {
        var entry = try begin(order)
        do {
            let (result, detail) = try body()
            entry.outcome = .done
            entry.detail = String(detail.prefix(Self.textLimit))
            end(entry)
            return result
        } catch {
            entry.outcome = .failed
            entry.detail = String(Self.word(for: error).prefix(Self.textLimit))
            end(entry)
            throw error
        }
    }

    /// At most `limit` entries, the newest first; see ``AuditStore``.
    func entries(before upper: AuditNumber?, limit: Int) throws(StoreError) -> [AuditEntry] {
        try store.entries(before: upper, limit: limit)
    }

    private func begin(_ order: Order) throws(StoreError) -> AuditEntry {
        let now = clock.now
        let (number, surplus) = state.withLock { state in
            (state.numbers.next(at: now), max(0, state.count + 1 - limit))
        }
        let entry = AuditEntry(
            number: AuditNumber(number.value), time: now, actor: order.actor, remoteAddress: order.remoteAddress,
            action: order.action, subject: String(order.subject.prefix(Self.textLimit)))
        let old = try removable(at: now, surplus: surplus)
        try store.put(entry, removing: old)
        state.withLock { $0.count += 1 - old.count }
        return entry
    }

    /// The oldest entries that are too old or too many.
    private func removable(at now: Timestamp, surplus: Int) throws(StoreError) -> [AuditNumber] {
        let cutoff = now - age()
        let oldest = try store.oldest(limit: surplus > 0 ? Self.removalLimit : 1)
        guard surplus > 0 || oldest.first.map({ SequenceClock.time(of: EventSequence($0.value)) < cutoff }) == true
        else { return [] }
        let candidates = surplus > 0 ? oldest : try store.oldest(limit: Self.removalLimit)
        return candidates.enumerated().filter { index, number in
            index < surplus || SequenceClock.time(of: EventSequence(number.value)) < cutoff
        }.map(\.element)
    }

    private func end(_ entry: AuditEntry) {
        do throws(StoreError) {
            try store.put(entry, removing: [])
        } catch {
            // What was done is done; the entry says that it was begun, and the log says the rest.
            logger.error(
                "the end of an order could not be written to the audit log",
                [
                    "action": entry.action, "actor": entry.actor, "outcome": entry.outcome.rawValue,
                    "error": error.description,
                ])
        }
    }

    private static func word(for error: any Error) -> String {
        switch error {
        case let failure as AdminFailure: failure.kind.code
        case let failure as StoreError: "storage: \(failure.code.rawValue)"
        case is ConfigurationError: "configuration"
        default: "failed"
        }
    }
}

/// What the audit log needs of its store.
protocol AuditEntryStore: Sendable {
    /// Writes an entry and removes others, durably.
    func put(_ entry: AuditEntry, removing old: [AuditNumber]) throws(StoreError)
    /// The newest entries below a number.
    func entries(before upper: AuditNumber?, limit: Int) throws(StoreError) -> [AuditEntry]
    /// The oldest entries.
    func oldest(limit: Int) throws(StoreError) -> [AuditNumber]
    /// How many there are.
    func count() throws(StoreError) -> Int
}

extension AuditStore: AuditEntryStore {}
