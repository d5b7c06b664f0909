import EventModel
import Glibc
import Outbound
import Platform
import Storage

/// Measures the store now and then, and writes what the alerts have to keep: on a thread of its own, so that neither the
/// metrics nor the alerts ever wait for a disk that has stopped answering.
final class StoreMonitor: Sendable {
    /// Something to be stored.
    enum Change: Sendable {
        case alert(AlertRecord)
        case removedAlert(AlertID)
        case baseline(BaselineOwner, BaselineRecord)

        fileprivate var key: ChangeKey {
            switch self {
            case .alert(let alert): .alert(alert.id)
            case .removedAlert(let id): .alert(id)
            case .baseline(let owner, _): .baseline(owner)
            }
        }
    }

    /// What a change is about: a later one takes the place of an earlier one, so that they stay few while the disk is stuck.
    fileprivate enum ChangeKey: Hashable {
        case alert(AlertID)
        case baseline(BaselineOwner)
    }

    private struct State: Sendable {
        var reading = StoreReading()
        /// Why the last changes could not be stored.
        var writeFailure: StoreError?
        var changes: [ChangeKey: Change] = [:]
        var busySince: MonotonicTime?
        var isStopped = false
        var isMeasuring = false
    }

    private let store: RocksDBStore
    private let deliveries: DeliveryRecordStore<RocksDBStore>
    /// The destinations of the configuration in force.
    private let destinations: @Sendable () -> [String]
    private let clock: any WallClock
    private let state = Guarded(State())
    private let wake = WakeDescriptor()
    private let thread = Guarded<DedicatedThread?>(nil)

    /// Alerts that were cleared so long ago are removed.
    private static let memory = Duration.seconds(90 * 86_400)
    /// A backlog is counted again after as many times as long as counting it took.
    private static let restFactor = 50

    /// A monitor that has not started.
    init(
        store: RocksDBStore, deliveries: DeliveryRecordStore<RocksDBStore>,
        destinations: @escaping @Sendable () -> [String], clock: any WallClock
    ) {
        self.store = store
        self.deliveries = deliveries
        self.destinations = destinations
        self.clock = clock
    }

    /// What was measured last; never waits.
    var reading: StoreReading {
        state.withLock { state in
            var reading = state.reading
            reading.failure = reading.failure ?? state.writeFailure
            reading.busyFor = state.busySince.map { MonotonicTime.now - $0 } ?? .zero
            return reading
        }
    }

    /// Has changes stored soon; never waits.
    func write(_ changes: [Change]) {
        guard !changes.isEmpty else { return }
        state.withLock { state in for change in changes { state.changes[change.key] = change } }
        wake.wake()
    }

    /// Has everything measured anew soon; never waits.
    func measure() {
        state.withLock { $0.isMeasuring = true }
        wake.wake()
    }

    /// Starts the thread.
    func start() {
        thread.withLock { thread in
            thread = DedicatedThread(name: "store-monitor", priority: .background) { [self] in run() }
        }
    }

    /// Stores what is left and ends the thread.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake.wake()
        thread.withLock { $0 }?.join()
    }

    // MARK: - The thread

    private func run() {
        var counts: [String: Count] = [:]
        var watched = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let isStopped = state.withLock { $0.isStopped }
            storeChanges()
            if isStopped { return }
            let isMeasuring = state.withLock { state in
                defer { state.isMeasuring = false }
                return state.isMeasuring
            }
            if isMeasuring {
                measure(&counts)
                removeOldAlerts()
            }
            poll(&watched, 1, 60_000)
            wake.drain()
        }
    }

    /// Has a few alerts removed that were cleared long ago.
    private func removeOldAlerts() {
        _ = failure { () throws(StoreError) in
            let old = try AlertStore(store).clearedAlerts(before: clock.now - Self.memory, limit: 100)
            write(old.map { .removedAlert($0) })
        }
    }

    private func storeChanges() {
        let changes = state.withLock { state in
            defer { state.changes = [:] }
            return state.changes
        }
        guard !changes.isEmpty else { return }
        var batch = WriteBatch()
        for change in changes.values {
            switch change {
            case .alert(let alert): batch.putAlert(alert)
            case .removedAlert(let id): batch.deleteAlert(id)
            case .baseline(let owner, let record): batch.putBaseline(record, of: owner)
            }
        }
        let failure = failure { () throws(StoreError) in try store.commit(batch, .buffered) }
        state.withLock { state in
            state.writeFailure = failure
            guard failure != nil else { return }
            // Newer ones may have come meanwhile.
            state.changes.merge(changes) { newer, _ in newer }
        }
    }

    /// Runs `body` while others can see how long it takes; returns how it failed.
    private func failure(_ body: () throws(StoreError) -> Void) -> StoreError? {
        state.withLock { $0.busySince = .now }
        defer { state.withLock { $0.busySince = nil } }
        do throws(StoreError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Measuring

    /// One destination's counts, and when they are worth the work again.
    private struct Count {
        var waiting = 0
        var dead = 0
        var nextAt: MonotonicTime?
    }

    private func measure(_ counts: inout [String: Count]) {
        var reading = StoreReading()
        var last = counts
        let names = destinations()
        let failure = failure { () throws(StoreError) in
            reading.statistics = try store.statistics()
            for name in names {
                var backlog = StoreReading.Backlog()
                let count = try count(name, last[name])
                last[name] = count
                (backlog.waiting, backlog.dead) = (count.waiting, count.dead)
                backlog.oldestDueAt = try deliveries.nextDueTime(destination: name)
                // Counted a while ago, and none by now.
                if backlog.oldestDueAt == nil { last[name]?.nextAt = nil }
                reading.backlogs[name] = backlog
            }
        }
        reading.disk = DiskSpace(ofDirectory: store.directory)
        counts = last.filter { names.contains($0.key) }
        state.withLock { state in
            reading.failure = failure
            if failure != nil {
                reading.statistics = state.reading.statistics
                reading.backlogs = state.reading.backlogs
            }
            state.reading = reading
        }
    }

    private func count(_ name: String, _ previous: Count?) throws(StoreError) -> Count {
        let started = MonotonicTime.now
        if let previous, let nextAt = previous.nextAt, nextAt > started { return previous }
        guard
            let (waiting, dead) = try deliveries.backlog(
                ofDestination: name, isCancelled: { state.withLock { $0.isStopped } })
        else { return previous ?? Count() }
        let pause = (MonotonicTime.now - started) * Self.restFactor
        // What takes a few milliseconds is counted every time.
        return Count(waiting: waiting, dead: dead, nextAt: pause > .seconds(1) ? .now + pause : nil)
    }
}
