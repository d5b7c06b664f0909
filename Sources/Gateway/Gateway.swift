import EventModel
import Glibc
import Identity
import Inbound
public import Outbound
public import Platform
import Storage

/// The whole product in one object: listens, commits, delivers (docs in ARCHITECTURE.md).
///
/// Threads: event loops (HTTP), one committer, one syncer, one delivery engine, one HTTP client, one admin loop,
/// one for maintenance, one that measures the store, one that watches for alerts, one for mail.
public final class Gateway: Sendable {
    private let logger: Logger
    private let clock: any WallClock
    private let store: RocksDBStore
    private let registry: NumberRegistry
    private let holder: RuntimeHolder
    private let metrics = CommitMetrics()
    private let counters = IngestCounters()
    /// Asks the inbound listener, once there is one.
    private let httpStatistics = Guarded<@Sendable () -> HTTPServerStatistics>({ HTTPServerStatistics() })
    private let committer: Committer<RocksDBStore>
    private let ingest: HTTPServer
    private let admin: HTTPServer
    private let client: CurlHTTPClient
    private let engine: EngineHolder
    private let deliveryStatistics = DeliveryStatistics()
    private let replays: ReplayService<RocksDBStore>
    private let maintenance: Maintenance
    private let removal: RemovalWorker<RocksDBStore>
    private let monitor: StoreMonitor
    private let alerts: AlertService
    private let audit: AuditLog

    /// Opens the store and everything that the configuration names; nothing is served before ``start()``.
    ///
    /// - Throws: ``ConfigurationError``, ``StoreError`` or ``HTTPServerError``; the store is closed again.
    public init(_ loaded: LoadedConfiguration, logger: Logger, clock: any WallClock = SystemClock()) throws {
        self.logger = logger
        self.clock = clock
        let configuration = loaded.configuration
        RocksDBStore.keepFreeMemory()
        let store = try RocksDBStore(directory: configuration.dataDirectory)
        self.store = store
        do {
            registry = try NumberRegistry(store)
            let holder = RuntimeHolder(try Runtime(loaded, registry: registry))
            self.holder = holder
            client = CurlHTTPClient()
            let engine = EngineHolder()
            self.engine = engine
            let outbox = AnswerOutbox()
            let syncer = CommitSyncer(
                store: store, metrics: metrics,
                onCommitted: { destinations in engine.notify(destinations) }, onAnswered: { outbox.send() })
            let state = try CommitState(
                store: store, registry: registry, clock: clock, settings: { holder.runtime.commitSettings },
                identityAlerts: { alert in logger.warning("identity limit", ["alert": alert.summary]) })
            committer = Committer(
                store: store, syncer: syncer, queueLimit: configuration.limits.queueLimit, metrics: metrics,
                state: state)
            removal = RemovalWorker(
                store, registry, desk: RemovalDesk(committer, queueLimit: configuration.limits.queueLimit), holder,
                clock: clock, logger: logger)
            let facts = GatewayFacts(
                store: store, deliveries: DeliveryRecordStore(store, registry), holder: holder, committer: committer,
                counters: counters, commits: metrics, http: httpStatistics, statistics: deliveryStatistics,
                removal: removal.counters, clock: clock, logger: logger)
            monitor = facts.monitor
            let troubleLines = CommitTroubleLines()
            alerts = facts.makeAlerts(client: client, onLook: { troubleLines.writeRest(logger) })
            let handler = IngestHandler(
                holder: holder, committer: committer, outbox: outbox, counters: counters,
                probes: facts.probes(alerts: alerts), clock: clock, logger: logger, troubleLines: troubleLines)
            ingest = try HTTPServer(
                configuration: HTTPServerConfiguration(configuration), handler: handler, logger: logger)
            maintenance = Self.makeMaintenance(store, holder, clock)
            let deadLetters = DeadLetterLock()
            let replays = ReplayService(
                store: store, registry: registry, configured: { holder.runtime.configuration.destinations },
                notify: { engine.notify($0) }, lock: deadLetters, clock: clock, logger: logger)
            self.replays = replays
            audit = try AuditLog(store, age: { holder.runtime.configuration.admin.auditAge }, clock, logger)
            admin = try HTTPServer(
                configuration: HTTPServerConfiguration(admin: configuration.admin),
                handler: AdminHandler(
                    store: store, registry: registry, holder: holder, engine: engine, replays: replays,
                    deadLetters: deadLetters, statistics: deliveryStatistics, desk: removal.desk,
                    submit: { [committer] in committer.submit($0) == .accepted }, status: facts.makeStatus(),
                    audit: audit, clock: clock, logger: logger),
                logger: logger)
        } catch {
            store.close()
            throw error
        }
    }

    /// Removes what is older than any repetition and any click that counts, and gives memory back.
    private static func makeMaintenance(
        _ store: RocksDBStore, _ holder: RuntimeHolder, _ clock: any WallClock
    ) -> Maintenance {
        Maintenance {
            let cutoff = clock.now - holder.runtime.configuration.dedup.window
            for family in [Family.messages, .eventIDs] { store.expire(family, before: cutoff) }
            store.expire(.clicks, before: clock.now - ClickIDKind.longestMemory)
            RocksDBStore.releaseFreeMemory()
        }
    }

    /// The port of the inbound listener.
    public var port: UInt16 { ingest.port }

    /// The port of the admin listener.
    public var adminPort: UInt16 { admin.port }

    /// Starts committing, delivering and serving; to be called once.
    public func start() {
        committer.start()
        engine.replace(makeEngine(holder.runtime))
        httpStatistics.withLock { statistics in statistics = { [ingest] in ingest.statistics } }
        maintenance.start()
        replays.start()
        removal.start()
        monitor.start()
        alerts.start()
        admin.start()
        ingest.start()
    }

    /// Puts another configuration in force: sources, destinations, limits of dedup and identity, admin tokens, alerts.
    ///
    /// Requests under way end under the old one. Listeners, data directory and event loops stay as they are until a
    /// restart. Deliveries that wait for a destination that changed are sent by its new settings, those for a disabled one
    /// wait, and those for one that is gone are dropped as `destination_removed`.
    ///
    /// - Throws: ``ConfigurationError`` or ``StoreError``; then the old configuration stays in force.
    public func reload(_ loaded: LoadedConfiguration) throws {
        let order = AuditLog.Order(
            actor: "SIGHUP", remoteAddress: nil, action: "reload_configuration", subject: loaded.file)
        try audit.carryOut(order) {
            try putInForce(loaded)
            return ((), detail: "")
        }
    }

    private func putInForce(_ loaded: LoadedConfiguration) throws {
        let runtime = try Runtime(loaded, registry: registry)
        let old = holder.runtime.configuration
        holder.replace(runtime)
        // Ending what is under way may take seconds in which nothing is delivered; only worth it for a reason. One is a
        // destination that refused credentials, which a reload tries again.
        let new = runtime.configuration
        let isRefused = deliveryStatistics.destinations.contains { $0.state == .refused }
        guard isRefused || new.destinations != old.destinations || new.secrets != old.secrets else { return }
        engine.replace(nil)
        engine.replace(makeEngine(runtime))
    }

    /// Drains: refuses new requests, answers what is accepted, ends deliveries under way, closes the store.
    public func stop() {
        let grace = holder.runtime.configuration.http.drainTimeout
        ingest.beginDrain()
        // Its steps go through the committer.
        removal.stop()
        committer.stop()
        ingest.stop(gracePeriod: grace)
        admin.stop(gracePeriod: .seconds(1))
        replays.stop()
        engine.replace(nil)
        alerts.stop()
        client.stop()
        monitor.stop()
        maintenance.stop()
        store.close()
    }

    /// Does with a destination what an operator wants, now and across restarts; unknown names are ignored.
    ///
    /// - Returns: False if nobody can be told now, as a reload is under way; nothing has changed then.
    @discardableResult
    public func perform(_ command: DeliveryCommand, onDestination name: String) -> Bool {
        engine.perform(command, on: name)
    }

    private func makeEngine(_ runtime: Runtime) -> DeliveryEngine {
        let profiles = StoredProfileReader(store)
        return DeliveryEngine(
            destinations: runtime.destinations, removed: registry.destinationNames,
            store: DeliveryRecordStore(store, registry), client: client,
            gate: EnrichingDispatchGate(
                ConsentDispatchGate(policies: runtime.consentPolicies, profiles: profiles),
                destinations: runtime.enrichedDestinations, persons: profiles),
            clock: clock, logger: logger, statistics: deliveryStatistics)
    }
}

extension RocksDBStore: CommitStore {}

/// The delivery engine in force; a reload replaces it, as everything it needs is in the store.
final class EngineHolder: Sendable {
    private let engine = Guarded<DeliveryEngine?>(nil)
    /// How long requests under way may take to end.
    private static let grace = Duration.seconds(10)

    /// Wakes the engine for destinations that have new deliveries.
    func notify(_ destinations: Set<String>) {
        guard let engine = engine.withLock({ $0 }) else { return }
        for destination in destinations { engine.notifyCommitted(destination: destination) }
    }

    /// Does with a destination what an operator wants; false if there is no engine to do it, as during a reload.
    func perform(_ command: DeliveryCommand, on destination: String) -> Bool {
        guard let engine = engine.withLock({ $0 }) else { return false }
        return engine.perform(command, on: destination)
    }

    /// Ends the engine in force and puts another in its place, or none.
    func replace(_ next: DeliveryEngine?) {
        let previous = engine.withLock { engine in
            defer { engine = next }
            return engine
        }
        previous?.stop(grace: Self.grace)
    }
}

extension HTTPServerConfiguration {
    /// What the admin listener is told: few operators ask, one call after the other.
    init(admin: AdminConfiguration) {
        self.init(host: admin.listen.host, port: admin.listen.port)
        loopCount = 1
        connectionLimit = 64
        bodyByteLimit = AdminHandler.bodyByteLimit
    }

    init(_ configuration: GatewayConfiguration) {
        self.init(host: configuration.listen.host, port: configuration.listen.port)
        loopCount = configuration.http.loopCount ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        if let tls = configuration.tls { self.tls = TLSFiles(certificate: tls.certificateFile, key: tls.keyFile) }
        headerByteLimit = configuration.limits.headerByteLimit
        bodyByteLimit = configuration.limits.bodyByteLimit
        readTimeout = configuration.http.readTimeout
        idleTimeout = configuration.http.idleTimeout
        answerTimeout = configuration.limits.answerTimeout
        connectionLimit = configuration.http.connectionLimit
    }
}

extension IdentityAlert {
    /// The alert in words, without any identifier's value.
    var summary: String {
        switch self {
        case .profileNearSizeLimit(let profile, let size, let limit): "\(profile) has \(size) of \(limit) identifiers"
        case .profileNearMergeLimit(let profile, let merges, let limit): "\(profile) has \(merges) of \(limit) merges"
        case .valueBlocked(_, let type): "a value of type \(type.name) links too many users and joins no more"
        }
    }
}
