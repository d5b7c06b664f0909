import Platform

/// Times as events write them.
enum TimestampText {
    /// Reads `2026-04-23`, with an optional time of day after `T` or a blank, and an optional offset (`Z`, `+02:00`).
    ///
    /// Without an offset the time is taken as UTC. Digits beyond milliseconds are cut off.
    static func parse(_ text: some Collection<UInt8>) -> Timestamp? {
        var scanner = Scanner(rest: Array(text)[...])
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), (1...12).contains(month),
            scanner.take("-"), let day = scanner.number(2),
            (1...CivilTime.dayCount(ofMonth: month, year: year)).contains(day)
        else { return nil }
        var time = CivilTime(year: year, month: month, day: day)
        guard !scanner.rest.isEmpty else { return Timestamp(time) }
        guard scanner.take("T") || scanner.take("t") || scanner.take(" "), let hour = scanner.number(2), hour < 24,
            scanner.take(":"), let minute = scanner.number(2), minute < 60
        else { return nil }
        time.hour = hour
        time.minute = minute
        if scanner.take(":") {
            guard let second = scanner.number(2), second <= 60 else { return nil }
            time.second = second
            if scanner.take(".") {
                guard let millisecond = scanner.fraction() else { return nil }
                time.millisecond = millisecond
            }
        }
        guard let offsetMinutes = scanner.offset(), scanner.rest.isEmpty else { return nil }
        return Timestamp(time) - .seconds(offsetMinutes * 60)
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(_ digitCount: Int) -> Int? {
            let digits = rest.prefix(digitCount)
            guard digits.count == digitCount, digits.allSatisfy(\.isASCIIDigit) else { return nil }
            rest.removeFirst(digitCount)
            return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        }

        /// The digits after a decimal point, in thousandths.
        mutating func fraction() -> Int? {
            let digits = rest.prefix(while: \.isASCIIDigit)
            guard !digits.isEmpty else { return nil }
            rest.removeFirst(digits.count)
            return (0..<3).reduce(0) { sum, place in
                sum * 10 + (place < digits.count ? Int(digits[digits.startIndex + place] - 48) : 0)
            }
        }

        mutating func offset() -> Int? {
            if rest.isEmpty || take("Z") || take("z") { return 0 }
            let isNegative = take("-")
            guard isNegative || take("+"), let hours = number(2), hours < 24 else { return nil }
            _ = take(":")
            let minutes = rest.isEmpty ? 0 : number(2)
            guard let minutes, minutes < 60 else { return nil }
            return (isNegative ? -1 : 1) * (hours * 60 + minutes)
        }
    }
}
