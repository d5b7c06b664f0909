import EventModel
import Inbound
import JSON
import Outbound
import Platform
import Storage

/// `/api/events`: what came in.
struct EventResource<Store: KeyValueStore>: AdminResource {
    private let reader: EventReader<Store>
    private let deliveries: DeliveryRecordStore<Store>
    private let registry: NumberRegistry
    private let explanation: EventExplanation<Store>
    private let places: @Sendable () -> [EventPlace]
    private let lookLimit: Int

    /// The list that cursors belong to.
    private static var name: String { "events" }

    /// A resource.
    ///
    /// - Parameters:
    ///   - store: Where events are.
    ///   - registry: Their names.
    ///   - places: Where events may have come in, asked for each request so that a reload counts at once.
    ///   - lookLimit: How many events one page looks at.
    init(
        store: Store, registry: NumberRegistry, places: @escaping @Sendable () -> [EventPlace], lookLimit: Int = 2000
    ) {
        reader = EventReader(store)
        deliveries = DeliveryRecordStore(store, registry)
        self.registry = registry
        explanation = EventExplanation(store: store, registry: registry)
        self.places = places
        self.lookLimit = lookLimit
    }

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/events", name: "list_events", role: .read,
                summary: "The stored events, the newest first.",
                parameters: EventQuestion.parameters + [.limit(), .cursor],
                answer: .page("EventPage", of: EventSummary.schema, as: "events"),
                failures: [AdminFailureKind(404, "account_not_found")], perform: { AdminReply(try list($0)) }),
            AdminRoute(
                method: .get, path: "/api/events/{sequence}", name: "show_event", role: .read,
                summary: "One event with everything that is known of it.", parameters: [.sequence],
                answer: EventSchemas.explained, failures: [AdminFailureKind(404, "event_not_found")],
                perform: { AdminReply(try show($0)) }),
        ]
    }

    private func show(_ request: AdminRequest) throws -> [UInt8] {
        if let number = request.sequence() {
            for account in registry.accounts {
                if let body = try explanation.explain(account, EventSequence(number)) { return body }
            }
        }
        throw AdminFailure(
            404, "event_not_found", "no event has this number, or retention has removed it; list them by /api/events")
    }

    private func list(_ request: AdminRequest) throws -> [UInt8] {
        let question = EventQuestion(request)
        let limit = request.integer("limit") ?? 100
        let accounts = try registry.accounts(named: question.account)
        let cursor = try request.place(in: Self.name).map { bytes in try DeliveryPlace(bytes) }
        let document = JSONDocument()
        if cursor == nil, let id = question.eventID ?? question.messageID {
            let found = try known(id, question, accounts, document)
            // Ids older than the window of dedup are in no index; then all events are looked through.
            if !found.isEmpty { return AdminPage.json("events", Array(found.prefix(limit)), next: nil) }
        }
        let start = [cursor, question.start].compactMap { $0 }.min()
        let reader = reader
        var timeline = Timeline<StoredEvent>(
            accounts, before: start, place: { DeliveryPlace($0.sequence, DestinationNumber(0)) },
            read: { account, place, limit throws(StoreError) in
                try reader.recentEvents(account, before: place?.sequence, limit: limit)
            })
        var budget = ScanBudget(records: lookLimit)
        var entries: [[UInt8]] = []
        while let event = try timeline.next() {
            guard !question.isBefore(event.sequence) else { break }
            budget.spend(bytes: event.canonical.count + event.decisions.count)
            if let entry = try entry(event, question, document) { entries.append(entry) }
            if entries.count == limit || budget.isSpent {
                let place = DeliveryPlace(event.sequence, DestinationNumber(0))
                return AdminPage.json("events", entries, next: AdminCursor.text(place.bytes, in: Self.name))
            }
        }
        return AdminPage.json("events", entries, next: nil)
    }

    /// The events that an index of dedup has for an id, the newest first.
    private func known(
        _ id: String, _ question: EventQuestion, _ accounts: [AccountNumber], _ document: JSONDocument
    ) throws(StoreError) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        let found = try explanation.find(id, in: places()).filter { accounts.contains($0.account) }
        for (account, sequence) in found.sorted(by: { $0.sequence > $1.sequence }) {
            guard let event = try deliveries.event(account, sequence) else { continue }
            if let entry = try entry(event, question, document) { entries.append(entry) }
        }
        return entries
    }

    /// The event's entry, if it is meant.
    private func entry(
        _ event: StoredEvent, _ question: EventQuestion, _ document: JSONDocument
    ) throws(StoreError) -> [UInt8]? {
        let summary = EventSummary(event, document)
        guard question.isMeant(summary) else { return nil }
        let sightings = try reader.sightings(of: event.sequence, event.account)
        let verdict = EventVerdict(sightings)
        let deliveries = try deliveries.deliveries(event.account, event.sequence)
        guard question.isMeant(deliveries, verdict) else { return nil }
        let repetitions = sightings.reduce(0) { $0 + Int($1.count) }
        return summary.json(verdict: verdict, repetitions: repetitions, deliveries)
    }
}

extension NumberRegistry {
    /// The account with a name, or all of them if that is nil.
    ///
    /// - Throws: ``AdminFailure`` for a name that no account ever had.
    func accounts(named name: String?) throws(AdminFailure) -> [AccountNumber] {
        guard let name else { return accounts }
        guard let account = knownAccount(name) else {
            let known = accounts.compactMap { self.name(of: $0) }.prefix(20).joined(separator: ", ")
            throw AdminFailure(404, "account_not_found", "no account ever had this name; known are: \(known)")
        }
        return [account]
    }
}
