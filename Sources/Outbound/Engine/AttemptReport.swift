import EventModel
import Platform

/// One attempt that was made, or could not be, and what becomes of the delivery: pure.
struct AttemptReport {
    /// What the attempt was.
    struct Start {
        let due: DueDelivery
        /// When it began.
        let time: Timestamp
        /// `METHOD URL` without secrets; empty if there was no request.
        let summary: String
        let body: [UInt8]
        /// See ``DeliveryOutcome/profiles``.
        var profiles: [ProfileID] = []
        /// See ``EventModel/DeliveryAttempt/enrichment``.
        var enrichment: [KnownPerson.Part] = []
    }

    /// The outcome to record.
    let outcome: DeliveryOutcome
    /// What happened, from a bounded set: `delivered`, `http_503`, `timeout_after_send`, `render_failed`, ….
    let label: String
    /// What failed in words that hold no part of the payload, for the log.
    let logMessage: String?

    /// The number of bytes of a refused request and its answer that are kept.
    static let keptByteLimit = 64 << 10
    /// The number of bytes of an accepted request's answer that are kept.
    static let keptByteLimitWhenAccepted = 1024
    /// The number of bytes of ``Delivery/lastError``.
    static let errorByteLimit = 1024

    // MARK: - A request that was sent

    /// The report on a request that has ended.
    ///
    /// - Parameters:
    ///   - result: How it ended.
    ///   - start: How it began.
    ///   - destination: Where it went.
    ///   - given: What an answer means for this delivery; nil asks the destination.
    ///   - tokens: The destination's access tokens, which must not show.
    ///   - duration: How long it took.
    ///   - now: The time of day.
    ///   - shift: See ``SteadyClock/shift``.
    init(
        _ result: HTTPResult, of start: Start, to destination: any Destination, outcome given: PartOutcome? = nil,
        tokens: TokenKeeper? = nil, duration: Duration, now: Timestamp, shift: Duration = .zero
    ) {
        func kept(_ body: [UInt8], limit: Int = Self.keptByteLimit) -> [UInt8] {
            Self.kept(tokens?.masked(body) ?? body, destination, limit: limit)
        }
        var delivery = start.due.delivery
        var attempt = Self.attempt(of: start, duration: duration)
        delivery.attemptCount += 1
        delivery.lastAttemptAt = start.time
        // What was sent before was made by the template of that time.
        if !delivery.sendsKeptBody { delivery.templateVersion = destination.templateVersion }
        attempt.templateVersion = delivery.templateVersion
        let verdict: AttemptVerdict
        switch result {
        case .response(let response):
            let outcome = given ?? destination.outcome(on: response, at: now)
            verdict = outcome.verdict
            label = verdict == .accepted ? "delivered" : "http_\(response.statusCode)"
            logMessage = nil
            delivery.lastStatusCode = response.statusCode
            attempt.statusCode = response.statusCode
            let limit = verdict == .accepted ? Self.keptByteLimitWhenAccepted : Self.keptByteLimit
            attempt.responseBody = kept(response.body, limit: limit)
            if let message = outcome.message, !message.isEmpty {
                attempt.error = "\(response.statusCode) \(Self.words(kept(Array(message.utf8))))"
            } else if verdict != .accepted {
                let words = Self.words(attempt.responseBody)
                attempt.error = "HTTP \(response.statusCode)" + (words.isEmpty ? "" : ": \(words)")
            }
        case .failure(let failure):
            verdict = AttemptVerdict(failure)
            label = failure.kind.rawValue
            logMessage = failure.message
            delivery.lastStatusCode = nil
            delivery.isAmbiguous = delivery.isAmbiguous || failure.isAmbiguous
            attempt.error = failure.description
        }
        if verdict != .accepted {
            attempt.requestBody = kept(start.body)
            attempt.isBodyAltered = attempt.requestBody != start.body
        }
        // What an accepted attempt says is a warning.
        delivery.lastError = verdict == .accepted ? nil : attempt.error
        let decision = DeliveryDecision(
            verdict, schedule: destination.policy.retry, attemptCount: delivery.attemptCount,
            queuedAt: delivery.queuedAt, now: now, spread: Self.spread(of: delivery))
        Self.apply(decision, to: &delivery, now: now, shift: shift)
        // The queue entry must change, as its old place is deleted.
        if decision == .kept { delivery.nextAttemptAt = max(now + shift, start.due.dueAt + .milliseconds(1)) }
        outcome = DeliveryOutcome(due: start.due, delivery: delivery, attempt: attempt, profiles: start.profiles)
    }

    // MARK: - A request that was not sent, or not to its end

    /// The report on an event that gave no request: `body` is what had been rendered.
    init(
        dropping due: DueDelivery, _ reason: DropReason, _ message: String, rendered body: [UInt8]? = nil,
        by destination: any Destination, of profiles: [ProfileID] = [], now: Timestamp
    ) {
        var delivery = due.delivery
        var attempt: DeliveryAttempt?
        if let body {
            let start = Start(due: due, time: now, summary: "", body: body)
            attempt = Self.attempt(of: start, duration: .zero)
            attempt?.requestBody = Self.kept(body, destination)
            attempt?.isBodyAltered = true
            attempt?.error = message
            delivery.attemptCount += 1
            delivery.lastAttemptAt = now
            if !delivery.sendsKeptBody { delivery.templateVersion = destination.templateVersion }
            attempt?.templateVersion = delivery.templateVersion
        }
        delivery.lastError = message
        Self.apply(.dropped(reason), to: &delivery, now: now)
        outcome = DeliveryOutcome(due: due, delivery: delivery, attempt: attempt, profiles: profiles)
        label = reason.rawValue
        logMessage = message
    }

    /// The report on a request that the gateway itself gave up: it does not count as an attempt.
    ///
    /// - Parameters:
    ///   - due: The queue entry.
    ///   - failure: Why it was given up.
    ///   - time: When to try again.
    ///   - profiles: See ``DeliveryOutcome/profiles``.
    init(
        postponing due: DueDelivery, _ failure: HTTPFailure, until time: Timestamp, of profiles: [ProfileID] = []
    ) {
        var delivery = due.delivery
        delivery.isAmbiguous = delivery.isAmbiguous || failure.isAmbiguous
        // The queue entry must change, as its old place is deleted.
        delivery.nextAttemptAt = max(time, due.dueAt + .milliseconds(1))
        outcome = DeliveryOutcome(due: due, delivery: delivery, attempt: nil, profiles: profiles)
        label = failure.kind.rawValue
        logMessage = failure.message
    }

    // MARK: - Parts

    private static func apply(
        _ decision: DeliveryDecision, to delivery: inout Delivery, now: Timestamp, shift: Duration = .zero
    ) {
        switch decision {
        case .delivered:
            delivery.status = .delivered
            delivery.isAmbiguous = false
            delivery.nextAttemptAt = nil
            delivery.latencyMilliseconds = max(0, (now - delivery.queuedAt).wholeMilliseconds)
        case .retry(let time):
            delivery.status = .failed
            delivery.nextAttemptAt = time + shift
        case .dropped(let reason):
            delivery.status = .dropped
            delivery.dropReason = reason
            delivery.nextAttemptAt = nil
        case .kept:
            delivery.status = .failed
            delivery.attemptCount -= 1
        }
    }

    private static func attempt(of start: Start, duration: Duration) -> DeliveryAttempt {
        var attempt = DeliveryAttempt(
            number: start.due.delivery.attemptCount + 1, startedAt: start.time, request: start.summary)
        attempt.durationMilliseconds = duration.wholeMilliseconds
        attempt.enrichment = start.enrichment
        return attempt
    }

    /// A body as it is kept: masked before it is cut, so that no cut leaves half a secret.
    private static func kept(_ body: [UInt8], _ destination: any Destination, limit: Int = keptByteLimit) -> [UInt8] {
        Array(destination.masked(body).prefix(limit))
    }

    /// The beginning of an answer on one line.
    private static func words(_ body: [UInt8]) -> String {
        var text = ""
        for scalar in String(decoding: body.prefix(errorByteLimit), as: UTF8.self).unicodeScalars
        where scalar.value >= 0x20 && scalar.value != 0x7F {
            // Leaves room for the status and whatever the last scalar takes.
            guard text.utf8.count < errorByteLimit - 32 else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// Spreads retries of deliveries that failed together; the finalizer of SplitMix64.
    private static func spread(of delivery: Delivery) -> UInt32 {
        var bits = delivery.sequence.value &+ UInt64(delivery.attemptCount) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return UInt32(truncatingIfNeeded: bits ^ bits >> 31)
    }
}
