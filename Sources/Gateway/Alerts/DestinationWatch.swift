import Platform
import Storage

/// What the alert rules remember of one destination.
///
/// Pure: it is told the time.
struct DestinationWatch: Sendable {
    /// What became of attempts within some time.
    struct Sum: Sendable, Equatable {
        var delivered: UInt64 = 0
        var failures: [String: UInt64] = [:]
        /// When the first of them was noticed.
        var firstAt: Timestamp?

        var failed: UInt64 { failures.values.reduce(0, +) }
        var total: UInt64 { delivered + failed }
        /// Those that deliver, in thousandths; 0 for nothing.
        var share: UInt64 { total == 0 ? 0 : delivered * 1000 / total }
        /// The failures, the most frequent first: `http_503 412, timeout_after_send 3`.
        var failuresText: String {
            failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map { "\($0.key) \($0.value)" }
                .joined(separator: ", ")
        }
    }

    private struct Look: Sendable {
        let time: Timestamp
        let delivered: UInt64
        let failures: [String: UInt64]
    }

    var baseline: WeekBaseline
    /// Since when every attempt has failed; nil if none has since the last one that delivered.
    private(set) var failingSince: Timestamp?
    /// Attempts that have failed since.
    private(set) var failedInARow: UInt64 = 0
    /// When something was last delivered, as far as that was seen.
    private(set) var deliveredAt: Timestamp?
    private var looks: [Look] = []
    private var previous: AlertSample.Destination?

    /// What the share of attempts that deliver is taken over.
    static let shareSpan = Duration.seconds(900)

    init(_ record: BaselineRecord?) { baseline = WeekBaseline(record ?? BaselineRecord()) }

    /// Takes a look; returns what has happened since the last one.
    ///
    /// What is older than `span` is forgotten.
    mutating func note(_ sample: AlertSample.Destination, at time: Timestamp, keeping span: Duration)
        -> BaselineRecord.Hour
    {
        defer { previous = sample }
        let limit = time - max(span, Self.shareSpan)
        // Looks from after now are from before the clock was set back.
        looks.removeAll { $0.time < limit || $0.time > time }
        guard let previous else { return BaselineRecord.Hour() }
        // Counts begin anew when a destination was gone for a while.
        let delivered = sample.delivered - min(sample.delivered, previous.delivered)
        var failures: [String: UInt64] = [:]
        for (name, count) in sample.failures {
            let new = count - min(count, previous.failures[name] ?? 0)
            if new > 0 { failures[name] = new }
        }
        let failed = failures.values.reduce(0, +)
        guard delivered + failed > 0 else { return BaselineRecord.Hour() }
        looks.append(Look(time: time, delivered: delivered, failures: failures))
        if delivered > 0 {
            failingSince = nil
            failedInARow = 0
            deliveredAt = time
        } else {
            failingSince = failingSince ?? time
            failedInARow += failed
        }
        return BaselineRecord.Hour(good: delivered, total: delivered + failed)
    }

    /// What became of attempts within the time before now.
    func sum(of span: Duration, before now: Timestamp) -> Sum {
        var sum = Sum()
        for look in looks where look.time >= now - span {
            sum.delivered += look.delivered
            sum.failures.merge(look.failures, uniquingKeysWith: +)
            sum.firstAt = sum.firstAt ?? look.time
        }
        return sum
    }
}
