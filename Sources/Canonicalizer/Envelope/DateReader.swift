import JSON
import Platform

/// Reads the date forms that senders use (reference inbound, 4.4).
///
/// RFC 3339 with any number of fraction digits and `Z`, `±hh:mm` or `±hhmm`; `YYYY-MM-DD[ T]hh:mm[:ss]` without zone,
/// which is UTC; `YYYY-MM-DD`; and seconds (10 digits), milliseconds (13) or microseconds (16) since 1970 as a number
/// or a string of digits, with or without fraction. Nothing finer than a millisecond is kept. A leap second reads as
/// the last millisecond before it.
enum DateReader {
    /// The point in time that a string or number says, or nil.
    static func read(_ value: JSONValue) -> Timestamp? {
        switch value.kind {
        case .string: value.withText { read($0) } ?? nil
        case .number: value.withSource { readEpoch($0) }
        default: nil
        }
    }

    /// The point in time that text says, or nil.
    static func read(_ text: Span<UInt8>) -> Timestamp? {
        if let time = readUsual(text) { return time }
        let text = text.extracting(text.trimmed)
        if text.count >= 8, text[4] == UInt8(ascii: "-") { return readCalendar(text) }
        return readEpoch(text)
    }

    /// Reads `YYYY-MM-DDThh:mm:ss.mmmZ`, which nearly all senders write, by three words; nil for any other form.
    private static func readUsual(_ text: Span<UInt8>) -> Timestamp? {
        guard text.count == 24 else { return nil }
        let bytes = unsafe text.bytes
        let first = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
        let second = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let third = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 16, as: UInt64.self))
        guard let date = DigitPairs(first, pattern: 0x2D30_302D_3030_3030, slack: 0x7F76_767F_7676_7676),
            let middle = DigitPairs(second, pattern: 0x3030_3A30_3054_3030, slack: 0x7676_7F76_767F_7676),
            let rest = DigitPairs(third, pattern: 0x5A30_3030_2E30_303A, slack: 0x7F76_7676_7F76_767F)
        else { return nil }
        let (year, month, day) = (date[0] * 100 + date[2], date[5], middle[0])
        guard month >= 1, month <= 12, day >= 1, day <= CivilTime.dayCount(ofMonth: month, year: year), middle[3] < 24,
            middle[6] < 60, rest[1] < 60
        else { return nil }
        let millisecond = rest[4] * 10 + Int(rest.digits >> 48 & 15)
        return Timestamp(
            CivilTime(
                year: year, month: month, day: day, hour: middle[3], minute: middle[6], second: rest[1],
                millisecond: millisecond))
    }

    private static func readCalendar(_ text: Span<UInt8>) -> Timestamp? {
        guard text.count >= 10, text[7] == UInt8(ascii: "-"), let year = number(text, 0, 4),
            let month = number(text, 5, 2), let day = number(text, 8, 2), month >= 1, month <= 12, day >= 1,
            day <= CivilTime.dayCount(ofMonth: month, year: year)
        else { return nil }
        var civil = CivilTime(year: year, month: month, day: day)
        if text.count == 10 { return Timestamp(civil) }
        guard text[10] | 0x20 == UInt8(ascii: "t") || text[10] == 0x20, text.count >= 16,
            text[13] == UInt8(ascii: ":"), let hour = number(text, 11, 2), let minute = number(text, 14, 2), hour < 24,
            minute < 60
        else { return nil }
        civil.hour = hour
        civil.minute = minute
        var position = 16
        if position < text.count, text[position] == UInt8(ascii: ":") {
            guard let end = readSecond(text, at: position + 1, into: &civil) else { return nil }
            position = end
        }
        guard let offsetMinutes = readZone(text, at: position) else { return nil }
        return Timestamp(milliseconds: Timestamp(civil).milliseconds - Int64(offsetMinutes) * 60_000)
    }

    /// Reads `ss[.fraction]`.
    ///
    /// - Returns: The position after it, or nil if it is none.
    private static func readSecond(_ text: Span<UInt8>, at start: Int, into civil: inout CivilTime) -> Int? {
        guard let second = number(text, start, 2), second <= 60 else { return nil }
        var position = start + 2
        var millisecond = 0
        if position < text.count, text[position] == UInt8(ascii: ".") || text[position] == UInt8(ascii: ",") {
            position += 1
            var scale = 100
            let first = position
            while position < text.count, text[position].isASCIIDigit {
                millisecond += Int(text[position] - 48) * scale
                scale /= 10
                position += 1
            }
            if position == first { return nil }
        }
        civil.second = min(second, 59)
        civil.millisecond = second == 60 ? 999 : millisecond
        return position
    }

    /// Reads `Z`, `±hh:mm`, `±hhmm` or nothing, up to the end of the text.
    ///
    /// - Returns: Minutes east of UTC, or nil for anything else.
    private static func readZone(_ text: Span<UInt8>, at start: Int) -> Int? {
        if start == text.count { return 0 }
        let mark = text[start]
        if mark | 0x20 == UInt8(ascii: "z") { return start + 1 == text.count ? 0 : nil }
        guard mark == UInt8(ascii: "+") || mark == UInt8(ascii: "-") else { return nil }
        let hasColon = start + 3 < text.count && text[start + 3] == UInt8(ascii: ":")
        let minuteStart = start + (hasColon ? 4 : 3)
        guard minuteStart + 2 == text.count, let hours = number(text, start + 1, 2),
            let minutes = number(text, minuteStart, 2), hours < 24, minutes < 60
        else { return nil }
        let offset = hours * 60 + minutes
        return mark == UInt8(ascii: "-") ? -offset : offset
    }

    private static func readEpoch(_ text: Span<UInt8>) -> Timestamp? {
        var whole: Int64 = 0
        var digitCount = 0
        while digitCount < text.count, text[digitCount].isASCIIDigit, digitCount < 17 {
            whole = whole * 10 + Int64(text[digitCount] - 48)
            digitCount += 1
        }
        var milliseconds: Int64 = 0
        if digitCount < text.count {
            guard text[digitCount] == UInt8(ascii: "."), digitCount + 1 < text.count else { return nil }
            var scale: Int64 = 100
            for position in digitCount + 1..<text.count {
                guard text[position].isASCIIDigit else { return nil }
                milliseconds += Int64(text[position] - 48) * scale
                scale /= 10
            }
        }
        switch digitCount {
        case 10: return Timestamp(milliseconds: whole * 1000 + milliseconds)
        case 13: return Timestamp(milliseconds: whole)
        case 16: return Timestamp(milliseconds: whole / 1000)
        default: return nil
        }
    }

    private static func number(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int? {
        guard start + count <= text.count else { return nil }
        var value = 0
        for position in start..<start + count {
            guard text[position].isASCIIDigit else { return nil }
            value = value * 10 + Int(text[position] - 48)
        }
        return value
    }
}

/// Eight characters of which some are digits and the others known, looked at all at once.
private struct DigitPairs {
    /// The digits' values, the first lowest; 0 where there is none.
    let digits: UInt64
    private let pairs: UInt64

    /// Nil unless every character is the pattern's, where `0` stands for any digit; the first is in the lowest byte.
    ///
    /// `slack` has 76 for digits and 7F for others, so that what is more than 9 or more than 0 sets a high bit.
    init?(_ word: UInt64, pattern: UInt64, slack: UInt64) {
        let digits = word ^ pattern
        guard (digits &+ slack | digits) & 0x8080_8080_8080_8080 == 0 else { return nil }
        self.digits = digits
        pairs = digits &* 10 &+ digits >> 8
    }

    /// The number of two digits that begins at a character.
    subscript(position: Int) -> Int { Int(pairs >> UInt64(position * 8) & 255) }
}
