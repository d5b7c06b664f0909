import EventModel
import Platform

/// What happens when a request ends.
extension DeliveryLoop {
    func finish(_ number: UInt64, _ result: HTTPResult) {
        guard let flight = flights.removeValue(forKey: number) else { return }
        lanes[flight.lane].finish()
        let verdicts = verdicts(on: result, flight)
        noteSignal(LaneGate.Signal(result, verdicts, at: time.wall), flight, number: number)
        if case .failure(let failure) = result, failure.kind == .cancelled || failure.kind == .overloaded {
            return postpone(flight, failure)
        }
        let duration = MonotonicTime.now - flight.startedAt
        report(result, flight.start, verdicts.first, flight.lane, duration)
        for (start, verdict) in zip(flight.others, verdicts.dropFirst()) {
            report(result, start, verdict, flight.lane, duration)
        }
    }

    /// What the result means for each of the request's deliveries.
    private func verdicts(on result: HTTPResult, _ flight: Flight) -> [AttemptVerdict] {
        switch result {
        case .failure(let failure):
            return Array(repeating: AttemptVerdict(failure), count: 1 + flight.others.count)
        case .response(let response):
            guard let destination = lanes[flight.lane].batchDestination else {
                return [lanes[flight.lane].destination.outcome(on: response, at: time.wall).verdict]
            }
            let outcomes = destination.outcomes(on: response, to: flight.parts, at: time.wall)
            guard outcomes.count != flight.parts.count else { return outcomes.map(\.verdict) }
            return Array(
                repeating: destination.outcome(on: response, at: time.wall).verdict, count: flight.parts.count)
        }
    }

    private func report(
        _ result: HTTPResult, _ start: AttemptReport.Start, _ verdict: AttemptVerdict?, _ lane: Int,
        _ duration: Duration
    ) {
        report(
            AttemptReport(
                result, of: start, to: lanes[lane].destination, verdict: verdict, duration: duration, now: time.wall,
                shift: shift), lane: lane)
    }

    private func postpone(_ flight: Flight, _ failure: HTTPFailure) {
        let until = time.due + configuration.pauseDelay
        for start in [flight.start] + flight.others {
            report(AttemptReport(postponing: start.due, failure, until: until, of: start.profiles), lane: flight.lane)
        }
    }

    // MARK: - The destination

    private func noteSignal(_ signal: LaneGate.Signal, _ flight: Flight, number: UInt64) {
        let changes = lanes[flight.lane].gate.note(
            signal, flight: number, latest: flightCount, isProbe: flight.isProbe, at: time.due)
        guard !changes.isEmpty else { return }
        let fields: (String, String) = ("destination", lanes[flight.lane].destination.name)
        for change in changes {
            switch change {
            case .breaker(.opened(let until)):
                logger.warning(
                    "destination only fails and is left alone", [fields.0: fields.1, "until": until.rfc3339])
            case .breaker(.closed): logger.info("destination works again", [fields.0: fields.1])
            case .gone:
                logger.error(
                    "destination answered 410 and is disabled; nothing is sent until an operator enables it",
                    [fields.0: fields.1])
            case .paused(let until):
                logger.warning("destination asked to be left alone", [fields.0: fields.1, "until": until.rfc3339])
            }
        }
        upkeep.unsavedLanes.insert(flight.lane)
    }

    /// Does with a destination what an operator wants.
    func perform(_ command: DeliveryCommand, lane: Int) {
        switch command {
        case .hold: lanes[lane].gate.hold(at: time.due)
        case .resume:
            lanes[lane].gate.resume()
            lanes[lane].noteCommit()
        }
        logger.info(
            "destination changed by an operator",
            ["destination": lanes[lane].destination.name, "command": "\(command)"])
        upkeep.unsavedLanes.insert(lane)
    }
}
