import EventModel
import Outbound
import Platform
import Storage

extension AdminHandler {
    /// The handler of a whole gateway, with everything that operators may ask for.
    convenience init(
        store: RocksDBStore, registry: NumberRegistry, holder: RuntimeHolder, engine: EngineHolder,
        replays: ReplayService<RocksDBStore>, deadLetters: DeadLetterLock, statistics: DeliveryStatistics,
        desk: RemovalDesk<RocksDBStore>, submit: @escaping @Sendable (CommitRequest) -> Bool, status: StatusResource,
        audit: AuditLog, clock: any WallClock, logger: Logger
    ) {
        let destinations = DestinationResource(
            store: DeliveryRecordStore(store, registry),
            configured: { holder.runtime.configuration.destinations },
            statuses: { statistics.destinations },
            perform: { command, name in engine.perform(command, on: name) })
        let dead = DeadLetterResource(
            store: store, registry: registry,
            configured: { Set(holder.runtime.configuration.destinations.map(\.name)) },
            statuses: { statistics.destinations }, notify: { engine.notify($0) }, lock: deadLetters, clock: clock,
            logger: logger)
        let erasures = ErasureResource(
            store: store, registry: registry, desk: desk,
            accounts: { Set(holder.runtime.configuration.sources.map(\.account)) }, clock: clock, logger: logger)
        let tests = SendTestResource(
            store: store, registry: registry, runtime: { holder.runtime }, submit: submit, clock: clock,
            logger: logger)
        let places: @Sendable () -> [EventPlace] = { holder.runtime.places }
        self.init(
            tokens: { holder.runtime.configuration.admin.tokens },
            resources: [
                status,
                EventResource(store: store, registry: registry, places: places),
                ExplainResource(explanation: EventExplanation(store: store, registry: registry), places: places),
                DeliveryResource(store: store, registry: registry, places: places),
                dead, ReplayResource(service: replays, queries: DeadLetterQueries(registry: registry)),
                destinations, tests, AlertResource(store: AlertStore(store)),
                IdentityResource(store: store, registry: registry, places: places),
                erasures, AuditResource(log: audit),
            ],
            audit: audit, clock: clock, logger: logger)
    }
}
