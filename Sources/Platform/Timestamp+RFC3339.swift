/// A calendar date and time of day in UTC, proleptic Gregorian.
public struct CivilTime: Sendable, Equatable {
    /// The year, 0 being 1 BC.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int
    /// 0 to 59.
    public var second: Int
    /// 0 to 999.
    public var millisecond: Int

    /// A calendar time from its parts, taken as they are.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0)
    {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }

    /// Days from 1970-01-01 to this date.
    ///
    /// The algorithm counts from 1 March, so that the leap day comes last and months follow one formula
    /// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    public var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The number of days in a month of a year.
    public static func dayCount(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Timestamp {
    /// The point in time of a calendar time in UTC.
    public init(_ civil: CivilTime) {
        let seconds = civil.daysSinceEpoch * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second
        self.init(milliseconds: Int64(seconds) * 1000 + Int64(civil.millisecond))
    }

    /// The calendar time in UTC.
    public var civil: CivilTime {
        let days = Int(milliseconds.flooredQuotient(86_400_000))
        // What follows is below 2³², where divisions by constants are cheapest.
        let millisecondOfDay = UInt32(truncatingIfNeeded: milliseconds - Int64(days) * 86_400_000)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = UInt32(truncatingIfNeeded: shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return CivilTime(
            year: Int(yearOfEra) + era * 400 + (month <= 2 ? 1 : 0), month: Int(month),
            day: Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1), hour: Int(millisecondOfDay / 3_600_000),
            minute: Int(millisecondOfDay / 60_000 % 60), second: Int(millisecondOfDay / 1000 % 60),
            millisecond: Int(millisecondOfDay % 1000))
    }

    /// RFC 3339 in UTC with milliseconds: `2026-04-23T14:12:33.000Z`, for the years 0 to 9999.
    public var rfc3339: String {
        withRFC3339 { String(decoding: $0, as: UTF8.self) }
    }

    /// Lends the 24 ASCII bytes of ``rfc3339`` without allocating.
    @inlinable
    public func withRFC3339<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: rfc3339Words) { body($0.assumingMemoryBound(to: UInt8.self)) }
    }

    /// The 24 bytes as they stand in memory; a year beyond four digits keeps its last four.
    @usableFromInline
    var rfc3339Words: (UInt64, UInt64, UInt64) {
        let civil = civil
        let year = UInt64((civil.year % 10_000 + 10_000) % 10_000)
        let millisecond = UInt64(civil.millisecond)
        func mark(_ scalar: Unicode.Scalar) -> UInt64 { UInt64(UInt8(ascii: scalar)) }
        // Two digits of a number below 100, whose tenth is its product with 103 divided by 1024.
        func pair(_ number: UInt64) -> UInt64 {
            let tens = (number &* 103) &>> 10
            return (48 &+ tens) | (48 &+ number &- tens &* 10) &<< 8
        }
        func pair(_ number: Int) -> UInt64 { pair(UInt64(truncatingIfNeeded: number)) }
        let date = pair(year / 100) | pair(year % 100) << 16 | mark("-") << 32 | pair(civil.month) << 40
        let hours = pair(civil.day) | mark("T") << 16 | pair(civil.hour) << 24 | mark(":") << 40
        let seconds = mark(":") | pair(civil.second) << 8 | mark(".") << 24 | (48 + millisecond / 100) << 32
        return (
            (date | mark("-") << 56).littleEndian, (hours | pair(civil.minute) << 48).littleEndian,
            (seconds | pair(millisecond % 100) << 40 | mark("Z") << 56).littleEndian
        )
    }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
