import Platform
import Storage

/// What the alert rules remember of one source: mainly, how many of the usual events are missing.
///
/// Pure: it is told the time. Missing events add up by what the hour of the week usually brings, and each event that comes
/// takes ten off: a source that sends a tenth of the usual, or less, counts as quiet, and one that merely sends less does
/// not.
struct SourceWatch: Sendable {
    var baseline: WeekBaseline
    /// How many events are missing, as far as that matters: no more than a quarter above ``limit``.
    private(set) var score = 0.0
    /// From how many on it matters.
    private(set) var limit = Double.infinity
    /// Since when events have been missing; nil while none are.
    private(set) var quietSince: Timestamp?
    /// How many usually would have come since then.
    private(set) var usual = 0.0
    /// How many came since then.
    private(set) var seen: UInt64 = 0
    private var missing = 0.0
    private var previousCount: UInt64?
    /// Whether an event has come since the gateway was started.
    private(set) var hasSeenEvents = false

    private static let weight = 10.0

    init(_ record: BaselineRecord?) { baseline = WeekBaseline(record ?? BaselineRecord()) }

    /// Takes a look.
    ///
    /// - Parameters:
    ///   - eventCount: Events since the start.
    ///   - span: How long ago the last look was; zero if what was before is not known.
    ///   - time: When this look is made.
    ///   - isOpen: Whether it is known to be quiet.
    ///   - settings: What counts as missing.
    /// - Returns: Whether an hour has ended, so that what was learned is worth storing.
    mutating func note(
        _ eventCount: UInt64, over span: Duration, at time: Timestamp, isOpen: Bool,
        _ settings: TrackingStoppedConfiguration
    ) -> Bool {
        let count = previousCount.map { eventCount - min(eventCount, $0) } ?? 0
        previousCount = eventCount
        if count > 0 { hasSeenEvents = true }
        let hourly = baseline.usualCount(at: time, weeks: settings.weeks) ?? 0
        let expected = Double(hourly) * Double(span.wholeMilliseconds) / 3_600_000
        if count > 0, hourly > 0, !isOpen { baseline.notePeak(UInt64(missing), at: time) }
        // A silence that was told is none of the usual ones.
        missing = isOpen ? 0 : max(0, missing + expected - Self.weight * Double(count))
        limit = baseline.usualPeak.map { max(Double(settings.expected), 1.5 * Double($0)) } ?? .infinity
        score = min(max(0, score + expected - Self.weight * Double(count)), limit * 1.25)
        if score == 0 {
            quietSince = nil
            usual = 0
            seen = 0
        } else {
            quietSince = quietSince ?? time
            usual += expected
            seen += count
        }
        return baseline.add(
            BaselineRecord.Hour(good: count, total: count), over: span, at: time, isLearning: !isOpen)
    }

    /// Whether it is quiet.
    var level: AlertLevel {
        if limit.isFinite, score >= limit { return .bad }
        // After a restart an open alert waits for an event, as silence before it is not known.
        return hasSeenEvents && (!limit.isFinite || score < limit / 4) ? .good : .between
    }
}
