import Canonicalizer
import Crypto
import EventModel
import Identity
import JSON
import Outbound
import Platform
import Storage

/// Answers "what became of this event?" from the store: everything known of it, as one JSON object.
///
/// May be used from any thread.
struct EventExplanation<Store: KeyValueStore>: Sendable {
    private let store: Store
    private let registry: NumberRegistry
    private let reader: EventReader<Store>
    private let deliveries: DeliveryRecordStore<Store>

    /// The most events one question is answered with.
    private static var eventLimit: Int { 20 }

    init(store: Store, registry: NumberRegistry) {
        self.store = store
        self.registry = registry
        reader = EventReader(store)
        deliveries = DeliveryRecordStore(store, registry)
    }

    /// Explains all events with this `event_id`, `messageId` or sequence in one of the places.
    ///
    /// - Parameters:
    ///   - id: What the operator has.
    ///   - name: Only events of this canonical name, if given.
    ///   - places: The tenants and sources to look in.
    /// - Returns: One JSON object with `events`, at most 20 in order of commit; nil if there is none.
    /// - Throws: ``StoreError`` if a record cannot be read.
    func explain(_ id: String, name: String? = nil, in places: [EventPlace]) throws(StoreError) -> [UInt8]? {
        var found = try find(id, in: places)
        if let number = UInt64(id) {
            for account in Set(places.map(\.tenant.accountNumber))
            where !found.contains(where: { $0 == (account, EventSequence(number)) }) {
                found.append((account, EventSequence(number)))
            }
        }
        return try write(found.sorted { $0.sequence < $1.sequence }, name: name)
    }

    /// Explains one event: one JSON object; nil if there is none.
    func explain(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> [UInt8]? {
        guard let record = try reader.event(account, sequence) else { return nil }
        return try entry(account, sequence, record)
    }

    /// The events that dedup knows by an `event_id`, a business id or a `messageId`.
    func find(
        _ id: String, in places: [EventPlace]
    ) throws(StoreError) -> [(account: AccountNumber, sequence: EventSequence)] {
        var found: [(account: AccountNumber, sequence: EventSequence)] = []
        func add(_ account: AccountNumber, _ sequence: EventSequence) {
            if !found.contains(where: { $0.account == account && $0.sequence == sequence }) {
                found.append((account, sequence))
            }
        }
        for tenant in Set(places.map(\.tenant)) {
            let (account, environment) = (tenant.accountNumber, tenant.environmentNumber)
            for name in EventRegistry.businessKeyNames {
                let key = "\(name):\(id)"
                for record in try reader.events(withID: key, account, environment, limit: Self.eventLimit) {
                    add(account, record.sequence)
                }
            }
        }
        for place in places {
            let (account, environment) = (place.tenant.accountNumber, place.tenant.environmentNumber)
            let key = MessageKey(account, environment, source: place.source, messageID: id)
            if let record = try reader.message(key) { add(account, record.sequence) }
        }
        return found
    }

    private func write(
        _ events: [(account: AccountNumber, sequence: EventSequence)], name: String?
    ) throws(StoreError) -> [UInt8]? {
        var entries: [[UInt8]] = []
        let document = JSONDocument()
        for (account, sequence) in events.prefix(Self.eventLimit) {
            guard let record = try reader.event(account, sequence) else { continue }
            if let name, EventFields.name(of: record.canonical, document) != name { continue }
            entries.append(try entry(account, sequence, record))
        }
        guard !entries.isEmpty else { return nil }
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.key("events")
            json.array { json in for entry in entries { json.raw(entry) } }
        }
        return json.bytes
    }

    private func entry(
        _ account: AccountNumber, _ sequence: EventSequence, _ record: EventRecord
    ) throws(StoreError) -> [UInt8] {
        let sightings = try reader.sightings(of: sequence, account)
        let deliveries = try deliveries.deliveries(account, sequence)
        let profile = try currentProfile(account, record.canonical)
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.member("sequence", String(sequence.value))
        json.key("event")
        json.raw(record.canonical)
        json.key("decisions")
        json.raw(record.decisions)
        json.member("profile_now", profile?.description)
        if let profile { try write(whatIsKeptOf: profile, account, to: &json) }
        json.key("sightings")
        json.array { json in for sighting in sightings { write(sighting, to: &json) } }
        json.key("deliveries")
        json.beginArray()
        for delivery in deliveries { write(delivery, try self.deliveries.attempts(of: delivery), to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// The profile that the event's strongest identifier belongs to today.
    private func currentProfile(_ account: AccountNumber, _ canonical: [UInt8]) throws(StoreError) -> ProfileID? {
        let document = JSONDocument()
        guard let tenant = EventFields.tenant(of: canonical, document, registry),
            let identifier = EventFields.strongestIdentifier(of: canonical, document, in: tenant)
        else { return nil }
        return try ProfileMembers.profile(of: identifier.node, reader: StoredIdentityReader(store, account))
    }

    /// Writes what the person has said about consent, and which parts of their data are known, never the data.
    private func write(
        whatIsKeptOf profile: ProfileID, _ account: AccountNumber, to json: inout JSONWriter
    ) throws(StoreError) {
        let profiles = StoredProfileReader(store)
        if let consent = try profiles.consent(of: profile, account) {
            json.key("stored_consent")
            json.array { json in write(consent, to: &json) }
        }
        if let person = try profiles.person(of: profile, account) { json.known(person) }
    }

    private func write(_ consent: ProfileConsent, to json: inout JSONWriter) {
        for statement in consent.purposes {
            json.object { json in
                json.member("purpose", statement.purpose.rawValue)
                json.member("denied", statement.isDenied)
                json.time("said_at", statement.saidAt)
            }
        }
        for statement in consent.categories {
            json.object { json in
                if !statement.provider.isEmpty { json.member("provider", statement.provider) }
                json.member("category", statement.id)
                json.member("denied", statement.isDenied)
                json.time("said_at", statement.saidAt)
            }
        }
    }

    private func write(_ sighting: Sighting, to json: inout JSONWriter) {
        json.object { json in
            json.member("source", sighting.source)
            json.member("message_id", sighting.messageID)
            json.member("matched_key", sighting.matchedKey)
            json.member("count", sighting.count)
            json.time("first_seen_at", sighting.firstSeenAt)
            json.time("last_seen_at", sighting.lastSeenAt)
            json.member("conflict", sighting.isConflict)
            json.key("differing_fields")
            json.array { json in for field in sighting.differingFields { json.value(field) } }
        }
    }

    private func write(_ delivery: Delivery, _ attempts: [DeliveryAttempt], to json: inout JSONWriter) {
        json.object { json in
            json.member("destination", delivery.destination)
            json.member("status", delivery.status.rawValue)
            json.member("reason", delivery.dropReason?.rawValue)
            json.member("attempts_made", delivery.attemptCount)
            json.member("last_error", delivery.lastError)
            if let status = delivery.lastStatusCode { json.member("last_status", status) }
            json.time("queued_at", delivery.queuedAt)
            json.time("last_attempt_at", delivery.lastAttemptAt)
            if delivery.status == .queued { json.time("next_attempt_at", delivery.nextAttemptAt) }
            if delivery.status == .failed { json.time("next_retry_at", delivery.nextAttemptAt) }
            if let latency = delivery.latencyMilliseconds { json.member("latency_ms", latency) }
            if delivery.isAmbiguous { json.member("ambiguous", true) }
            json.member("template_version", delivery.templateVersion)
            if delivery.sendsKeptBody { json.member("original_body", true) }
            json.key("attempts")
            json.array { json in for attempt in attempts { write(attempt, to: &json) } }
        }
    }

    private func write(_ attempt: DeliveryAttempt, to json: inout JSONWriter) {
        json.object { json in
            json.member("number", attempt.number)
            json.time("started_at", attempt.startedAt)
            json.member("duration_ms", attempt.durationMilliseconds)
            if let status = attempt.statusCode { json.member("status", status) }
            json.member("error", attempt.error)
            json.member("request", attempt.request)
            json.member("template_version", attempt.templateVersion)
            json.enrichment(attempt.enrichment)
            if !attempt.responseBody.isEmpty {
                json.member("response", String(decoding: attempt.responseBody.prefix(2048), as: UTF8.self))
            }
        }
    }
}

/// Where an event may have come in.
struct EventPlace: Sendable, Hashable {
    var tenant: Tenant
    var source: String
}

/// Single fields of a stored canonical event.
enum EventFields {
    private static let name = JSONKey("event_name")
    private static let account = JSONKey("account")
    private static let environment = JSONKey("environment")
    private static let identifiers = JSONKey("identifiers")
    private static let type = JSONKey("type")
    private static let value = JSONKey("value")

    /// The canonical name, or nil if the bytes are no event.
    static func name(of canonical: [UInt8], _ document: JSONDocument) -> String? {
        // What the store holds was written by us; anything else is told by its missing name.
        (try? document.parse(canonical))?[name]?.string
    }

    /// The account and environment that the event belongs to.
    static func tenant(of canonical: [UInt8], _ document: JSONDocument, _ registry: NumberRegistry) -> Tenant? {
        guard let root = try? document.parse(canonical), let account = root[account]?.string,
            let environment = root[environment]?.string, let number = registry.knownAccount(account),
            let environmentNumber = registry.knownEnvironment(environment, of: number)
        else { return nil }
        return Tenant(
            account: account, environment: environment, accountNumber: number, environmentNumber: environmentNumber)
    }

    /// The first of the event's identifiers.
    static func strongestIdentifier(
        of canonical: [UInt8], _ document: JSONDocument, in tenant: Tenant
    ) -> Identifier? {
        guard let root = try? document.parse(canonical),
            let first = root[identifiers]?.elements.first(where: { _ in true }),
            let typeName = first[type]?.string, let type = IdentifierType(name: typeName),
            let value = first[value]?.string
        else { return nil }
        return Identifier(type, value, in: tenant, hasher: SHA256())
    }
}
