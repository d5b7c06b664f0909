import Platform

/// How access tokens are renewed.
extension DeliveryLoop {
    /// Asks for an access token if the lane has something to send and needs one, now or soon.
    func renewToken(_ lane: Int) {
        guard let tokens = lanes[lane].tokens, lanes[lane].wantsToken(time) else { return }
        // Met for another destination with the same credentials.
        if let refusal = tokens.refusal, tokens.accessToken(at: time.due) == nil { return stop(lane, refusal) }
        guard case .renew(let request) = tokens.need(at: time.due) else { return }
        flightCount += 1
        let number = flightCount
        renewals[number] = lane
        client.submit(request) { [mailbox] result in mailbox.post(flight: number, result: result) }
    }

    /// Takes the end of a request for an access token.
    func finishRenewal(_ result: HTTPResult, lane: Int) {
        let name = lanes[lane].destination.name
        switch lanes[lane].tokens?.note(result, at: time.due) {
        case .renewed: logger.debug("access token renewed", ["destination": name])
        case .failed(let words, let time):
            logger.warning(
                "no access token could be had", ["destination": name, "error": words, "next_try_at": time.rfc3339])
        case .refused(let words):
            guard lanes[lane].tokens?.accessToken(at: time.due) != nil else { return stop(lane, words) }
            // A token may live for weeks beyond the day on which it is to be renewed.
            logger.error(
                "access token cannot be renewed; deliveries go on until it expires",
                ["destination": name, "error": words])
        case nil: break
        }
    }

    /// Has events sent again once there is another token than the one that was refused.
    func renew(_ starts: [AttemptReport.Start], _ flight: Flight) {
        if let tokens = lanes[flight.lane].tokens, tokens.generation == flight.tokenGeneration { tokens.invalidate() }
        lanes[flight.lane].sendAgain(Parcel(starts: starts, isRenewed: true))
    }

    /// Sends nothing more, as no access token is given out.
    private func stop(_ lane: Int, _ words: String) { tell(lanes[lane].gate.refuse(words, at: time.due), lane: lane) }
}
