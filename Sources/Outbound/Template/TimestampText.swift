import Platform

/// Times as events write them.
enum TimestampText {
    /// Reads `2026-04-23`, with an optional time of day after `T` or a blank, and an optional offset (`Z`, `+02:00`).
    ///
    /// Without an offset the time is taken as UTC. Digits beyond milliseconds are cut off.
    static func parse(_ text: some Collection<UInt8>) -> Timestamp? {
        if let time = text.withContiguousStorageIfAvailable({ parse($0) }) { return time }
        return Array(text).withUnsafeBufferPointer { parse($0) }
    }

    /// Reads a time from bytes; see ``parse(_:)-(Collection<UInt8>)``.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        var scanner = Scanner(text: text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), (1...12).contains(month),
            scanner.take("-"), let day = scanner.number(2),
            (1...CivilTime.dayCount(ofMonth: month, year: year)).contains(day)
        else { return nil }
        var time = CivilTime(year: year, month: month, day: day)
        guard !scanner.isAtEnd else { return Timestamp(time) }
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
        guard let offsetMinutes = scanner.offset(), scanner.isAtEnd else { return nil }
        return Timestamp(time) - .seconds(offsetMinutes * 60)
    }

    private struct Scanner {
        let text: UnsafeBufferPointer<UInt8>
        var position = 0

        var isAtEnd: Bool { position == text.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func number(_ digitCount: Int) -> Int? {
            guard text.count - position >= digitCount else { return nil }
            var number = 0
            for _ in 0..<digitCount {
                guard text[position].isASCIIDigit else { return nil }
                number = number * 10 + Int(text[position] - 48)
                position += 1
            }
            return number
        }

        /// The digits after a decimal point, in thousandths.
        mutating func fraction() -> Int? {
            let start = position
            var thousandths = 0
            while position < text.count, text[position].isASCIIDigit {
                if position - start < 3 { thousandths = thousandths * 10 + Int(text[position] - 48) }
                position += 1
            }
            guard position > start else { return nil }
            for _ in min(position - start, 3)..<3 { thousandths *= 10 }
            return thousandths
        }

        mutating func offset() -> Int? {
            if isAtEnd || take("Z") || take("z") { return 0 }
            let isNegative = take("-")
            guard isNegative || take("+"), let hours = number(2), hours < 24 else { return nil }
            _ = take(":")
            let minutes = isAtEnd ? 0 : number(2)
            guard let minutes, minutes < 60 else { return nil }
            return (isNegative ? -1 : 1) * (hours * 60 + minutes)
        }
    }
}
