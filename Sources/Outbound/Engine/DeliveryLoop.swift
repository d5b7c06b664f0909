import EventModel
import Glibc
import JSON
import Platform

/// The engine's thread: pulls what is due, sends it, records what came of it.
///
/// `DeliveryLoop+Results.swift` has what happens when a request ends, `DeliveryLoop+Tokens.swift` how access tokens are
/// renewed, `DeliveryLoop+Upkeep.swift` what is neither.
final class DeliveryLoop {
    /// A request under way.
    struct Flight {
        let lane: Int
        let start: AttemptReport.Start
        /// What else the request carries, and all parts, if the destination takes several events in one.
        var others: [AttemptReport.Start] = []
        var parts: [OutboundRequest] = []
        let startedAt: MonotonicTime
        let isProbe: Bool
        /// Whether the access token was renewed for this request, and which one it carries.
        var isRenewed = false
        var tokenGeneration: Int?
    }

    let store: any DeliveryStore
    let client: any HTTPClient
    private let gate: any DispatchGate
    let clock: any WallClock
    let logger: Logger
    let configuration: DeliveryEngineConfiguration
    let mailbox: DeliveryMailbox
    private let clerk: OutcomeClerk
    private let reader: EventCache
    let statistics: DeliveryStatistics

    var lanes: [DestinationLane]
    let laneIndexes: [String: Int]
    var flights: [UInt64: Flight] = [:]
    /// Requests for access tokens under way, and whose lane's they are.
    var renewals: [UInt64: Int] = [:]
    var flightCount: UInt64 = 0
    private var recorder = OutcomeRecorder()
    private var steadyClock = SteadyClock()
    /// The clocks as they were at the last look.
    private(set) var time: EngineTime
    /// Until when the store is left alone after it failed.
    private var storePausedUntil: MonotonicTime?
    /// When to give up what is under way, once the engine is to stop.
    private var stopsAt: MonotonicTime?
    var upkeep: DeliveryUpkeep
    /// The store's count of removals when everything in memory was read.
    private var seenRemovalCount: UInt64

    /// Later than any delivery, yet far from overflow: the end of the year 9999.
    static let horizon = Timestamp(milliseconds: 253_402_300_799_999)

    init(
        destinations: [any Destination], removed: [String], store: any DeliveryStore, client: any HTTPClient,
        gate: any DispatchGate, clock: any WallClock, logger: Logger, statistics: DeliveryStatistics,
        configuration: DeliveryEngineConfiguration, mailbox: DeliveryMailbox, clerk: OutcomeClerk
    ) {
        self.store = store
        self.client = client
        self.gate = gate
        self.clock = clock
        self.logger = logger
        self.configuration = configuration
        self.mailbox = mailbox
        self.clerk = clerk
        self.statistics = statistics
        seenRemovalCount = store.removalCount
        reader = EventCache(store, slotCount: destinations.count > 1 ? configuration.eventCacheLimit : 1)
        let now = clock.now
        lanes = destinations.map {
            DestinationLane(
                destination: $0, windowLimit: configuration.windowLimit,
                restartInterval: configuration.clockCheckInterval, startedAt: now)
        }
        let laneIndexes = Dictionary(uniqueKeysWithValues: destinations.enumerated().map { ($1.name, $0) })
        self.laneIndexes = laneIndexes
        time = EngineTime(wall: now, due: now, monotonic: .now)
        upkeep = DeliveryUpkeep(removed: removed.filter { laneIndexes[$0] == nil }, lanes: lanes)
    }

    /// Delivers until told to stop.
    func run() {
        while true {
            look()
            readMail()
            noteRemovals()
            if stopsAt == nil, !isStorePaused {
                maintain()
                // Nothing is sent before it is known what an earlier process left about the destinations.
                if !isStorePaused { for lane in lanes.indices { serve(lane) } }
            }
            // A renewed token may come with the only refresh token that is still good.
            if let stopsAt, flights.isEmpty && renewals.isEmpty || stopsAt <= time.monotonic { return end() }
            if recorder.isDue(.now, configuration) { record() }
            publish()
            wait()
        }
    }

    /// Looks at the clocks.
    private func look() {
        let (wall, monotonic) = (clock.now, MonotonicTime.now)
        time = EngineTime(wall: wall, due: steadyClock.reading(wall, monotonic), monotonic: monotonic)
    }

    /// By how much what is due runs ahead of the wall clock.
    var shift: Duration { steadyClock.shift }

    private func readMail() {
        let mail = mailbox.take()
        for (flight, result) in mail.results { finish(flight, result) }
        for name in mail.committed {
            if let lane = laneIndexes[name] { lanes[lane].noteCommit() } else { upkeep.noteRemoved(name) }
        }
        upkeep.commands += mail.commands
        if let grace = mail.grace, stopsAt == nil { stopsAt = time.monotonic + grace }
    }

    /// After events were erased, nothing that was read before is sent: it is read again, or is gone.
    private func noteRemovals() {
        let count = store.removalCount
        guard count != seenRemovalCount else { return }
        seenRemovalCount = count
        reader.removeAll()
        for lane in lanes.indices {
            lanes[lane].releaseWaiting()
            if lanes[lane].isOrdered { upkeep.repairOrder(of: lane) }
        }
    }

    /// Gives up what is still under way and records everything.
    private func end() {
        let failure = HTTPFailure(.cancelled, "the gateway stopped before an answer came", isAmbiguous: true)
        for (_, flight) in flights {
            for start in [flight.start] + flight.others {
                report(
                    AttemptReport(postponing: start.due, failure, until: time.due, of: start.profiles),
                    lane: flight.lane)
            }
        }
        flights = [:]
        for lane in renewals.values { _ = lanes[lane].tokens?.note(.failure(failure), at: time.due) }
        record()
        performLastCommands()
        publish(isLast: true)
    }

    // MARK: - One destination's turn

    private func serve(_ lane: Int) {
        refill(lane)
        if lanes[lane].tokens != nil { renewToken(lane) }
        while !isStorePaused, store.removalCount == seenRemovalCount, let parcel = lanes[lane].nextParcel(time) {
            sendAgain(parcel, lane: lane)
        }
        for _ in 0..<max(configuration.turnLimit, lanes[lane].batchDestination?.batchLimits.count ?? 0) {
            guard !isStorePaused, let due = lanes[lane].startNext(time) else { break }
            start(due, lane: lane)
        }
        if lanes[lane].mustSendBatch(time) { sendBatch(lane) }
    }

    private func refill(_ lane: Int) {
        guard let pull = lanes[lane].nextPull(time) else { return }
        let name = lanes[lane].destination.name
        do throws(StoreError) {
            let page = try store.due(destination: name, at: time.due, after: pull.previous, limit: pull.limit)
            guard !lanes[lane].take(page, of: pull) else { return }
            let last = page.last ?? pull.previous
            let next = try store.due(destination: name, at: Self.horizon, after: last, limit: 1)
            lanes[lane].noteNextDue(next.first?.dueAt)
        } catch {
            lanes[lane].noteCommit()
            pauseStore(error, "deliveries could not be read")
        }
    }

    private func start(_ due: DueDelivery, lane: Int) {
        // Something was erased within this very round.
        guard store.removalCount == seenRemovalCount else { return lanes[lane].release(due) }
        do throws(StoreError) {
            let event = try reader.event(due.delivery.account, due.delivery.sequence)
            let profiles = lanes[lane].isOrdered ? profiles(of: event) : []
            if !profiles.isEmpty, try mustWait(due, profiles, lane: lane) { return park(due, profiles, lane: lane) }
            guard let part = try part(due, event, profiles, lane: lane) else { return }
            lanes[lane].activate(profiles, due.delivery)
            send(part.request, part.start, lane: lane)
        } catch {
            guard !dropUnreadable(due, error, of: [], lane: lane) else { return }
            lanes[lane].release(due)
            pauseStore(error, "an event could not be read")
        }
    }

    /// Sends events again, made anew: consent, tokens and signatures are those of now.
    private func sendAgain(_ parcel: Parcel, lane: Int) {
        var parts: [BatchBuilder.Part] = []
        for (position, start) in parcel.starts.enumerated() {
            do throws(StoreError) {
                let event = try reader.event(start.due.delivery.account, start.due.delivery.sequence)
                if let part = try part(start.due, event, start.profiles, lane: lane) { parts.append(part) }
            } catch {
                guard !dropUnreadable(start.due, error, of: start.profiles, lane: lane) else { continue }
                let rest = parts.map(\.start) + parcel.starts[position...]
                lanes[lane].giveBack(Parcel(starts: rest, isRenewed: parcel.isRenewed))
                return pauseStore(error, "an event could not be read")
            }
        }
        launch(parts, lane: lane, isRenewed: parcel.isRenewed)
    }

    /// Drops a delivery whose event's record is broken; false if the error is another one, which may pass.
    private func dropUnreadable(
        _ due: DueDelivery, _ error: StoreError, of profiles: [ProfileID], lane: Int
    ) -> Bool {
        guard error.code == .corrupt else { return false }
        report(
            AttemptReport(
                dropping: due, .renderFailed, "the event's record cannot be read", by: lanes[lane].destination,
                of: profiles, now: time.wall), lane: lane)
        return true
    }

    /// What the destination makes of an event; nil if that is nothing, which has then been reported.
    private func part(
        _ due: DueDelivery, _ event: StoredEvent?, _ profiles: [ProfileID], lane: Int
    ) throws(StoreError) -> BatchBuilder.Part? {
        let destination = lanes[lane].destination
        let now = time.wall
        switch try prepare(event, due.delivery, for: destination, at: now) {
        case .send(let request):
            let start = AttemptReport.Start(
                due: due, time: now, summary: request.summary, body: request.body, profiles: profiles,
                enrichment: request.enrichment)
            return BatchBuilder.Part(start: start, request: request)
        case .drop(let reason, let message):
            report(
                AttemptReport(dropping: due, reason, message, by: destination, of: profiles, now: now), lane: lane)
        case .renderFailed(let failure):
            report(
                AttemptReport(
                    dropping: due, .renderFailed, failure.message, rendered: failure.body, by: destination,
                    of: profiles, now: now), lane: lane)
        }
        return nil
    }

    private func prepare(
        _ event: StoredEvent?, _ delivery: Delivery, for destination: any Destination, at now: Timestamp
    ) throws(StoreError) -> Preparation {
        guard let event else { return .drop(.erased, "the event was removed by retention or erasure") }
        // The message of a reader's error names the place only.
        guard let view = try? reader.view(of: event) else {
            return .renderFailed(RenderFailure("the event's record is not JSON"))
        }
        switch try gate.check(view, of: event, for: destination.name) {
        case .send(let view):
            if delivery.sendsKeptBody { return try prepareAgain(view, delivery, for: destination, at: now) }
            let preparation = destination.prepare(view, at: now)
            guard !view.enrichment.isEmpty, case .send(var request) = preparation else { return preparation }
            request.enrichment = view.enrichment
            return .send(request)
        case .drop(let reason, let message): return .drop(reason, message)
        }
    }

    // MARK: - Order

    /// The profiles whose events this one must not overtake: the one it is about, and those that it merged into it.
    private func profiles(of event: StoredEvent?) -> [ProfileID] {
        // Without a readable event there is no request either.
        guard let event, let view = try? reader.view(of: event) else { return [] }
        return view.profiles
    }

    private func mustWait(_ due: DueDelivery, _ profiles: [ProfileID], lane: Int) throws(StoreError) -> Bool {
        if lanes[lane].isActive(profiles) { return true }
        return try !store.isFirst(due.delivery, of: profiles)
    }

    /// Takes a delivery out of the queue until the one before it has ended.
    private func park(_ due: DueDelivery, _ profiles: [ProfileID], lane: Int) {
        var delivery = due.delivery
        delivery.nextAttemptAt = nil
        recorder.add(
            DeliveryOutcome(due: due, delivery: delivery, attempt: nil, profiles: profiles), lane: lane, at: .now)
    }

    // MARK: - Sending

    private func send(_ request: OutboundRequest, _ start: AttemptReport.Start, lane: Int) {
        if lanes[lane].batch != nil { return addToBatch(request, start, lane: lane) }
        let isProbe = lanes[lane].noteStart(time)
        launch(request, Flight(lane: lane, start: start, startedAt: .now, isProbe: isProbe))
    }

    private func addToBatch(_ request: OutboundRequest, _ start: AttemptReport.Start, lane: Int) {
        if lanes[lane].batch?.mustCloseBefore(request) == true { sendBatch(lane) }
        let part = BatchBuilder.Part(start: start, request: request)
        let countLimit = lanes[lane].gate.isProbing ? 1 : Int.max
        let isFull = lanes[lane].batch?.add(part, at: time.monotonic, countLimit: countLimit) ?? false
        if isFull { sendBatch(lane) }
    }

    private func sendBatch(_ lane: Int) { launch(lanes[lane].batch?.take() ?? [], lane: lane) }

    /// Sends parts in one request; more than one only to a destination that takes several.
    private func launch(_ parts: [BatchBuilder.Part], lane: Int, isRenewed: Bool = false) {
        guard let first = parts.first else { return }
        let isProbe = lanes[lane].noteStart(eventCount: parts.count, time)
        var flight = Flight(lane: lane, start: first.start, startedAt: .now, isProbe: isProbe, isRenewed: isRenewed)
        guard let destination = lanes[lane].batchDestination else { return launch(first.request, flight) }
        flight.others = parts.dropFirst().map(\.start)
        flight.parts = parts.map(\.request)
        launch(destination.joined(flight.parts, at: time.wall), flight)
    }

    private func launch(_ request: OutboundRequest, _ flight: Flight) {
        flightCount += 1
        let number = flightCount
        flights[number] = flight
        flights[number]?.tokenGeneration = lanes[flight.lane].tokens?.generation
        client.submit(request) { [mailbox] result in mailbox.post(flight: number, result: result) }
    }

    // MARK: - Recording

    func report(_ report: AttemptReport, lane: Int) {
        recorder.add(report.outcome, lane: lane, at: .now)
        if report.outcome.attempt != nil || report.outcome.delivery.hasEnded {
            lanes[lane].tally.count(report)
        }
        logger.log(report, lanes[lane].failureLines)
    }

    private func record() {
        let batch = recorder.take()
        guard !batch.isEmpty else { return }
        do throws(StoreError) {
            let released = try clerk.record(batch.map(\.outcome), in: store)
            for entry in batch {
                lanes[entry.lane].settle(entry.outcome)
                // Nobody knows any more whose event it was, so that those behind it have to be looked for.
                if lanes[entry.lane].isOrdered, entry.outcome.delivery.dropReason == .erased {
                    upkeep.repairOrder(of: entry.lane)
                }
            }
            for due in released {
                if let lane = laneIndexes[due.delivery.destination] { lanes[lane].takeReleased(due, time) }
            }
        } catch {
            recorder.giveBack(batch, until: .now + configuration.pauseDelay)
            pauseStore(error, "outcomes could not be recorded")
        }
    }

    // MARK: - Waiting

    var isStorePaused: Bool { storePausedUntil.map { $0 > .now } ?? false }

    func pauseStore(_ error: StoreError, _ message: StaticString) {
        storePausedUntil = .now + configuration.pauseDelay
        logger.error(message, ["code": error.code.rawValue, "error": error.message])
    }

    /// Sleeps until there is mail or something is due.
    private func wait() {
        var poller = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        // Interrupted or not, the next round looks at everything.
        poll(&poller, 1, Int32(min(timeToNextEvent.wholeMilliseconds, 60_000)))
    }

    private var timeToNextEvent: Duration {
        look()
        var wait = configuration.clockCheckInterval
        if let due = recorder.dueAt(configuration) { wait = min(wait, due - time.monotonic) }
        if let stopsAt { return max(.zero, min(wait, stopsAt - time.monotonic)) }
        if let storePausedUntil, isStorePaused { return max(.zero, min(wait, storePausedUntil - time.monotonic)) }
        if upkeep.hasMore { return .zero }
        for lane in lanes.indices {
            guard let next = lanes[lane].wait(time) else { continue }
            if next <= .zero { return .zero }
            wait = min(wait, next)
        }
        // Rounded up, so as not to spin through the last millisecond.
        return max(.zero, wait + .microseconds(999))
    }
}
