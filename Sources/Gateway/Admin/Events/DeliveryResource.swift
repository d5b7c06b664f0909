import EventModel
import Inbound
import JSON
import Outbound
import Platform
import Storage

/// `/api/deliveries`: what becomes of events, one destination each.
struct DeliveryResource<Store: KeyValueStore>: AdminResource {
    private let store: DeliveryRecordStore<Store>
    private let registry: NumberRegistry
    private let explanation: EventExplanation<Store>
    private let places: @Sendable () -> [EventPlace]
    private let lookLimit: Int

    /// The list that cursors belong to.
    private static var name: String { "deliveries" }
    /// The attempts that are shown, the last ones: each may hold 64 KiB of request and answer.
    private static var attemptLimit: Int { 10 }

    /// A resource.
    ///
    /// - Parameters:
    ///   - store: Where deliveries are.
    ///   - registry: Their names.
    ///   - places: Where events may have come in, asked for each request so that a reload counts at once.
    ///   - lookLimit: How many deliveries one page looks at.
    init(
        store: Store, registry: NumberRegistry, places: @escaping @Sendable () -> [EventPlace], lookLimit: Int = 5000
    ) {
        self.store = DeliveryRecordStore(store, registry)
        self.registry = registry
        explanation = EventExplanation(store: store, registry: registry)
        self.places = places
        self.lookLimit = lookLimit
    }

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/deliveries", name: "list_deliveries", role: .read,
                summary: "The deliveries, those of the newest events first.",
                parameters: Self.filters + [.limit(), .cursor],
                answer: .page("DeliveryPage", of: DeliverySchemas.line, as: "deliveries"),
                failures: [AdminFailureKind(404, "account_not_found"), AdminFailureKind(404, "destination_not_found")],
                perform: { AdminReply(try list($0)) }),
            AdminRoute(
                method: .get, path: "/api/deliveries/{sequence}/{destination}", name: "show_delivery", role: .read,
                summary: "One delivery with its last attempts.",
                parameters: [.sequence, .text("destination", "The destination's name.")],
                answer: DeliverySchemas.whole, failures: [AdminFailureKind(404, "delivery_not_found")],
                perform: { AdminReply(try show($0)) }),
        ]
    }

    private static var filters: [AdminParameter] {
        [
            .text("destination", "Only those to this destination."),
            AdminParameter(
                "status", .choice(DeliveryStatus.allCases.map(\.rawValue)), "Only those in this state."),
            AdminParameter(
                "reason", .choice(DropReason.allCases.map(\.rawValue)), "Only those dropped for this reason."),
            .text("account", "Only those of this account."),
            .text("event_name", "Only those of events of this canonical name."),
            .text("event_id", "Only those of events with this `event_id`, within the window of dedup."),
            AdminParameter("sequence", .sequence, "Only those of this event."),
            AdminParameter("from", .time, "Only those of events that were stored at this time or later."),
            AdminParameter("to", .time, "Only those of events that were stored before this time."),
        ]
    }

    // MARK: - One

    private func show(_ request: AdminRequest) throws -> [UInt8] {
        let destination = request.part("destination")
        for account in registry.accounts {
            guard let number = request.sequence() else { break }
            guard let delivery = try store.delivery(account, EventSequence(number), destination: destination) else {
                continue
            }
            let event = try summary(of: delivery, JSONDocument())
            let attempts = try store.lastAttempts(of: delivery, limit: Self.attemptLimit)
            var json = JSONWriter(capacity: 4096)
            json.object { json in
                json.delivery(delivery, event)
                json.key("attempts")
                json.array { json in for attempt in attempts { json.attempt(attempt) } }
            }
            return json.bytes
        }
        throw AdminFailure(
            404, "delivery_not_found",
            "no such delivery; the event may not have been meant for this destination, which explain tells")
    }

    // MARK: - List

    private func list(_ request: AdminRequest) throws -> [UInt8] {
        let limit = request.integer("limit") ?? 100
        let accounts = try registry.accounts(named: request["account"])
        if let name = request["destination"], registry.knownDestination(name) == nil {
            let known = registry.destinationNames.joined(separator: ", ")
            throw AdminFailure(404, "destination_not_found", "no destination ever had this name; known are: \(known)")
        }
        let document = JSONDocument()
        let cursor = try request.place(in: Self.name).map { bytes in try DeliveryPlace(bytes) }
        if let events = try named(request, accounts) {
            var entries: [[UInt8]] = []
            for event in events {
                for delivery in try store.deliveries(event.account, event.sequence) {
                    if let entry = try entry(delivery, request, document) { entries.append(entry) }
                }
            }
            return AdminPage.json("deliveries", Array(entries.prefix(limit)), next: nil)
        }
        var timeline = timeline(accounts, request, after: cursor)
        let from = request.time("from")
        var budget = ScanBudget(records: lookLimit)
        var entries: [[UInt8]] = []
        while let placed = try timeline.next() {
            if let from, SequenceClock.time(of: placed.delivery.sequence) < from { break }
            budget.spend(bytes: 0)
            if let entry = try entry(placed.delivery, request, document) { entries.append(entry) }
            if entries.count == limit || budget.isSpent {
                let next = AdminCursor.text(placed.place.bytes, in: Self.name)
                return AdminPage.json("deliveries", entries, next: next)
            }
        }
        return AdminPage.json("deliveries", entries, next: nil)
    }

    /// The deliveries behind a place, the newest first.
    private func timeline(
        _ accounts: [AccountNumber], _ request: AdminRequest, after cursor: DeliveryPlace?
    ) -> Timeline<PlacedDelivery> {
        let until = request.time("to").map { DeliveryPlace(before: $0) }
        let start = [cursor, until].compactMap { $0 }.min()
        let store = store
        return Timeline(accounts, before: start, place: { $0.place }) { account, place, limit throws(StoreError) in
            try store.recentDeliveries(account, before: place, limit: limit)
        }
    }

    /// The events that the request names, the newest first; nil if it names none.
    private func named(
        _ request: AdminRequest, _ accounts: [AccountNumber]
    ) throws -> [(account: AccountNumber, sequence: EventSequence)]? {
        var events: [(account: AccountNumber, sequence: EventSequence)]?
        if let number = request.sequence() { events = accounts.map { ($0, EventSequence(number)) } }
        if let id = request["event_id"] {
            let found = try explanation.find(id, in: places()).filter { accounts.contains($0.account) }
            events = found.filter { one in events?.contains { $0 == one } ?? true }
        }
        func isWithin(_ sequence: EventSequence) -> Bool {
            let time = SequenceClock.time(of: sequence)
            return (request.time("from").map { time >= $0 } ?? true) && (request.time("to").map { time < $0 } ?? true)
        }
        return events?.filter { isWithin($0.sequence) }.sorted { $0.sequence > $1.sequence }
    }

    /// The delivery's entry, if it is meant; what the record itself says is asked first.
    private func entry(_ delivery: Delivery, _ request: AdminRequest, _ document: JSONDocument) throws -> [UInt8]? {
        guard request["destination"].map({ $0 == delivery.destination }) ?? true,
            request["status"].map({ $0 == delivery.status.rawValue }) ?? true,
            request["reason"].map({ $0 == delivery.dropReason?.rawValue }) ?? true
        else { return nil }
        let event = try summary(of: delivery, document)
        guard request["event_name"].map({ $0 == event?.name }) ?? true,
            request["event_id"].map({ $0 == event?.eventID }) ?? true
        else { return nil }
        var json = JSONWriter()
        json.object { $0.delivery(delivery, event) }
        return json.bytes
    }

    private func summary(of delivery: Delivery, _ document: JSONDocument) throws(StoreError) -> EventSummary? {
        try store.event(delivery.account, delivery.sequence).map { EventSummary($0, document) }
    }
}

extension JSONWriter {
    /// The members of a delivery; those of its event only while that is there.
    fileprivate mutating func delivery(_ delivery: Delivery, _ event: EventSummary?) {
        member("id", "\(delivery.sequence.value)/\(delivery.destination)")
        member("sequence", String(delivery.sequence.value))
        member("destination", delivery.destination)
        member("status", delivery.status.rawValue)
        member("reason", delivery.dropReason?.rawValue)
        member("event_name", event?.name)
        member("event_id", event?.eventID)
        member("account", event?.account)
        member("environment", event?.environment)
        member("attempts_made", delivery.attemptCount)
        if let status = delivery.lastStatusCode { member("last_status", status) }
        member("last_error", delivery.lastError)
        time("queued_at", delivery.queuedAt)
        time("last_attempt_at", delivery.lastAttemptAt)
        if !delivery.hasEnded { time("next_attempt_at", delivery.nextAttemptAt) }
        if let latency = delivery.latencyMilliseconds { member("latency_ms", latency) }
        if delivery.isAmbiguous { member("ambiguous", true) }
        member("template_version", delivery.templateVersion)
        if delivery.sendsKeptBody { member("original_body", true) }
    }

    /// What of the person an event was completed with; nothing if that is nothing.
    mutating func enrichment(_ parts: [KnownPerson.Part]) {
        optionalArray("enriched") { json in for part in parts { json.value(part.rawValue) } }
    }

    /// An attempt with what was sent and answered, as far as it is kept.
    mutating func attempt(_ attempt: DeliveryAttempt) {
        object { json in
            json.member("number", attempt.number)
            json.time("started_at", attempt.startedAt)
            json.member("duration_ms", attempt.durationMilliseconds)
            // Empty for a body that could not be made into a request.
            if !attempt.request.isEmpty { json.member("request", attempt.request) }
            json.member("template_version", attempt.templateVersion)
            json.enrichment(attempt.enrichment)
            if let body = attempt.requestBody { json.member("request_body", String(decoding: body, as: UTF8.self)) }
            if let status = attempt.statusCode { json.member("status", status) }
            json.member("error", attempt.error)
            if !attempt.responseBody.isEmpty {
                json.member("response_body", String(decoding: attempt.responseBody, as: UTF8.self))
            }
        }
    }
}
