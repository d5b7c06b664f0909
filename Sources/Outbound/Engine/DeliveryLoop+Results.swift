import EventModel
import Platform

/// What happens when a request ends.
extension DeliveryLoop {
    func finish(_ number: UInt64, _ result: HTTPResult) {
        if let lane = renewals.removeValue(forKey: number) { return finishRenewal(result, lane: lane) }
        guard let flight = flights.removeValue(forKey: number) else { return }
        let lane = flight.lane
        lanes[lane].finish()
        let outcomes = outcomes(on: result, flight)
        let answered = AnsweredRequest(
            outcomes, wasRenewed: flight.isRenewed, canRenew: lanes[lane].tokens?.canRenew ?? false,
            isUsedUp: { lanes[lane].gate.isUsedUp($0, flight: number, at: time.due) })
        let starts = [flight.start] + flight.others
        let duration = MonotonicTime.now - flight.startedAt
        let reports = zip(starts, answered.ends).compactMap { start, end in
            end.map { end in report(result, start, end, lane, duration) }
        }
        // An answer may echo the payload; what the destination words itself does not.
        let refusal = zip(answered.ends.compactMap { $0 }, reports).first {
            $0.0.verdict.isAboutCredentials && $0.0.message?.isEmpty == false
        }?.1
        noteSignal(
            LaneGate.Signal(
                result, answered.verdicts(of: outcomes), words: refusal?.outcome.delivery.lastError, at: time.wall),
            flight, number: number)
        if case .failure(let failure) = result, failure.kind == .cancelled || failure.kind == .overloaded {
            return postpone(flight, failure)
        }
        if case .response(let response) = result { notePause(response, lane: lane) }
        for report in reports { self.report(report, lane: lane) }
        if !answered.unauthorized.isEmpty { renew(answered.unauthorized.map { starts[$0] }, flight) }
        for group in answered.groups { lanes[lane].sendAgain(Parcel(starts: group.map { starts[$0] })) }
        if answered.groups.count > 1 {
            logger.debug(
                "request refused as a whole is sent again in halves",
                ["destination": lanes[lane].destination.name, "events": String(starts.count)])
        }
    }

    /// What the result means for each of the request's deliveries.
    private func outcomes(on result: HTTPResult, _ flight: Flight) -> [PartOutcome] {
        switch result {
        case .failure(let failure):
            return Array(repeating: PartOutcome(AttemptVerdict(failure)), count: 1 + flight.others.count)
        case .response(let response):
            guard let destination = lanes[flight.lane].batchDestination else {
                return [lanes[flight.lane].destination.outcome(on: response, at: time.wall)]
            }
            let outcomes = destination.outcomes(on: response, to: flight.parts, at: time.wall)
            guard outcomes.count != flight.parts.count else { return outcomes }
            return Array(repeating: destination.outcome(on: response, at: time.wall), count: flight.parts.count)
        }
    }

    private func report(
        _ result: HTTPResult, _ start: AttemptReport.Start, _ outcome: PartOutcome, _ lane: Int, _ duration: Duration
    ) -> AttemptReport {
        AttemptReport(
            result, of: start, to: lanes[lane].destination, outcome: outcome, tokens: lanes[lane].tokens,
            duration: duration, now: time.wall, shift: shift)
    }

    private func postpone(_ flight: Flight, _ failure: HTTPFailure) {
        let until = time.due + configuration.pauseDelay
        for start in [flight.start] + flight.others {
            report(AttemptReport(postponing: start.due, failure, until: until, of: start.profiles), lane: flight.lane)
        }
    }

    // MARK: - What was sent before

    /// The request with the body that was sent before.
    func prepareAgain(
        _ view: EventView, _ delivery: Delivery, for destination: any Destination, at now: Timestamp
    ) throws(StoreError) -> Preparation {
        // Nobody can take the person's data out of a body that is there.
        guard !view.consentTransformation.contains(.stripUserData) else {
            return .drop(
                .consent, "consent_denied:ads_user_data: the body that was sent may hold what must not be sent now")
        }
        guard let body = try store.keptBody(of: delivery) else {
            return .renderFailed(RenderFailure("the body that was sent is not kept whole; replay it with the template"))
        }
        return destination.prepare(view, sending: body, at: now)
    }

    // MARK: - The destination

    private func noteSignal(_ signal: LaneGate.Signal, _ flight: Flight, number: UInt64) {
        tell(
            lanes[flight.lane].gate.note(
                signal, flight: number, latest: flightCount, isProbe: flight.isProbe, at: time.due), lane: flight.lane)
    }

    /// Leaves a destination alone that reports how much of its quota is used up.
    private func notePause(_ response: HTTPResponse, lane: Int) {
        guard let pause = lanes[lane].batchDestination?.pause(after: response, at: time.wall) else { return }
        tell(lanes[lane].gate.pause(for: pause, at: time.due), lane: lane)
    }

    /// Logs what an operator should hear of, and has it kept.
    func tell(_ changes: [LaneGate.Change], lane: Int) {
        guard !changes.isEmpty else { return }
        let fields: (String, String) = ("destination", lanes[lane].destination.name)
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
            case .refused(let words):
                logger.error(
                    "destination refuses the credentials or settings; nothing is sent until they are mended and it is resumed",
                    [fields.0: fields.1, "error": words])
            case .doubted(let words, let until):
                logger.warning(
                    "destination seems to refuse the credentials and is asked again",
                    [fields.0: fields.1, "error": words, "next_try_at": until.rfc3339])
            case .paused(let until):
                logger.warning("destination asked to be left alone", [fields.0: fields.1, "until": until.rfc3339])
            }
        }
        upkeep.unsavedLanes.insert(lane)
    }

    /// Does with a destination what an operator wants.
    func perform(_ command: DeliveryCommand, lane: Int) {
        switch command {
        case .hold: lanes[lane].gate.hold(at: time.due)
        case .resume:
            lanes[lane].gate.resume()
            lanes[lane].tokens?.reconsider()
            lanes[lane].noteCommit()
        }
        logger.info(
            "destination changed by an operator",
            ["destination": lanes[lane].destination.name, "command": "\(command)"])
        upkeep.unsavedLanes.insert(lane)
    }
}
