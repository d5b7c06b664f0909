import Crypto
import EventModel
import Glibc
import Outbound
import Platform
import Storage

/// Puts dead letters back in the queue a few at a time, on a thread of its own, and follows what becomes of them.
///
/// The list of dead letters stays what is left to do: a replay that is cancelled, fails or ends with the process has put
/// back some and left the others where they are. Only the numbers of a replay are kept in memory.
final class ReplayService<Store: KeyValueStore>: Sendable {
    private struct State: Sendable {
        /// The oldest first.
        var replays: [Replay] = []
        var isStopped = false
    }

    private let store: DeliveryRecordStore<Store>
    private let writer: DeadLetterWriter<Store>
    private let registry: NumberRegistry
    private let configured: @Sendable () -> [DestinationConfiguration]
    private let notify: @Sendable (Set<String>) -> Void
    private let lock: DeadLetterLock
    private let clock: any WallClock
    private let logger: Logger
    private let state = Guarded(State())
    private let wake = WakeDescriptor()
    private let thread = Guarded<DedicatedThread?>(nil)

    /// Replays that are remembered, and that may run at once.
    private static var keptLimit: Int { 100 }
    private static var runningLimit: Int { 8 }
    /// How often those that wait are looked at.
    private static var intervalMilliseconds: Int32 { 50 }
    /// What is put back in a second to a destination without a `rate` of its own.
    private static var usualRate: SendingRate { SendingRate(50, per: .seconds(1)) }

    /// A service that has not started.
    ///
    /// - Parameters:
    ///   - store: Where deliveries and events are.
    ///   - registry: Their names.
    ///   - configured: The destinations of the configuration in force.
    ///   - notify: Tells the engine which destinations have something due.
    ///   - lock: Held while dead letters are changed.
    ///   - clock: Says when something is put back.
    ///   - logger: Is told when replays begin and end.
    init(
        store: Store, registry: NumberRegistry, configured: @escaping @Sendable () -> [DestinationConfiguration],
        notify: @escaping @Sendable (Set<String>) -> Void, lock: DeadLetterLock, clock: any WallClock, logger: Logger
    ) {
        self.store = DeliveryRecordStore(store, registry)
        writer = DeadLetterWriter(store, registry)
        self.registry = registry
        self.configured = configured
        self.notify = notify
        self.lock = lock
        self.clock = clock
        self.logger = logger
    }

    // MARK: - Life

    /// Starts the thread.
    func start() {
        thread.withLock { thread in
            thread = DedicatedThread(name: "replays", priority: .background) { [self] in run() }
        }
    }

    /// Puts nothing more back and ends the thread.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake.wake()
        thread.withLock { $0 }?.join()
    }

    private func run() {
        var watched = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
        while !state.withLock({ $0.isStopped }) {
            let isBusy = state.withLock { $0.replays.contains { $0.state == .running || !$0.hasSettled } }
            poll(&watched, 1, isBusy ? Self.intervalMilliseconds : -1)
            wake.drain()
            for replay in state.withLock({ $0.replays }) where replay.state == .running || !replay.hasSettled {
                advance(replay)
            }
        }
    }

    // MARK: - What operators do

    /// Begins a replay.
    ///
    /// - Returns: The replay, or nil if too many run already.
    /// - Throws: ``StoreError`` if the dead letters cannot be counted.
    func begin(_ order: ReplayOrder) throws(StoreError) -> Replay? {
        var order = order
        let now = clock.now
        // What is put back and given up once more belongs to another replay.
        order.selection.until = min(order.selection.until ?? now, now)
        let isWhole = order.eventName == nil && order.selection.isWhole
        let destinations = configured()
        var runs: [ReplayRun] = []
        var gone: [String] = []
        for name in order.selection.destination.map({ [$0] }) ?? registry.destinationNames {
            let count = try store.deadCount(destination: name, limit: 100_000)
            guard count > 0 else { continue }
            if let destination = destinations.first(where: { $0.name == name }) {
                runs.append(ReplayRun(name, Self.limits(of: destination), total: isWhole ? count : nil))
            } else {
                gone.append(name)
            }
        }
        let replay = Replay(
            id: "rpl_\(Hex.encode(SecureRandom.bytes(6)))", order: order, startedAt: now, runs: runs,
            goneDestinations: gone)
        let isTaken = state.withLock { state in
            guard state.replays.count(where: { $0.state == .running }) < Self.runningLimit else { return false }
            if state.replays.count >= Self.keptLimit, let index = state.replays.firstIndex(where: { $0.hasSettled }) {
                state.replays.remove(at: index)
            }
            state.replays.append(replay)
            return true
        }
        guard isTaken else { return nil }
        logger.info(
            "a replay of dead letters begins",
            ["replay": replay.id, "destinations": runs.map(\.destination).joined(separator: ", ")])
        wake.wake()
        return replay
    }

    private static func limits(of destination: DestinationConfiguration) -> ReplayRun.Limits {
        let rate =
            destination.replayRate.map { SendingRate($0.count, per: $0.period) }
            ?? destination.rate.map { SendingRate($0.count, per: $0.period * 4) } ?? usualRate
        return ReplayRun.Limits(rate: rate, share: max(1, destination.concurrency / 4))
    }

    /// All replays that are remembered, the newest first.
    var replays: [Replay] { state.withLock { $0.replays.reversed() } }

    /// A replay by its id.
    func replay(_ id: String) -> Replay? { state.withLock { state in state.replays.first { $0.id == id } } }

    /// Puts nothing more back; nil if there is no such replay.
    ///
    /// One that has ended stays as it is.
    func cancel(_ id: String) -> Replay? {
        let now = clock.now
        let replay = state.withLock { state -> Replay? in
            guard let index = state.replays.firstIndex(where: { $0.id == id }) else { return nil }
            if state.replays[index].state == .running { state.replays[index].end(.cancelled, at: now) }
            return state.replays[index]
        }
        if replay?.state == .cancelled { logger.info("a replay of dead letters was cancelled", ["replay": id]) }
        return replay
    }

    // MARK: - One step

    /// Looks at what waits, and puts back what there is room for.
    private func advance(_ replay: Replay) {
        var replay = replay
        let order = replay.order
        do throws(StoreError) {
            for index in replay.runs.indices where !replay.runs[index].isDone {
                try settle(&replay.runs[index])
                if replay.state == .running { try feed(&replay.runs[index], order) }
            }
            if replay.state == .running, replay.runs.allSatisfy(\.isDone) { replay.end(.done, at: clock.now) }
        } catch {
            logger.error("a replay of dead letters failed", ["replay": replay.id, "error": error.message])
            replay.end(.failed, at: clock.now, error: error.message)
        }
        keep(replay)
    }

    /// Keeps what a step came to, unless an operator has cancelled the replay meanwhile.
    private func keep(_ next: Replay) {
        let isDone = state.withLock { state -> Bool in
            guard let index = state.replays.firstIndex(where: { $0.id == next.id }) else { return false }
            let known = state.replays[index]
            var next = next
            if known.state != .running {
                for index in next.runs.indices { next.runs[index].end() }
                (next.state, next.endedAt, next.error) = (known.state, known.endedAt, known.error)
            }
            state.replays[index] = next
            return known.state == .running && next.state == .done
        }
        if isDone { logger.info("a replay of dead letters is done", ["replay": next.id]) }
    }

    private func settle(_ run: inout ReplayRun) throws(StoreError) {
        var outcomes: [Delivery?] = []
        for letter in run.waiting {
            outcomes.append(try store.delivery(letter.account, letter.sequence, destination: letter.destination))
        }
        run.note(outcomes: outcomes)
    }

    private func feed(_ run: inout ReplayRun, _ order: ReplayOrder) throws(StoreError) {
        let now = MonotonicTime.now
        let room = run.room(at: now)
        guard room > 0 else { return }
        guard configured().contains(where: { $0.name == run.destination }) else { return run.end() }
        var selection = order.selection
        selection.destination = run.destination
        let page = try putBack(order, selection, after: run.cursor, limit: room)
        run.note(page.letters, unsendable: page.unsendable, next: page.next, at: now)
        if !page.letters.isEmpty { notify([run.destination]) }
    }

    /// One page of dead letters, back in the queue.
    private struct Page: Sendable {
        var letters: [Delivery]
        var unsendable: Int
        var next: DeadLetterCursor?
    }

    private func putBack(
        _ order: ReplayOrder, _ selection: DeadLetterSelection, after cursor: DeadLetterCursor?, limit: Int
    ) throws(StoreError) -> Page {
        let time = clock.now
        return try lock.hold { () throws(StoreError) -> Page in
            let page = try store.deadLetters(selection, .ascending, after: cursor, limit: limit) {
                (delivery) throws(StoreError) in
                guard let name = order.eventName else { return true }
                return try writer.eventName(of: delivery) == name
            }
            let sendable = order.sendsKeptBodies ? try store.withKeptBodies(page.letters) : page.letters
            // What was erased since the page was read is left out, too.
            let letters = try store.requeue(sendable, at: time, sendsKeptBodies: order.sendsKeptBodies)
            return Page(letters: letters, unsendable: page.letters.count - letters.count, next: page.next)
        }
    }
}

extension Replay {
    /// Whether nothing more becomes known of it.
    fileprivate var hasSettled: Bool { state != .running && runs.allSatisfy(\.waiting.isEmpty) }
}

extension DeadLetterSelection {
    /// Whether it means all of a destination's letters until now.
    fileprivate var isWhole: Bool { reason == nil && from == nil }
}

/// Held by whoever changes dead letters, from reading them to writing them, so that no two do it at once.
final class DeadLetterLock: Sendable {
    private let lock = Guarded(())

    /// Does something while nobody else changes dead letters.
    func hold<Result: Sendable, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try lock.withLock { _ throws(Failure) in try body() }
    }
}
