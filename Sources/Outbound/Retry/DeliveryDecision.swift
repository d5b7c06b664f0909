public import EventModel
public import Platform

/// What one attempt said about a delivery.
public enum AttemptVerdict: Sendable, Equatable {
    /// The destination has it.
    case accepted
    /// It failed, and may succeed later.
    case transient(retryAfter: RetryAfter?)
    /// It failed, and would fail again.
    case rejected
    /// It failed, and so would everything else: nothing more is sent until an operator enables the destination.
    case gone
    /// It failed because too much is sent, and may succeed later; the destination is sent less, as after 429.
    case throttled(retryAfter: RetryAfter?)
    /// It failed only because another event of the same request did: it is sent again without that one, and this was no
    /// attempt.
    ///
    /// If this is said of all events of a request, the bad ones are not known, and they go again in halves. Of a single
    /// event it means ``rejected``.
    case apart
    /// The access token was refused: it is renewed, the event is sent again once, and this was no attempt.
    ///
    /// The second time in a row, and of a destination without tokens to renew, it means ``refused``.
    case unauthorized
    /// Credentials or settings were refused, and so would everything else be: the delivery stays, without an attempt
    /// being counted, and nothing more is sent until an operator acts, the configuration is read again or the process
    /// starts anew.
    case refused
    /// Credentials or settings seem to be refused, which may pass by itself: the delivery stays, without an attempt being
    /// counted, the destination is left alone for the first wait of its retries, and asked by one request at a time.
    ///
    /// Once the leniency is used up it means ``refused``.
    case doubtful(Leniency)

    /// How long a destination that seems to refuse credentials is believed to mean something else.
    public enum Leniency: Sendable, Equatable {
        /// For one answer: the next of this kind counts, unless another kind came between.
        case once
        /// For so long after the destination was put in force.
        case early(Duration)
    }

    /// The verdict on a status by the rules of every destination that has none of its own.
    ///
    /// Only 2xx is accepted. 408, 425, 429 and 5xx may succeed later; 410 says that the receiver is gone; redirects, which
    /// are never followed, and all other statuses would be answered the same again.
    public init(statusCode: Int, retryAfter: RetryAfter? = nil) {
        switch statusCode {
        case 200...299: self = .accepted
        case 408, 425, 429, 500...599: self = .transient(retryAfter: retryAfter)
        case 410: self = .gone
        default: self = .rejected
        }
    }

    /// Whether it is about credentials or settings, and not about an event.
    var isAboutCredentials: Bool {
        switch self {
        case .refused, .doubtful: true
        default: false
        }
    }

    /// The verdict on a request that was never answered.
    public init(_ failure: HTTPFailure) {
        switch failure.kind {
        case .dns, .connect, .tls, .timeoutBeforeSend, .timeoutAfterSend, .resetAfterSend, .badResponse, .cancelled,
            .overloaded:
            self = .transient(retryAfter: nil)
        case .invalidRequest, .tooLarge, .addressRefused: self = .rejected
        }
    }
}

/// What becomes of a delivery after an attempt.
public enum DeliveryDecision: Sendable, Equatable {
    case delivered
    case retry(at: Timestamp)
    case dropped(DropReason)
    /// It waits as it did before, and the attempt does not count.
    case kept

    /// Decides from the schedule and the verdict alone.
    ///
    /// A destination's `Retry-After` makes the wait longer, never shorter, and never longer than to the deadline.
    ///
    /// - Parameters:
    ///   - verdict: What the attempt said.
    ///   - schedule: The destination's schedule.
    ///   - attemptCount: Attempts made, this one included.
    ///   - queuedAt: When the event came; the deadline counts from here.
    ///   - now: When the attempt ended.
    ///   - spread: Any number that differs between deliveries; see ``RetrySchedule/delay(afterAttempts:spread:)``.
    public init(
        _ verdict: AttemptVerdict, schedule: RetrySchedule, attemptCount: Int, queuedAt: Timestamp, now: Timestamp,
        spread: UInt32
    ) {
        switch verdict {
        case .accepted: self = .delivered
        case .rejected, .gone, .apart: self = .dropped(.rejected)
        case .unauthorized, .refused, .doubtful: self = .kept
        case .transient(let retryAfter), .throttled(let retryAfter):
            let deadline = queuedAt + schedule.deadline
            let scheduled = now + schedule.delay(afterAttempts: attemptCount, spread: spread)
            guard attemptCount < schedule.attemptLimit, scheduled <= deadline else {
                self = .dropped(.exhausted)
                return
            }
            let asked = retryAfter?.time(after: now) ?? scheduled
            self = .retry(at: min(deadline, max(scheduled, asked)))
        }
    }
}
