import Platform
import Testing

@Suite struct TimestampTests {
    @Test("every day from 1600 to 2400 survives the way to a calendar date and back")
    func everyDay() {
        var day = CivilTime(year: 1600, month: 1, day: 1).daysSinceEpoch
        #expect(day == -135_140)
        for year in 1600...2400 {
            for month in 1...12 {
                for dayOfMonth in 1...CivilTime.dayCount(ofMonth: month, year: year) {
                    let civil = CivilTime(
                        year: year, month: month, day: dayOfMonth, hour: day & 15, minute: day & 31, second: 59,
                        millisecond: 7)
                    // One day after another, and back: `#expect` only where it would fail, as there are 292 559 days.
                    if civil.daysSinceEpoch != day || Timestamp(civil).civil != civil {
                        Issue.record("\(civil) is day \(civil.daysSinceEpoch), not \(day), or does not come back")
                    }
                    day += 1
                }
            }
        }
        #expect(day == 157_420)
    }

    @Test(
        "known points in time",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (1, "1970-01-01T00:00:00.001Z"),
            (1_776_953_553_000, "2026-04-23T14:12:33.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func text(_ milliseconds: Int64, rfc3339: String) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == rfc3339)
    }

    @Test(
        "times far outside the calendar have a text all the same",
        arguments: [Int64.min / 2, Int64.max / 2, -62_167_219_200_001])
    func extremes(_ milliseconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339.utf8.count == 24)
        #expect(Timestamp(Timestamp(milliseconds: milliseconds).civil).milliseconds == milliseconds)
    }

    @Test("whole seconds are rounded down on both sides of the epoch")
    func seconds() {
        #expect(
            [-1001, -1000, -999, -1, 0, 1, 999, 1000].map { Timestamp(milliseconds: $0).seconds } == [
                -2, -1, -1, -1, 0, 0, 0, 1,
            ])
        #expect(Timestamp(seconds: -2).milliseconds == -2000)
    }

    @Test("adding and subtracting durations, fractions of a millisecond cut off")
    func arithmetic() {
        let time = Timestamp(milliseconds: 1000)
        #expect(time + .microseconds(2900) == Timestamp(milliseconds: 1002))
        #expect(time - .milliseconds(1500) == Timestamp(milliseconds: -500))
        #expect(time - Timestamp(milliseconds: 400) == .milliseconds(600))
        #expect(Timestamp(milliseconds: 400) - time == .milliseconds(-600))
        #expect(Timestamp(milliseconds: 1) < Timestamp(milliseconds: 2))
        #expect(Duration.seconds(90).wholeMilliseconds == 90_000)
        #expect(Duration.nanoseconds(-1_999_999).wholeMilliseconds == -1)
    }

    @Test("months have their days, leap years too")
    func monthLengths() {
        #expect(
            (1...12).map { CivilTime.dayCount(ofMonth: $0, year: 2025) } == [
                31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
            ])
        #expect([1900, 2000, 2024, 2100].map { CivilTime.dayCount(ofMonth: 2, year: $0) } == [28, 29, 29, 28])
    }

    @Test("the monotonic clock does not go back, and adds to the nanosecond")
    func monotonic() {
        let first = MonotonicTime.now
        let second = MonotonicTime.now
        #expect(first <= second)
        #expect((first + .nanoseconds(1_500_001)) - first == .nanoseconds(1_500_001))
        #expect((first + .seconds(3)).nanoseconds == first.nanoseconds + 3_000_000_000)
        #expect(first + .seconds(-1) == first)
        #expect(first - (first + .milliseconds(5)) == .milliseconds(-5))
    }

    @Test("the system clock tells the time of this century")
    func systemClock() {
        let now = SystemClock().now
        #expect(now > Timestamp(CivilTime(year: 2024, month: 1, day: 1)))
        #expect(now < Timestamp(CivilTime(year: 2100, month: 1, day: 1)))
    }
}
