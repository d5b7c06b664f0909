/// Times as people write them into configurations, commands and addresses.
public enum RFC3339 {
    /// `2026-01-31T12:00:00Z`, optionally with a fraction of a second, which is cut off, and an offset such as `+01:00`.
    public static func timestamp(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54 || bytes[10] == 0x74,
            bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...CivilTime.dayCount(ofMonth: month, year: year)).contains(day),
            hour < 24, minute < 60, second < 60, let offset = offsetMinutes(withoutFraction(bytes[19...]))
        else { return nil }
        let civil = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        return Timestamp(milliseconds: Timestamp(civil).milliseconds - Int64(offset) * 60_000)
    }

    /// The beginning of a day in UTC: `2026-01-31`; nil if there is no such day.
    public static func day(_ text: String) -> Timestamp? {
        text.utf8.count == 10 ? timestamp(text + "T00:00:00Z") : nil
    }

    private static func withoutFraction(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.first == UInt8(ascii: ".") else { return bytes }
        let digits = bytes.dropFirst().prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? [] : bytes.dropFirst(digits.count + 1)
    }

    /// Minutes east of UTC of `Z` or `±hh:mm`.
    private static func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
        let zone = Array(bytes)
        if zone == [0x5A] || zone == [0x7A] { return 0 }
        guard zone.count == 6, zone[0] == 0x2B || zone[0] == 0x2D, zone[3] == 0x3A, let hours = number(zone[1..<3]),
            let minutes = number(zone[4..<6]), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (zone[0] == 0x2D ? -1 : 1)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit) - 0x30
        }
        return value
    }
}
