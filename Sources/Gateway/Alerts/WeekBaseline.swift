import Platform
import Storage

/// Learns what is usual in each hour of the week, and says it.
///
/// Pure: it is told the time. An hour counts only if nearly all of it was looked at, and nothing is said about hours that
/// were seen in too few weeks. Hours are UTC; when daylight saving shifts a merchant's day by one, the neighbours of an hour
/// still say what is usual at least.
struct WeekBaseline: Sendable, Equatable {
    /// What is stored.
    private(set) var record: BaselineRecord

    /// An hour that was looked at for less is not learned.
    static let observedAtLeast = Duration.seconds(57 * 60)

    /// A baseline that goes on from a record, or begins.
    init(_ record: BaselineRecord = BaselineRecord()) { self.record = record }

    /// Adds what came in since the last look.
    ///
    /// - Parameters:
    ///   - hour: What came in.
    ///   - span: How long ago the last look was; zero if what was before is not known.
    ///   - time: When this look is made.
    ///   - isLearning: Whether things are as usual, so that the hour under way may count.
    /// - Returns: Whether an hour has ended, so that the record is worth storing.
    mutating func add(_ hour: BaselineRecord.Hour, over span: Duration, at time: Timestamp, isLearning: Bool) -> Bool {
        let start = HourOfWeek.start(of: time)
        let isNew = record.hourStart != start
        if isNew { close(record.hourStart, next: start) }
        if hour.total > 0 { record.lastSeenAt = time }
        guard isLearning else {
            // An hour with something unusual in it is not learned, even if that ends within it.
            record.observed = .seconds(-3600)
            return isNew
        }
        record.current.good += hour.good
        record.current.total += hour.total
        record.observed += span
        return isNew
    }

    private mutating func close(_ start: Timestamp?, next: Timestamp) {
        if let start, start < next, record.observed >= Self.observedAtLeast {
            let place = HourOfWeek(start).number
            record.hours[place].append(record.current)
            if record.hours[place].count > BaselineRecord.weekLimit { record.hours[place].removeFirst() }
        }
        record.hourStart = next
        record.observed = .zero
        record.current = BaselineRecord.Hour()
    }

    /// How many events usually come in within an hour at this time, at least; nil if that is not known.
    ///
    /// The smallest of the hour and its neighbours counts, each by the middle one of its weeks.
    func usualCount(at time: Timestamp, weeks: Int) -> UInt64? {
        let hour = HourOfWeek(time)
        var least: UInt64?
        for hour in [hour.previous, hour, hour.next] {
            guard let count = middle(record.hours[hour.number].map(\.total), of: weeks) else { return nil }
            least = min(least ?? count, count)
        }
        return least
    }

    /// Which share of attempts usually delivers at this time, in thousandths; nil if that is not known.
    ///
    /// The smallest of the hour and those of its neighbours that are known counts. Weeks in which an hour had fewer than
    /// `attempts` attempts do not count.
    func usualShare(at time: Timestamp, weeks: Int, attempts: Int) -> UInt64? {
        let hour = HourOfWeek(time)
        func share(_ hour: HourOfWeek) -> UInt64? {
            let known = record.hours[hour.number].filter { $0.total >= UInt64(attempts) }
            return middle(known.map { $0.good * 1000 / $0.total }, of: weeks)
        }
        guard let own = share(hour) else { return nil }
        return [own, share(hour.previous) ?? own, share(hour.next) ?? own].min()
    }

    /// The middle one, the smaller of two in the middle.
    private func middle(_ values: [UInt64], of weeks: Int) -> UInt64? {
        guard values.count >= max(1, weeks) else { return nil }
        return values.sorted()[(values.count - 1) / 2]
    }
}

// MARK: - How sources send

extension WeekBaseline {
    /// Days of which it must be known how evenly a source sends before its silence says anything.
    static let peakDays = 2

    /// Notes how many events were missing when some came after all.
    ///
    /// A source that sends in bursts is silent between them, and that is usual. Days without a note do not count.
    mutating func notePeak(_ missing: UInt64, at time: Timestamp) {
        let day = time.milliseconds / 86_400_000
        if day != record.peakDay {
            if record.peakDay != 0 {
                record.peaks = Array((record.peaks + [record.peak]).suffix(BaselineRecord.peakLimit))
            }
            record.peakDay = day
            record.peak = 0
        }
        record.peak = max(record.peak, missing)
    }

    /// How many events are usually missing at most before they come after all; nil if that is not known.
    var usualPeak: UInt64? {
        guard record.peaks.count >= Self.peakDays else { return nil }
        // The larger of two in the middle: rather late than wrong.
        return record.peaks.sorted()[record.peaks.count / 2]
    }
}
