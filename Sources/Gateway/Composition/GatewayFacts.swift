import EventModel
import Inbound
import Outbound
import Platform
import Storage

/// Knows where everything stands in a gateway: what the metrics, the probes and the alerts are made of.
struct GatewayFacts: Sendable {
    let monitor: StoreMonitor
    private let store: RocksDBStore
    private let holder: RuntimeHolder
    private let committer: Committer<RocksDBStore>
    private let counters: IngestCounters
    private let commits: CommitMetrics
    private let http: Guarded<@Sendable () -> HTTPServerStatistics>
    private let statistics: DeliveryStatistics
    private let removal: RemovalCounters
    private let queueLimit: Int
    private let startedAt: Timestamp
    private let clock: any WallClock
    private let logger: Logger

    /// The facts of a gateway whose parts these are.
    init(
        store: RocksDBStore, deliveries: DeliveryRecordStore<RocksDBStore>, holder: RuntimeHolder,
        committer: Committer<RocksDBStore>, counters: IngestCounters, commits: CommitMetrics,
        http: Guarded<@Sendable () -> HTTPServerStatistics>, statistics: DeliveryStatistics, removal: RemovalCounters,
        clock: any WallClock, logger: Logger
    ) {
        self.store = store
        self.holder = holder
        self.committer = committer
        self.counters = counters
        self.commits = commits
        self.http = http
        self.statistics = statistics
        self.removal = removal
        self.clock = clock
        self.logger = logger
        queueLimit = holder.runtime.configuration.limits.queueLimit
        startedAt = clock.now
        monitor = StoreMonitor(
            store: store, deliveries: deliveries,
            destinations: { holder.runtime.configuration.destinations.map(\.name) }, clock: clock)
    }

    // MARK: - Metrics and probes

    /// What orchestrators and monitors are answered.
    func probes(alerts: AlertService) -> Probes {
        Probes(
            metricsText: { MetricsText(metrics(alerts.figures)).bytes }, unreadiness: { unreadiness() })
    }

    private func metrics(_ alerts: AlertFigures) -> MetricsText.Facts {
        MetricsText.Facts(
            now: clock.now, startedAt: startedAt, ingest: counters.snapshot, sources: counters.sources.snapshot,
            verdicts: counters.verdicts.all, commit: commits.snapshot, queuedWeight: committer.queuedWeight,
            queueLimit: queueLimit, http: http.withLock { $0 }(), destinations: statistics.destinations,
            removed: statistics.removed, store: monitor.reading, alerts: alerts, process: .now,
            removal: removal.snapshot)
    }

    private func unreadiness() -> String? {
        do throws(StoreError) {
            if try store.statistics().isWriteStopped { return "the store takes no writes" }
        } catch {
            return "the store cannot be asked: \(error.code.rawValue)"
        }
        return committer.queuedWeight > queueLimit * 9 / 10 ? "the commit queue is nearly full" : nil
    }

    /// What operators are told of the gateway as a whole.
    func makeStatus() -> StatusResource {
        StatusResource(
            startedAt: startedAt, clock: clock, counters: counters, metrics: commits, statistics: statistics,
            configuration: { holder.runtime.configuration }, queuedWeight: { committer.queuedWeight },
            store: { () throws(StoreError) in try store.statistics() }, unreadiness: { unreadiness() })
    }

    // MARK: - Alerts

    /// The service that watches this gateway; goes on with the alerts that the store has.
    ///
    /// - Parameters:
    ///   - client: Posts messages; outlives the service.
    ///   - onLook: Called with every look.
    /// - Returns: A service that has not started.
    func makeAlerts(client: any HTTPClient, onLook: @escaping @Sendable () -> Void) -> AlertService {
        var earlier = AlertMemory()
        do throws(StoreError) {
            earlier = try AlertMemory(AlertStore(store))
        } catch {
            // Without them the gateway does all it is for.
            logger.error("the alerts of an earlier process cannot be read and are forgotten", ["error": error.message])
        }
        return AlertService(
            AlertService.Parts(
                sample: { sample() }, settings: { holder.runtime.configuration.alerts }, monitor: monitor,
                sender: AlertSender(client: client), onLook: onLook, logger: logger),
            earlier: earlier)
    }

    private func sample() -> AlertSample {
        let configuration = holder.runtime.configuration
        let reading = monitor.reading
        let statuses = Dictionary(statistics.destinations.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var sample = AlertSample(time: clock.now)
        for destination in configuration.destinations {
            let status = statuses[destination.name]
            sample.destinations.append(
                AlertSample.Destination(
                    name: destination.name, state: status?.state, stoppedAt: status?.stoppedAt,
                    delivered: status?.tally.delivered ?? 0, failures: status?.tally.failures ?? [:],
                    backlog: reading.backlogs[destination.name]))
        }
        for source in configuration.sources where source.isEnabled {
            sample.sources.append(
                AlertSample.Source(name: source.name, eventCount: counters.verdicts.counts(of: source.name).eventCount))
        }
        sample.queue = AlertSample.Queue(weight: max(0, committer.queuedWeight), limit: queueLimit)
        sample.commit = commits.snapshot
        sample.store = reading
        return sample
    }
}
