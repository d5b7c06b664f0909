import Platform

/// Slows down for a destination that says 429, and finds back to full speed.
///
/// Pure: it is told the time. Additive increase, multiplicative decrease (RFC 5681, 3.1, for another resource): a refusal
/// halves the requests under way at once, and when only one is left, the pace of single requests; each answer that is no
/// refusal gives a little back. `Retry-After` stops everything until its time.
struct SendingPace: Equatable {
    private let limitMax: Int
    /// Requests that may be under way at once.
    private(set) var limit: Int
    /// The least time between two starts; zero unless one at a time was still too much.
    private(set) var spacing = Duration.zero
    /// Until when the destination asked to be left alone.
    private(set) var pausedUntil: Timestamp?
    private var lastStartAt: Timestamp?
    /// Answers since ``limit`` last grew.
    private var answerCount = 0
    /// Refusals of requests up to this one were answered already: those under way together are one sign, not many.
    private var reducedThroughFlight: UInt64 = 0
    private var reducedAt: Timestamp?

    static let spacingMin = Duration.milliseconds(50)
    static let spacingMax = Duration.seconds(30)
    /// Starts in a second that each answer gives back while there is a spacing: so many, or so much of what there are.
    private static let recovery = (least: 0.5, share: 0.1)
    /// Single requests are not spaced further more often: receivers count by the second, and all that is sent in the rest
    /// of one that is used up would otherwise count as many signs.
    private static let reductionInterval = Duration.milliseconds(300)

    /// Full speed.
    init(limit: Int) {
        limitMax = limit
        self.limit = limit
    }

    /// When the next request may start; `now` or earlier if it may.
    func opening(at now: Timestamp) -> Timestamp {
        var time = pausedUntil ?? now
        if spacing > .zero, let lastStartAt { time = max(time, lastStartAt + spacing) }
        return time
    }

    /// Whether the destination has asked to be left alone for now.
    func isPaused(at now: Timestamp) -> Bool { pausedUntil.map { $0 > now } ?? false }

    mutating func noteStart(at now: Timestamp) { lastStartAt = now }

    /// Notes an answer that is no refusal.
    mutating func noteAnswer() {
        guard spacing == .zero else {
            let rate = 1000 / Double(max(1, spacing.wholeMilliseconds))
            let faster = rate + max(Self.recovery.least, rate * Self.recovery.share)
            let next = Duration.milliseconds(Int64(1000 / faster))
            spacing = next < Self.spacingMin ? .zero : next
            return
        }
        guard limit < limitMax else { return }
        answerCount += 1
        guard answerCount >= limit else { return }
        answerCount = 0
        limit += 1
    }

    /// Notes a refusal.
    ///
    /// - Parameters:
    ///   - flight: The number of the request that was refused; numbers rise.
    ///   - latest: The number of the request started last.
    ///   - now: The time that counts for what is due.
    mutating func noteRefusal(flight: UInt64, latest: UInt64, at now: Timestamp) {
        guard flight > reducedThroughFlight else { return }
        if spacing > .zero, let reducedAt, now - reducedAt < Self.reductionInterval { return }
        reducedThroughFlight = latest
        reducedAt = now
        answerCount = 0
        if limit > 1 {
            limit /= 2
        } else {
            spacing = min(max(spacing + spacing, Self.spacingMin), Self.spacingMax)
        }
    }

    /// Starts nothing before `time`, unless a later time was asked for already.
    mutating func pause(until time: Timestamp) { pausedUntil = max(time, pausedUntil ?? time) }

    /// Forgets everything that the destination asked for.
    mutating func reset() { self = SendingPace(limit: limitMax) }
}
