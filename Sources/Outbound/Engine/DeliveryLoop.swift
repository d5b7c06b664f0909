import EventModel
import Glibc
import Platform

/// The engine's thread: pulls what is due, sends it, records what came of it.
final class DeliveryLoop {
    /// A request under way.
    private struct Flight {
        let lane: Int
        let start: AttemptReport.Start
        let startedAt: MonotonicTime
    }

    private let store: any DeliveryStore
    private let client: any HTTPClient
    private let clock: any WallClock
    private let logger: Logger
    private let configuration: DeliveryEngineConfiguration
    private let mailbox: DeliveryMailbox
    private let reader = EventViewReader()

    private var lanes: [DestinationLane]
    private let laneIndexes: [String: Int]
    private var flights: [UInt64: Flight] = [:]
    private var flightCount: UInt64 = 0
    private var recorder = OutcomeRecorder()
    /// Until when the store is left alone after it failed.
    private var storePausedUntil: MonotonicTime?
    /// When to give up what is under way, once the engine is to stop.
    private var stopsAt: MonotonicTime?

    /// Later than any delivery, yet far from overflow: the end of the year 9999.
    private static let horizon = Timestamp(milliseconds: 253_402_300_799_999)

    init(
        destinations: [any Destination], store: any DeliveryStore, client: any HTTPClient, clock: any WallClock,
        logger: Logger, configuration: DeliveryEngineConfiguration, mailbox: DeliveryMailbox
    ) {
        self.store = store
        self.client = client
        self.clock = clock
        self.logger = logger
        self.configuration = configuration
        self.mailbox = mailbox
        lanes = destinations.map {
            DestinationLane(
                destination: $0, windowLimit: configuration.windowLimit,
                restartInterval: configuration.clockCheckInterval)
        }
        laneIndexes = Dictionary(uniqueKeysWithValues: destinations.enumerated().map { ($1.name, $0) })
    }

    /// Delivers until told to stop.
    func run() {
        while true {
            readMail()
            if stopsAt == nil, !isStorePaused {
                for lane in lanes.indices { serve(lane) }
            }
            if let stopsAt, flights.isEmpty || stopsAt <= .now { return end() }
            if recorder.isDue(.now, configuration) { record() }
            wait()
        }
    }

    private func readMail() {
        let mail = mailbox.take()
        for (flight, result) in mail.results { finish(flight, result) }
        for name in mail.committed { if let lane = laneIndexes[name] { lanes[lane].noteCommit() } }
        if let grace = mail.grace, stopsAt == nil { stopsAt = .now + grace }
    }

    /// Gives up what is still under way and records everything.
    private func end() {
        for (_, flight) in flights {
            let failure = HTTPFailure(.cancelled, "the gateway stopped before an answer came", isAmbiguous: true)
            report(AttemptReport(postponing: flight.start.due, failure, until: clock.now), lane: flight.lane)
        }
        flights = [:]
        record()
    }

    // MARK: - One destination's turn

    private func serve(_ lane: Int) {
        refill(lane)
        for _ in 0..<configuration.turnLimit {
            guard !isStorePaused, let due = lanes[lane].startNext() else { return }
            start(due, lane: lane)
        }
    }

    private func refill(_ lane: Int) {
        let now = clock.now
        guard let pull = lanes[lane].nextPull(now: now, monotonic: .now) else { return }
        let name = lanes[lane].destination.name
        do throws(StoreError) {
            let page = try store.due(destination: name, at: now, after: pull.previous, limit: pull.limit)
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
        let destination = lanes[lane].destination
        let now = clock.now
        do throws(StoreError) {
            let event = try store.event(due.delivery.account, due.delivery.sequence)
            let report: AttemptReport
            switch prepare(event, for: destination, at: now) {
            case .send(let request): return send(request, due, lane: lane, now: now)
            case .drop(let reason, let message):
                report = AttemptReport(dropping: due, reason, message, by: destination, now: now)
            case .renderFailed(let failure):
                report = AttemptReport(
                    dropping: due, .renderFailed, failure.message, rendered: failure.body, by: destination, now: now)
            }
            lanes[lane].finish()
            self.report(report, lane: lane)
        } catch {
            lanes[lane].finish()
            guard error.code != .corrupt else {
                let message = "the event's record cannot be read"
                return report(
                    AttemptReport(dropping: due, .renderFailed, message, by: destination, now: now), lane: lane)
            }
            lanes[lane].release(due)
            pauseStore(error, "an event could not be read")
        }
    }

    private func prepare(_ event: StoredEvent?, for destination: any Destination, at now: Timestamp) -> Preparation {
        guard let event else { return .drop(.erased, "the event was removed by retention or erasure") }
        // The message of a reader's error names the place only.
        guard let view = try? reader.view(of: event) else {
            return .renderFailed(RenderFailure("the event's record is not JSON"))
        }
        return destination.prepare(view, at: now)
    }

    private func send(_ request: OutboundRequest, _ due: DueDelivery, lane: Int, now: Timestamp) {
        flightCount += 1
        let flight = flightCount
        let start = AttemptReport.Start(
            due: due, time: now, summary: request.summary, body: request.body)
        flights[flight] = Flight(lane: lane, start: start, startedAt: .now)
        client.submit(request) { [mailbox] result in mailbox.post(flight: flight, result: result) }
    }

    // MARK: - Results

    private func finish(_ number: UInt64, _ result: HTTPResult) {
        guard let flight = flights.removeValue(forKey: number) else { return }
        lanes[flight.lane].finish()
        if case .failure(let failure) = result, failure.kind == .cancelled || failure.kind == .overloaded {
            let time = clock.now + configuration.pauseDelay
            return report(AttemptReport(postponing: flight.start.due, failure, until: time), lane: flight.lane)
        }
        report(
            AttemptReport(
                result, of: flight.start, to: lanes[flight.lane].destination, duration: .now - flight.startedAt,
                now: clock.now), lane: flight.lane)
    }

    private func report(_ report: AttemptReport, lane: Int) {
        recorder.add(report.outcome, lane: lane, at: .now)
        logger.log(report)
    }

    private func record() {
        let batch = recorder.take()
        guard !batch.isEmpty else { return }
        do throws(StoreError) {
            try store.record(batch.map(\.outcome))
            for entry in batch { lanes[entry.lane].settle(entry.outcome) }
        } catch {
            recorder.giveBack(batch, until: .now + configuration.pauseDelay)
            pauseStore(error, "outcomes could not be recorded")
        }
    }

    // MARK: - Waiting

    private var isStorePaused: Bool { storePausedUntil.map { $0 > .now } ?? false }

    private func pauseStore(_ error: StoreError, _ message: StaticString) {
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
        var time = configuration.clockCheckInterval
        if let due = recorder.dueAt(configuration) { time = min(time, due - .now) }
        if let stopsAt { return max(.zero, min(time, stopsAt - .now)) }
        if let storePausedUntil, isStorePaused { return max(.zero, min(time, storePausedUntil - .now)) }
        let now = clock.now
        for lane in lanes.indices {
            if lanes[lane].isReady(now: now) { return .zero }
            if let due = lanes[lane].nextDueAt { time = min(time, due - now) }
        }
        // Rounded up, so as not to spin through the last millisecond.
        return max(.zero, time + .microseconds(999))
    }
}
