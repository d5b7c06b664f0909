import EventModel
import Outbound
import Platform
import Storage

extension AdminHandler {
    /// The handler of a whole gateway, with everything that operators may ask for.
    convenience init(
        store: RocksDBStore, registry: NumberRegistry, holder: RuntimeHolder, engine: EngineHolder,
        replays: ReplayService<RocksDBStore>, deadLetters: DeadLetterLock, statistics: DeliveryStatistics,
        desk: RemovalDesk<RocksDBStore>, submit: @escaping @Sendable (CommitRequest) -> Bool, clock: any WallClock,
        logger: Logger
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
        self.init(
            tokens: { holder.runtime.configuration.admin.tokens.map { Array($0.revealed.utf8) } },
            resources: [
                "explain": ExplainResource(
                    explanation: EventExplanation(store: store, registry: registry),
                    places: { holder.runtime.places }),
                "dead": dead,
                "destinations": destinations,
                "replays": ReplayResource(service: replays, queries: DeadLetterQueries(registry: registry)),
                "erasures": ErasureResource(
                    store: store, registry: registry, desk: desk,
                    accounts: { Set(holder.runtime.configuration.sources.map(\.account)) }, clock: clock,
                    logger: logger),
                "send-test": SendTestResource(
                    store: store, registry: registry, runtime: { holder.runtime }, submit: submit, clock: clock,
                    logger: logger),
                "alerts": AlertResource(store: AlertStore(store)),
            ])
    }
}
