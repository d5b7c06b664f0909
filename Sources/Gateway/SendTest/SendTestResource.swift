import Dispatch
import EventModel
import Inbound
import JSON
import Outbound
import Platform
import Storage

/// `POST /api/send-test?destination=NAME` and `GET /api/send-test/SEQUENCE/NAME`: a synthetic purchase on the real way
/// to one destination, and what became of it (docs/delivery.md).
///
/// The first commits the event, with a delivery for that destination alone, and shows the request that is made of it; the
/// delivery engine sends it as it does every other. The second is asked until the delivery has an outcome.
struct SendTestResource<Store: KeyValueStore>: AdminResource {
    private let events: EventReader<Store>
    private let deliveries: DeliveryRecordStore<Store>
    private let profiles: any ProfileConsentReader
    private let registry: NumberRegistry
    private let runtime: @Sendable () -> Runtime
    private let submit: @Sendable (CommitRequest) -> Bool
    private let clock: any WallClock
    private let logger: Logger

    /// How long the commit may take; the admin loop answers nobody else meanwhile.
    private static var patience: DispatchTimeInterval { .seconds(5) }

    /// A resource.
    ///
    /// - Parameters:
    ///   - store: Where events and deliveries are.
    ///   - registry: Their names.
    ///   - runtime: The configuration in force.
    ///   - submit: Hands a request to the committer; false if it takes none now.
    ///   - clock: Says when the purchase was made.
    ///   - logger: Is told of every test.
    init(
        store: Store, registry: NumberRegistry, runtime: @escaping @Sendable () -> Runtime,
        submit: @escaping @Sendable (CommitRequest) -> Bool, clock: any WallClock, logger: Logger
    ) {
        events = EventReader(store)
        deliveries = DeliveryRecordStore(store, registry)
        profiles = StoredProfileReader(store)
        self.registry = registry
        self.runtime = runtime
        self.submit = submit
        self.clock = clock
        self.logger = logger
    }

    var routes: [AdminRoute] {
        let name = AdminParameter("destination", .text(limit: 512), "Which destination.", isRequired: true)
        return [
            AdminRoute(
                method: .post, path: "/api/send-test", name: "send_test", role: .operate,
                summary: "Commits a synthetic purchase for one destination, and shows the request that is made of it.",
                parameters: [name], answer: SendTestSchemas.sent,
                failures: [
                    AdminFailureKind(404, "destination_not_found"), AdminFailureKind(409, "destination_disabled"),
                    AdminFailureKind(409, "no_source"), AdminFailureKind(503, "overloaded"),
                    AdminFailureKind(503, "commit_late"),
                ],
                perform: { try send(to: $0.part("destination")) }),
            AdminRoute(
                method: .get, path: "/api/send-test/{sequence}/{destination}", name: "show_test", role: .read,
                summary: "What became of the test.", parameters: [.sequence, name], answer: SendTestSchemas.outcome,
                failures: [AdminFailureKind(404, "delivery_not_found")],
                perform: { AdminReply(try outcome(of: $0.part("sequence"), $0.part("destination"))) }),
        ]
    }

    // MARK: - Sending

    private func send(to name: String) throws -> AdminReply {
        let runtime = runtime()
        guard let configured = runtime.configuration.destinations.first(where: { $0.name == name }),
            let destination = runtime.destinations.first(where: { $0.name == name })
        else {
            let known = runtime.configuration.destinations.map(\.name).joined(separator: ", ")
            throw AdminFailure(404, "destination_not_found", "no destination has this name; known are: \(known)")
        }
        guard configured.isEnabled else {
            throw AdminFailure(
                409, "destination_disabled", "the configuration disables it; set enabled: true and reload")
        }
        let tenant = try tenant(for: configured, runtime)
        let purchase = SyntheticPurchase()
        let event = try purchase.event(for: tenant, at: clock.now)
        try commit(PreparedEvent(event, canonical: event.json, rawEnvelope: nil, onlyDestination: name))
        let key = MessageKey(
            tenant.accountNumber, tenant.environmentNumber, source: event.source, messageID: event.messageID)
        guard let record = try events.message(key),
            let stored = try deliveries.event(tenant.accountNumber, record.sequence)
        else { throw AdminFailure(503, "storage_unavailable", "the event was committed and cannot be read back") }
        logger.info("an operator tests a destination", ["destination": name, "event_id": event.eventID])
        return AdminReply(
            try answer(stored, event.eventID, destination, runtime), summary: "event \(record.sequence.value)")
    }

    /// The account and environment that the destination gets events of.
    private func tenant(for destination: DestinationConfiguration, _ runtime: Runtime) throws -> Tenant {
        let tenants = runtime.sources.map(\.profile.tenant)
        guard
            let tenant = tenants.first(where: { tenant in
                [tenant.account, nil].contains(destination.account)
                    && [tenant.environment, nil].contains(destination.environment)
            })
        else {
            throw AdminFailure(
                409, "no_source", "no source sends for the destination's account and environment, so it gets no event")
        }
        return tenant
    }

    private func commit(_ event: PreparedEvent) throws {
        let reply = Guarded<CommitReply?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        let request = CommitRequest(events: [event]) { outcome in
            reply.withLock { $0 = outcome }
            isDone.signal()
        }
        guard submit(request) else {
            throw AdminFailure(503, "overloaded", "the commit queue is full or closed; try again")
        }
        guard isDone.wait(timeout: .now() + Self.patience) == .success else {
            throw AdminFailure(
                503, "commit_late", "the commit takes longer than 5 s; the event may be sent all the same")
        }
        if case .failed(let error)? = reply.withLock({ $0 }) { throw error }
    }

    // MARK: - Answers

    private func answer(
        _ stored: StoredEvent, _ eventID: String, _ destination: any Destination, _ runtime: Runtime
    ) throws -> [UInt8] {
        let view = try EventViewReader().view(of: stored)
        let route = view.decisions?[name: "routes"]?.elements.first { _ in true }
        let reason = route?[name: "reason"]?.string
        let gate = ConsentDispatchGate(policies: runtime.consentPolicies, profiles: profiles)
        var json = JSONWriter(capacity: 2048)
        json.beginObject()
        json.member("success", true)
        json.member("destination", destination.name)
        json.member("sequence", String(stored.sequence.value))
        json.member("event_id", eventID)
        json.member("user", SyntheticPurchase.email)
        json.member("matched", reason == nil)
        json.member("reason", reason)
        json.member("detail", route?[name: "detail"]?.string)
        if !view.segments.isEmpty {
            json.key("segments")
            json.array { json in for segment in view.segments { json.value(segment) } }
        }
        json.member("template_version", destination.templateVersion)
        switch try gate.check(view, of: stored, for: destination.name) {
        case .drop(let reason, let message): json.member("not_sent", "\(reason.rawValue): \(message)")
        case .send(let view): write(destination.prepare(view, at: clock.now), of: destination, to: &json)
        }
        json.endObject()
        return json.bytes
    }

    private func write(_ preparation: Preparation, of destination: any Destination, to json: inout JSONWriter) {
        switch preparation {
        case .drop(let reason, let message): json.member("not_sent", "\(reason.rawValue): \(message)")
        case .renderFailed(let failure):
            json.member("not_sent", "render_failed: \(failure.message)")
            json.member("rendered", String(decoding: destination.masked(failure.body), as: UTF8.self))
        case .send(let part):
            let request = (destination as? any BatchDestination)?.joined([part], at: clock.now) ?? part
            func masked(_ text: String) -> String {
                String(decoding: destination.masked(Array(text.utf8)), as: UTF8.self)
            }
            json.key("request")
            json.object { json in
                json.member("method", request.method.rawValue)
                json.member("url", masked(request.url))
                json.key("headers")
                json.array { json in
                    for header in request.headers {
                        json.object { json in
                            json.member("name", header.name)
                            json.member("value", masked(header.value))
                        }
                    }
                }
                json.member("body", String(decoding: destination.masked(request.body), as: UTF8.self))
            }
        }
    }

    /// The delivery as it stands now, with its last attempt.
    private func outcome(of sequence: String, _ destination: String) throws -> [UInt8] {
        guard let number = UInt64(sequence) else {
            throw AdminFailure.parameter("sequence", "give the sequence that the test was answered with")
        }
        for account in registry.accounts {
            guard
                let delivery = try deliveries.delivery(account, EventSequence(number), destination: destination)
            else { continue }
            let attempt = try deliveries.lastAttempts(of: delivery, limit: 1).last
            var json = JSONWriter()
            json.object { json in write(delivery, attempt, to: &json) }
            return json.bytes
        }
        throw AdminFailure(404, "delivery_not_found", "no such delivery: the event was not meant for the destination")
    }

    private func write(_ delivery: Delivery, _ attempt: DeliveryAttempt?, to json: inout JSONWriter) {
        json.member("destination", delivery.destination)
        json.member("status", delivery.status.rawValue)
        json.member("reason", delivery.dropReason?.rawValue)
        json.member("attempts_made", delivery.attemptCount)
        json.member("error", delivery.lastError)
        if let latency = delivery.latencyMilliseconds { json.member("latency_ms", latency) }
        if delivery.status == .failed { json.time("next_retry_at", delivery.nextAttemptAt) }
        json.member("template_version", delivery.templateVersion)
        guard let attempt else { return }
        if let status = attempt.statusCode { json.member("response_status", status) }
        json.member("duration_ms", attempt.durationMilliseconds)
        if !attempt.responseBody.isEmpty {
            json.member("response_body", String(decoding: attempt.responseBody.prefix(2048), as: UTF8.self))
        }
    }
}
