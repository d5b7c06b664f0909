import EventModel
import Identity
import Inbound
import JSON
import Outbound
import Platform
import Storage

/// What the committer needs to know of the configuration.
struct CommitSettings: Sendable {
    var dedup = DedupWindow()
    var identity = IdentityLimits()
    var router = Router([])
    var segments = SegmentTable()
    /// Destinations that get each profile's events in the order of their commits.
    var orderedDestinations: Set<String> = []
    /// How long new events wait for their first attempt, by destination; those that do not wait are not in it.
    var settleDelays: [String: Duration] = [:]
}

/// The state machine behind the ``Committer``: dedup, identity and routing of one event after the other, into a batch.
///
/// Deterministic: the same events in the same order make the same batches. Confined to the committer's thread.
final class CommitState<Store: KeyValueStore> {
    let store: Store
    private let reader: EventReader<Store>
    private let registry: NumberRegistry
    private let deliveries: DeliveryRecordStore<Store>
    private let settings: @Sendable () -> CommitSettings
    let clock: any WallClock
    private let identityAlerts: @Sendable (IdentityAlert) -> Void

    /// In force for the batch in hand.
    private var current: CommitSettings
    private var isBatchBegun = false
    private var deduplicator: Deduplicator<Store>
    var clicks: ClickMemory<Store>
    private var consents: ProfileLedger<ProfileConsent, Store>
    private var persons: ProfileLedger<KnownPerson, Store>
    var graphs: [AccountNumber: IdentityGraph] = [:]
    var sequences: SequenceClock
    /// Nil while nobody was ever erased.
    var suppressions: Suppressions<Store>?
    private var batch = WriteBatch()
    private var pending = PendingEvents()
    private var sightings: SightingLog<Store>
    private let routing = EventRouting()
    private var queues = DeliveryQueues()
    private let original = JSONDocument()
    private let repeated = JSONDocument()

    /// A state that goes on where the store ends.
    ///
    /// - Parameters:
    ///   - store: What events are decided against.
    ///   - registry: The numbers of accounts, environments and destinations.
    ///   - clock: What sequences take the time from.
    ///   - settings: Asked once a batch, so that a reload takes effect between batches.
    ///   - identityAlerts: Told what the identity graph wants an operator to know.
    /// - Throws: ``StoreError`` if the newest sequence cannot be read.
    init(
        store: Store, registry: NumberRegistry, clock: any WallClock,
        settings: @escaping @Sendable () -> CommitSettings,
        identityAlerts: @escaping @Sendable (IdentityAlert) -> Void
    ) throws(StoreError) {
        self.store = store
        self.registry = registry
        self.clock = clock
        self.settings = settings
        self.identityAlerts = identityAlerts
        reader = EventReader(store)
        sightings = SightingLog(reader)
        deliveries = DeliveryRecordStore(store, registry)
        current = settings()
        deduplicator = Deduplicator(store: store, window: current.dedup)
        clicks = try ClickMemory(store: store)
        consents = try ProfileLedger(store)
        persons = try ProfileLedger(store)
        sequences = SequenceClock(after: try reader.lastSequence())
        suppressions = try Suppressions.load(store)
    }

    /// Reads at once what deciding a group of events will need, which costs the store less than one look after another.
    func prepare(_ events: [PreparedEvent]) throws(StoreError) {
        beginBatch()
        try deduplicator.prepare(events)
        try clicks.prepare(events)
        var nodes: [AccountNumber: [NodeID]] = [:]
        for event in events {
            nodes[event.tenant.accountNumber, default: []].append(contentsOf: event.identifiers.lazy.map { $0.node })
        }
        for (account, nodes) in nodes {
            try graph(of: account).prepare(nodes, reader: StoredIdentityReader(store, account))
        }
    }

    /// Decides one event and adds what it changes to the batch.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - position: Its place in the group that was prepared; nil for an event that is decided without.
    /// - Returns: What became of it.
    /// - Throws: ``StoreError`` if something cannot be read; then the batch must be discarded.
    func decide(_ event: PreparedEvent, at position: Int? = nil) throws(StoreError) -> CommitVerdict {
        beginBatch()
        if let suppressions, try suppressions.cover(event.identifiers, event.tenant.accountNumber) { return .erased }
        if let match = try deduplicator.match(event, at: position) { return try coalesce(event, match) }
        return try accept(event)
    }

    /// The changes of all events decided since the last call.
    func takeBatch() -> WriteBatch {
        for (account, graph) in graphs { batch.putIdentity(account, graph.takeChanges()) }
        consents.flush(into: &batch)
        persons.flush(into: &batch)
        sightings.flush(into: &batch)
        pending.removeAll()
        deduplicator.clear()
        clicks.clear()
        defer {
            batch = WriteBatch()
            isBatchBegun = false
        }
        return batch
    }

    /// Gives the memory of a batch back that ``takeBatch()`` gave and that is written.
    func recycle(_ written: inout WriteBatch) {
        swap(&batch, &written)
        batch.removeAll()
    }

    /// The destinations that the last batch queued deliveries for.
    func takeDestinations() -> Set<String> { queues.takeDestinations() }

    /// Forgets what was remembered of profiles that are changed or removed by others.
    func forget(_ profiles: [ProfileID], of account: AccountNumber) {
        consents.forget(profiles, account)
        persons.forget(profiles, account)
    }

    /// Forgets everything that was decided and not written.
    func discard() {
        batch.removeAll()
        pending.removeAll()
        sightings.discard()
        _ = queues.takeDestinations()
        deduplicator.clear()
        clicks.discard()
        consents.discard()
        persons.discard()
        for graph in graphs.values { graph.discardChanges() }
        isBatchBegun = false
    }

    /// Takes the settings that are in force, which may have changed since the last batch.
    private func beginBatch() {
        guard !isBatchBegun else { return }
        isBatchBegun = true
        let next = settings()
        deduplicator.window = next.dedup
        // A graph only remembers what the store has, so that a new one with the new limits goes on where it ends.
        if next.identity != current.identity { graphs.removeAll() }
        current = next
    }

    private func graph(of account: AccountNumber) -> IdentityGraph {
        if let graph = graphs[account] { return graph }
        let graph = IdentityGraph(limits: current.identity, cacheEdgeLimit: 1 << 18)
        graphs[account] = graph
        return graph
    }

    // MARK: - New events

    private func accept(_ event: PreparedEvent) throws(StoreError) -> CommitVerdict {
        let account = event.tenant.accountNumber
        let sequence = sequences.next(at: clock.now)
        let identity = try resolveIdentity(event, sequence, mayJoin: true)
        let (canonical, hasRemembered) = try clicks.complete(event, in: &batch)
        let subject = try routeSubject(event, identity, hasRemembered: hasRemembered)
        let (segments, verdicts) = try routing.decide(
            subject, canonical: canonical, identity: identity, sequence, current)
        let routes = event.onlyDestination.map { name in verdicts.filter { $0.destination == name } } ?? verdicts
        var destinationCount = 0
        for route in routes where route.refusal == nil {
            let number = try queues.number(of: route.destination, registry)
            var delivery = Delivery(
                account: account, sequence: sequence, destination: route.destination, queuedAt: event.receivedAt)
            if event.onlyDestination == nil, let delay = current.settleDelays[route.destination] {
                delivery.nextAttemptAt = event.receivedAt + delay
            }
            batch.putDelivery(delivery, number)
            if !current.orderedDestinations.isEmpty, current.orderedDestinations.contains(route.destination),
                let profile = identity.profile
            {
                batch.putOrder(delivery, of: [profile] + identity.previousProfiles, number)
            }
            destinationCount += 1
        }
        let decisions = Decisions(sequence: sequence, identity: identity, segments: segments, routes: routes)
        let record = EventRecord(canonical: canonical, decisions: decisions.json, envelope: event.rawEnvelope)
        batch.putEvent(record, account, sequence)
        pending.append(record, sequence)
        if event.asksForErasure { batch.putErasure(ErasureRequest(event, sequence), account) }
        deduplicator.remember(event, as: sequence, isNew: true, in: &batch)
        if let node = identity.primaryNode { batch.putProfileEvent(account, node, sequence) }
        return .accepted(identity: identity.state, destinationCount: destinationCount)
    }

    /// What the router looks at, with what is kept of the event's person from before and now.
    private func routeSubject(
        _ event: PreparedEvent, _ identity: IdentityOutcome, hasRemembered: Bool
    ) throws(StoreError) -> RouteSubject {
        let consent = try noteConsent(event, identity)
        let person = try notePerson(event, identity)
        // A copy of the subject costs more than these questions.
        let tellsConsent = consent != nil && current.router.readsStoredConsent
        let tellsPerson = !event.routeSubject.hasIdentitySignal && (hasRemembered || person?.isFindable == true)
        guard tellsConsent || tellsPerson else { return event.routeSubject }
        var subject = event.routeSubject
        if tellsConsent { subject.consent.stored = consent }
        subject.hasIdentitySignal = subject.hasIdentitySignal || hasRemembered
        subject.isPersonKnown = person?.isFindable == true
        return subject
    }

    /// Keeps what the event says of its person, if a destination wants it; gives what is known of the person by now.
    private func notePerson(_ event: PreparedEvent, _ identity: IdentityOutcome) throws(StoreError) -> KnownPerson? {
        let isWanted = current.router.enriches
        // Also without a destination that asks: profiles that became one must not lose what is known.
        guard isWanted || !identity.previousProfiles.isEmpty else { return nil }
        let account = event.tenant.accountNumber
        let known = try persons.record(after: identity, account)
        guard isWanted, let statement = event.person else { return known }
        return persons.add(statement, to: known, of: identity, account)
    }

    /// Keeps what the event says about consent for its person; gives what the person has said by now.
    private func noteConsent(
        _ event: PreparedEvent, _ identity: IdentityOutcome
    ) throws(StoreError) -> ProfileConsent? {
        let account = event.tenant.accountNumber
        // Also without a destination that asks: profiles that became one must not lose a denial.
        guard event.consentStatement != nil || current.router.readsStoredConsent || !identity.previousProfiles.isEmpty
        else { return nil }
        let known = try consents.record(after: identity, account)
        guard let statement = event.consentStatement else { return known }
        return consents.add(statement, to: known, of: identity, account)
    }

    private func resolveIdentity(
        _ event: PreparedEvent, _ sequence: EventSequence, mayJoin: Bool
    ) throws(StoreError) -> IdentityOutcome {
        let account = event.tenant.accountNumber
        let reader = StoredIdentityReader(store, account)
        let graph = graph(of: account)
        var (identifiers, joins) = (event.identifiers, event.joins)
        if let guess = event.guessedUserID, try !graph.knows(guess.node, reader: reader) {
            identifiers.removeAll { $0.node == guess.node }
            joins = event.joins(of: identifiers)
        }
        let outcome = try graph.resolve(
            identifiers, joins: joins, event: sequence, at: event.receivedAt, mayJoin: mayJoin, reader: reader)
        for alert in outcome.alerts { identityAlerts(alert) }
        return outcome
    }

    // MARK: - Repeated events

    /// Records that a known event came again, and lets its identifiers count where it is a copy by another way.
    private func coalesce(_ event: PreparedEvent, _ match: DuplicateMatch) throws(StoreError) -> CommitVerdict {
        var duplicate = CommitVerdict.Duplicate(
            matchedKey: match.key, eventID: event.eventID, isConflict: match.isConflict)
        let stored = try storedEvent(event.tenant.accountNumber, match.original)
        if let stored { try compare(event, with: stored, match, into: &duplicate) }
        if match.isConflict, match.key == .messageID { duplicate.notes.append(.messageIDReused) }
        if match.key == .eventID {
            let isSomebodyElse = duplicate.notes.contains(.businessIDIdentityConflict)
            let identity = try resolveIdentity(event, sequences.next(at: clock.now), mayJoin: !isSomebodyElse)
            // The copy of a browser may say what the server's did not; of somebody else's it says nothing.
            _ = try noteConsent(event, identity)
            if !isSomebodyElse {
                _ = try notePerson(event, identity)
                if let stored { try complete(match.original, stored, from: event) }
            }
            deduplicator.remember(event, as: match.original, isNew: false, in: &batch)
            try clicks.learn(from: event, in: &batch)
        }
        try sightings.note(event, match, duplicate)
        return .duplicate(duplicate)
    }

    /// Fills in what only the first event can tell: its id, and what differs.
    ///
    /// Also for a message that was seen before: it may itself have been a repetition of another message's event.
    private func compare(
        _ event: PreparedEvent, with stored: EventRecord, _ match: DuplicateMatch,
        into duplicate: inout CommitVerdict.Duplicate
    ) throws(StoreError) {
        do {
            let first = try original.parse(stored.canonical, limits: .stored)
            duplicate.eventID = first[Difference.eventID]?.string ?? event.eventID
            guard match.isConflict || match.key == .eventID else { return }
            let second = try repeated.parse(event.canonical, limits: .stored)
            if match.isConflict { duplicate.differingFields = Difference.fields(first, second) }
            if match.key == .eventID, Difference.haveDifferentUsers(first, second) {
                duplicate.notes.append(.businessIDIdentityConflict)
            }
        } catch {
            throw StoreError(.corrupt, "the canonical event \(match.original.value) is not JSON: \(error.message)")
        }
    }

    /// Gives an event the click ids that only its copy by another way has, unless it was sent already (reference inbound,
    /// 6.6 rule 2).
    private func complete(
        _ original: EventSequence, _ stored: EventRecord, from copy: PreparedEvent
    ) throws(StoreError) {
        let account = copy.tenant.accountNumber
        guard !copy.clickIDs.isEmpty,
            let completed = ClickPatch.complete(stored.canonical, with: copy, self.original)
        else { return }
        if pending[original] == nil {
            guard try deliveries.deliveries(account, original).allSatisfy(\.isUntouched) else { return }
        }
        var record = stored
        record.canonical = completed
        pending[original] = record
        batch.putEvent(record, account, original)
    }

    /// An event, from the batch in hand or the store; nil if retention has removed it.
    private func storedEvent(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> EventRecord? {
        if let record = pending[sequence] { return record }
        return try reader.event(account, sequence)
    }
}

extension ErasureRequest {
    /// A sender's request: for the user that it names (reference inbound, 2.3), for whatever else it names if there is none.
    ///
    /// What stands beside a user id may be somebody else's, such as the anonymous id of a shared device.
    fileprivate init(_ event: PreparedEvent, _ sequence: EventSequence) {
        let users = event.identifiers.filter { $0.type == .userID }
        // The hash of an e-mail address that is the user id is that person's, too.
        let same = event.identifiers.filter { other in
            other.type == .email && users.contains { $0.value == other.value }
        }
        self.init(
            sequence: sequence, environment: event.tenant.environment, source: event.source,
            requestedAt: event.receivedAt,
            subjects: (users.isEmpty ? event.identifiers : users + same).map {
                Subject(type: $0.type.name, value: $0.value)
            })
    }
}
