import JSON
import Platform

/// Reads birth dates (reference destinations/geo-normalization, 8).
enum BirthDate {
    private static let earliestYear = 1900

    /// Appends `YYYYMMDD`, or nothing if the value is no date of a person alive in principle.
    ///
    /// Text is a calendar date and never shifted by a time zone. A number is `YYYYMMDD`, else seconds, else
    /// milliseconds since 1970.
    static func append(_ value: JSONValue, now: Timestamp, to bytes: inout ByteBuffer) {
        let date: CivilTime?
        if let text = value.text {
            date = read(text.trimmed).flatMap { plausible($0, now: now) }
        } else if let number = value.int64 {
            date = read(number, now: now)
        } else {
            date = nil
        }
        guard let date else { return }
        for (number, divisor) in [(date.year, 1000), (date.month, 10), (date.day, 10)] {
            var divisor = divisor
            while divisor > 0 {
                bytes.append(UInt8(48 + number / divisor % 10))
                divisor /= 10
            }
        }
    }

    private static func read(_ number: Int64, now: Timestamp) -> CivilTime? {
        if 19_000_101...99_991_231 ~= number {
            let digits = Int(number)
            let date = CivilTime(year: digits / 10_000, month: digits / 100 % 100, day: digits % 100)
            if let date = plausible(date, now: now) { return date }
        }
        // Beyond these no timestamp is a plausible date, and the arithmetic below could overflow.
        guard -100_000_000_000_000...100_000_000_000_000 ~= number else { return nil }
        return plausible(Timestamp(seconds: number).civil, now: now)
            ?? plausible(Timestamp(milliseconds: number).civil, now: now)
    }

    /// The date if its parts are in range and it is neither before 1900 nor in the future.
    private static func plausible(_ date: CivilTime, now: Timestamp) -> CivilTime? {
        guard date.year >= earliestYear, 1...12 ~= date.month, date.day >= 1,
            date.day <= CivilTime.dayCount(ofMonth: date.month, year: date.year)
        else { return nil }
        let day = CivilTime(year: date.year, month: date.month, day: date.day)
        return Timestamp(day) <= now ? day : nil
    }

    /// Reads `YYYY-MM-DD` and `YYYY/MM/DD` (with or without a time), `YYYYMMDD`, `MM/DD/YYYY`, `DD.MM.YYYY`, `DD/MM/YYYY`
    /// where the first number cannot be a month, and what JavaScript prints (`Thu Mar 24 2016 …`).
    private static func read(_ text: JSONText) -> CivilTime? {
        guard let first = text.first else { return nil }
        guard ASCII.isDigit(first) else { return readJavaScript(text) }
        var scanner = DigitScanner(text: text)
        guard let one = scanner.number() else { return nil }
        if one.digitCount == 8, scanner.isAtEndOfDate {
            return CivilTime(year: one.value / 10_000, month: one.value / 100 % 100, day: one.value % 100)
        }
        guard let separator = scanner.separator(), let two = scanner.number(), scanner.separator() == separator,
            let three = scanner.number(), scanner.isAtEndOfDate, two.digitCount <= 2
        else { return nil }
        switch (one.digitCount, three.digitCount, separator) {
        case (4, 1...2, UInt8(ascii: "-")), (4, 1...2, UInt8(ascii: "/")):
            return CivilTime(year: one.value, month: two.value, day: three.value)
        case (1...2, 4, UInt8(ascii: ".")):
            return CivilTime(year: three.value, month: two.value, day: one.value)
        case (1...2, 4, UInt8(ascii: "/")):
            let isDayFirst = one.value > 12
            return CivilTime(
                year: three.value, month: isDayFirst ? two.value : one.value, day: isDayFirst ? one.value : two.value)
        default: return nil
        }
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        .map { Array($0.utf8) }

    /// Reads `Thu Mar 24 2016` at the beginning of a longer text.
    private static func readJavaScript(_ text: JSONText) -> CivilTime? {
        let words = text.split(separator: UInt8(ascii: " "), maxSplits: 4, omittingEmptySubsequences: true)
        guard words.count >= 4, words[0].count == 3,
            let month = months.firstIndex(where: { words[1].isEqualIgnoringCase($0) })
        else { return nil }
        var day = DigitScanner(text: words[2])
        var year = DigitScanner(text: words[3])
        guard let dayNumber = day.number(), let yearNumber = year.number(), yearNumber.digitCount == 4 else {
            return nil
        }
        return CivilTime(year: yearNumber.value, month: month + 1, day: dayNumber.value)
    }
}

/// Takes numbers and what separates them from a text, front to back.
private struct DigitScanner {
    let text: JSONText
    private var position: Int

    init(text: JSONText) {
        self.text = text
        position = text.startIndex
    }

    /// The digits here, at most eight.
    mutating func number() -> (value: Int, digitCount: Int)? {
        let start = position
        var value = 0
        while position < text.endIndex, ASCII.isDigit(text[position]), position - start < 9 {
            value = value * 10 + Int(text[position] - 48)
            position += 1
        }
        let digitCount = position - start
        return 1...8 ~= digitCount ? (value, digitCount) : nil
    }

    mutating func separator() -> UInt8? {
        guard position < text.endIndex else { return nil }
        defer { position += 1 }
        return text[position]
    }

    /// Whether nothing but a time of day can follow.
    var isAtEndOfDate: Bool {
        position == text.endIndex || text[position] == UInt8(ascii: "T") || text[position] == UInt8(ascii: "t")
            || text[position] == UInt8(ascii: " ")
    }
}
