import EventModel
import Outbound
import Platform
import Storage

/// How many dead letters became what.
struct ReplayCounts: Equatable, Sendable {
    /// Put back in the queue.
    var putBack = 0
    /// Of those, taken by the destination.
    var delivered = 0
    /// Failed again, and tried later as any other.
    var failed = 0
    /// Given up again, refused consent included.
    var dropped = 0
    /// Left where they are: no whole body is kept of them to be sent as it was.
    var unsendable = 0

    static func += (left: inout ReplayCounts, right: ReplayCounts) {
        left.putBack += right.putBack
        left.delivered += right.delivered
        left.failed += right.failed
        left.dropped += right.dropped
        left.unsendable += right.unsendable
    }
}

/// One destination's part of a replay: says how many dead letters may be put back now.
///
/// Pure: it is told the time and what became of what it put back. Live traffic keeps its lane (docs/adr/0013): at most
/// ``Limits/share`` deliveries of a replay are in the queue without an attempt at once, and they come at a rate of their own.
struct ReplayRun: Sendable {
    /// What a destination has left for replays.
    struct Limits: Equatable, Sendable {
        /// Deliveries that may be put back in a time.
        var rate: SendingRate
        /// Deliveries that may wait for their first attempt at once.
        var share: Int
    }

    let destination: String
    /// Letters that there were at the start, as far as they were counted; nil if only some of them are meant.
    let total: Int?
    private(set) var counts = ReplayCounts()
    /// Where the next page begins.
    private(set) var cursor: DeadLetterCursor?
    /// Those put back whose first attempt has not ended.
    private(set) var waiting: [Delivery] = []
    private var hasMore = true
    private var bucket: TokenBucket
    private let share: Int

    init(_ destination: String, _ limits: Limits, total: Int?) {
        self.destination = destination
        self.total = total
        share = max(1, limits.share)
        bucket = TokenBucket(limits.rate)
    }

    /// Whether there is nothing more to put back or to wait for.
    var isDone: Bool { !hasMore && waiting.isEmpty }

    /// How many may be put back now.
    func room(at now: MonotonicTime) -> Int {
        guard hasMore, waiting.count < share else { return 0 }
        var probe = bucket
        var count = 0
        while count < share - waiting.count, probe.nextTokenAt <= now {
            probe.take(1, at: now)
            count += 1
        }
        return count
    }

    /// Notes a page: what was put back of it, and how many had to be left.
    mutating func note(_ letters: [Delivery], unsendable: Int, next: DeadLetterCursor?, at now: MonotonicTime) {
        bucket.take(letters.count, at: now)
        counts.putBack += letters.count
        counts.unsendable += unsendable
        waiting += letters
        cursor = next
        hasMore = next != nil
    }

    /// Notes what has become of those that wait, in their order; nil for one that is gone.
    mutating func note(outcomes: [Delivery?]) {
        var rest: [Delivery] = []
        for (letter, outcome) in zip(waiting, outcomes) {
            switch outcome?.status {
            case .queued: rest.append(letter)
            case .failed: counts.failed += 1
            case .delivered: counts.delivered += 1
            case .dropped, nil: counts.dropped += 1
            }
        }
        waiting = rest
    }

    /// Puts nothing more back; what is in the queue stays there.
    mutating func end() { hasMore = false }
}
