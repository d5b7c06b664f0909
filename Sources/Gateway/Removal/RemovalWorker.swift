import EventModel
import Platform
import Storage

/// Runs erasures as they are asked for, and retention every hour, on a thread of its own.
final class RemovalWorker<Store: CommitStore>: Sendable {
    let desk: RemovalDesk<Store>
    let counters = RemovalCounters()
    private let store: Store
    private let registry: NumberRegistry
    private let retention: @Sendable () -> RetentionConfiguration
    private let reclaim: @Sendable (AccountNumber, EventSequence) throws(StoreError) -> Void
    private let clock: any WallClock
    private let logger: Logger
    private let thread = Guarded<DedicatedThread?>(nil)

    private static var interval: Duration { .seconds(3600) }
    /// How soon a request that came in as an event is looked at.
    private static var lookInterval: Duration { .seconds(1) }
    private static var pauseAfterFailure: Duration { .seconds(10) }

    /// A worker that has not started.
    ///
    /// - Parameters:
    ///   - store: What is removed from.
    ///   - registry: The accounts of the store.
    ///   - desk: The way to the committer.
    ///   - retention: How long what is kept, asked before each run, so that a reload counts.
    ///   - reclaim: Asks for the space of an account's events before a sequence.
    ///   - clock: What age is measured by.
    ///   - logger: Gets one line for each run.
    init(
        store: Store, registry: NumberRegistry, desk: RemovalDesk<Store>,
        retention: @escaping @Sendable () -> RetentionConfiguration,
        reclaim: @escaping @Sendable (AccountNumber, EventSequence) throws(StoreError) -> Void,
        clock: any WallClock, logger: Logger
    ) {
        self.store = store
        self.registry = registry
        self.desk = desk
        self.retention = retention
        self.reclaim = reclaim
        self.clock = clock
        self.logger = logger
    }

    /// Starts the thread; the committer runs already.
    func start() {
        thread.withLock { thread in
            thread = DedicatedThread(name: "removal", priority: .background) { [self] in run() }
        }
    }

    /// Ends the thread after the step under way, before the committer ends; the next start goes on with the rest.
    func stop() {
        desk.stop()
        thread.withLock { $0 }?.join()
    }

    private func run() {
        var erasures = ErasureQueue()
        var retained: (at: MonotonicTime, with: RetentionConfiguration)?
        while true {
            var pause = Self.lookInterval
            do throws(StoreError) {
                try erase(&erasures)
                let configuration = retention()
                let isDue =
                    retained.map { $0.with != configuration || MonotonicTime.now - $0.at >= Self.interval } ?? true
                if isDue {
                    // Erasures that are asked for meanwhile come first.
                    try retain(configuration) { () throws(StoreError) in try erase(&erasures) }
                    retained = (.now, configuration)
                }
            } catch {
                guard error.code != .closed else { return }
                counters.countFailure()
                logger.error(
                    "a removal failed and is tried again", ["code": error.code.rawValue, "error": error.message])
                pause = Self.pauseAfterFailure
            }
            guard (try? desk.wait(pause)) != nil else { return }
        }
    }

    // MARK: - Erasures

    /// How far the accounts' erasures were looked through.
    private struct ErasureQueue {
        var positions: [AccountNumber: EventSequence] = [:]
    }

    /// Carries out what was asked for, the oldest first.
    private func erase(_ queue: inout ErasureQueue) throws(StoreError) {
        let reader = EventReader(store)
        for account in registry.accounts {
            while true {
                let page = try reader.erasures(account, .ascending, from: queue.positions[account], limit: 64)
                for record in page {
                    if record.phase != .finished { try erase(record, of: account) }
                    queue.positions[account] = record.request.sequence
                }
                guard page.count == 64 else { break }
            }
        }
    }

    private func erase(_ record: ErasureRecord, of account: AccountNumber) throws(StoreError) {
        let started = MonotonicTime.now
        var run = ErasureRun(record, of: account, store: store, registry: registry, desk: desk, clock: clock)
        let counts = try run.finish().counts
        counters.countErasure(counts)
        logger.info(
            "erasure finished",
            [
                "erasure": String(record.request.sequence.value), "account": registry.name(of: account) ?? "",
                "identifiers": String(counts.identifiers), "events": String(counts.events),
                "deliveries": String(counts.deliveries), "deliveries_dropped": String(counts.droppedDeliveries),
                "attempts": String(counts.attempts), "dead_letters": String(counts.deadLetters),
                "edges": String(counts.edges), "shared_values": String(counts.sharedValues),
                "duration_ms": String((MonotonicTime.now - started).wholeMilliseconds),
            ])
    }

    // MARK: - Retention

    /// Runs retention over all accounts that have one.
    private func retain(
        _ configuration: RetentionConfiguration, _ between: () throws(StoreError) -> Void
    ) throws(StoreError) {
        for account in registry.accounts {
            guard let name = registry.name(of: account), let days = configuration.days(of: name) else { continue }
            let started = MonotonicTime.now
            let cutoff = clock.now - .seconds(days * 86_400)
            var run = RetentionRun(store: store, registry: registry, account: account, cutoff: cutoff, desk: desk)
            try run.removeEvents(between)
            try run.removeClicks(between)
            // Events go first: a profile with none has not been seen since.
            try run.removeProfiles(between)
            let figures = run.figures
            if figures.events > 0 { try reclaim(account, run.end) }
            counters.countRetention(figures)
            logger.info(
                "retention run finished",
                [
                    "account": name, "days": String(days), "events": String(figures.events),
                    "deliveries": String(figures.deliveries), "kept_for_delivery": String(figures.kept),
                    "profiles": String(figures.profiles), "identifiers": String(figures.identifiers),
                    "clicks": String(figures.clicks), "steps": String(figures.steps),
                    "duration_ms": String((MonotonicTime.now - started).wholeMilliseconds),
                ])
        }
    }
}

extension RemovalWorker<RocksDBStore> {
    /// The worker of a whole gateway, which follows the configuration in force.
    convenience init(
        _ store: RocksDBStore, _ registry: NumberRegistry, desk: RemovalDesk<RocksDBStore>, _ holder: RuntimeHolder,
        clock: any WallClock, logger: Logger
    ) {
        self.init(
            store: store, registry: registry, desk: desk,
            retention: { holder.runtime.configuration.retention },
            reclaim: { account, end throws(StoreError) in try store.reclaimEvents(of: account, before: end) },
            clock: clock, logger: logger)
    }
}
