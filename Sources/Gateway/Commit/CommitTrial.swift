package import EventModel
import Identity
package import JSON
import Outbound
import Platform
package import Storage

/// The commit path without its threads and queue, for benchmarks: decides groups of events and writes their batches.
///
/// Belongs to one thread.
package final class CommitTrial {
    /// An event made ready for the committer, as an HTTP thread does it.
    package struct Event: Sendable {
        fileprivate let prepared: PreparedEvent

        /// Makes a canonical event ready; it is encoded by way of `writer`.
        package init(_ event: CanonicalEvent, using writer: inout JSONWriter) {
            prepared = PreparedEvent(event, canonical: event.json(using: &writer), rawEnvelope: nil)
        }

        /// How many bytes of JSON the event has.
        package var byteCount: Int { prepared.canonical.count }
    }

    /// The tenant that events must have.
    package let tenant: Tenant
    private let store: RocksDBStore
    private let state: CommitState<RocksDBStore>

    /// A commit path into `store` that queues every event for one destination.
    package init(_ store: RocksDBStore, destination: String) throws(StoreError) {
        self.store = store
        RocksDBStore.keepFreeMemory()
        let registry = try NumberRegistry(store)
        tenant = try registry.tenant(account: "acct_bench", environment: "production")
        var settings = CommitSettings()
        settings.router = Router([RouteRule(destination: destination)])
        let fixed = settings
        state = try CommitState(
            store: store, registry: registry, clock: SystemClock(), settings: { fixed }, identityAlerts: { _ in })
    }

    /// Commits one group of events, unsynced.
    package func commit(_ events: ArraySlice<Event>) throws(StoreError) {
        try state.prepare(events.map { $0.prepared })
        for (position, event) in events.enumerated() { _ = try state.decide(event.prepared, at: position) }
        var batch = state.takeBatch()
        try store.commit(batch, .buffered)
        state.recycle(&batch)
        _ = state.takeDestinations()
    }
}
