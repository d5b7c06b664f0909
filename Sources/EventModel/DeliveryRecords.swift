public import Platform

/// Where a delivery stands (design, section 6).
///
/// Raw values are contracts.
public enum DeliveryStatus: String, Sendable, CaseIterable {
    /// Accepted, no attempt has ended yet.
    case queued
    /// The destination acknowledged it.
    case delivered
    /// An attempt failed; another will be made.
    case failed
    /// Given up; the reason says why.
    case dropped
}

/// Why a delivery was given up, or not begun.
///
/// Raw values are contracts.
public enum DropReason: String, Sendable, CaseIterable {
    /// All attempts were made, or the deadline passed.
    case exhausted
    /// The destination refused it for good.
    case rejected
    /// The body could not be made.
    case renderFailed = "render_failed"
    case consent
    case destinationDisabled = "destination_disabled"
    case destinationRemoved = "destination_removed"
    case tooOld = "too_old"
    case noIdentifier = "no_identifier"
    /// The platform takes no event like this; the delivery's last error says what is missing.
    case unsuitable
    case erased
    /// An operator took it off the dead letters.
    case operatorDropped = "operator"

    /// Whether a delivery dropped for this reason is a dead letter: one that an operator can mend and send again.
    public var isDeadLetter: Bool {
        switch self {
        case .exhausted, .rejected, .renderFailed: true
        case .consent, .destinationDisabled, .destinationRemoved, .tooOld, .noIdentifier, .unsuitable, .erased,
            .operatorDropped:
            false
        }
    }
}

/// The state of one event's way to one destination.
public struct Delivery: Sendable, Equatable {
    /// The account of the event.
    public var account: AccountNumber
    /// The event, by its place in the order of commits.
    public var sequence: EventSequence
    /// The configured name of the destination.
    public var destination: String
    /// Where it stands now.
    public var status: DeliveryStatus
    /// Attempts that have ended.
    public var attemptCount: Int
    /// Why it was given up; nil unless ``status`` is `dropped`.
    public var dropReason: DropReason?
    /// The last failure in the destination's own words, at most 1 KiB, without secrets.
    public var lastError: String?
    /// The last HTTP status, if there was an answer.
    public var lastStatusCode: Int?
    /// When the gateway had the event's request; the latency counts from here.
    public var queuedAt: Timestamp
    /// When the last attempt began; nil before the first.
    public var lastAttemptAt: Timestamp?
    /// When the next attempt is due; nil when none will be made.
    public var nextAttemptAt: Timestamp?
    /// From the event's arrival to the destination's acknowledgement.
    public var latencyMilliseconds: Int64?
    /// Whether an attempt was sent and never answered, so that the destination may have it already.
    public var isAmbiguous: Bool
    /// The version of the template that made the last body.
    public var templateVersion: String?
    /// Whether what was sent before is sent again, and not what the template makes now.
    public var sendsKeptBody = false

    /// A delivery that waits for its first attempt.
    public init(account: AccountNumber, sequence: EventSequence, destination: String, queuedAt: Timestamp) {
        self.account = account
        self.sequence = sequence
        self.destination = destination
        self.queuedAt = queuedAt
        status = .queued
        attemptCount = 0
        isAmbiguous = false
        nextAttemptAt = queuedAt
    }

    /// Whether no attempt was made and none given up.
    public var isUntouched: Bool { status == .queued && attemptCount == 0 && lastAttemptAt == nil }
}

/// One try to deliver, as kept for `explain` and the dead-letter queue.
public struct DeliveryAttempt: Sendable, Equatable {
    /// From 1.
    public var number: Int
    /// When the attempt was begun.
    public var startedAt: Timestamp
    /// How long the attempt took, in whole milliseconds.
    public var durationMilliseconds: Int64
    /// The HTTP status, if there was an answer.
    public var statusCode: Int?
    /// What failed, without secrets.
    public var error: String?
    /// `METHOD URL` without query secrets.
    public var request: String
    /// The body sent, kept when the attempt failed; at most 64 KiB.
    public var requestBody: [UInt8]?
    /// Whether ``requestBody`` is not what was sent: it was cut, or a secret in it masked.
    public var isBodyAltered = false
    /// The first bytes of the answer; at most 64 KiB.
    public var responseBody: [UInt8]
    /// The version of the template that made the body, if one did.
    public var templateVersion: String?
    /// What of the person the event did not say itself and was completed with.
    public var enrichment: [KnownPerson.Part] = []

    /// An attempt that has begun and has no answer yet.
    public init(number: Int, startedAt: Timestamp, request: String) {
        self.number = number
        self.startedAt = startedAt
        self.request = request
        durationMilliseconds = 0
        responseBody = []
    }
}
