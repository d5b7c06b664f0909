import Platform

/// Durations as configuration writes them: `500ms`, `2s`, `10m`, `1h`, `7d`, `2m30s`.
public enum DurationText {
    /// The longest duration that can be written: ten years.
    public static let limit = Duration.seconds(315_360_000)

    /// Reads one or more pairs of a whole number and a unit (`ms`, `s`, `m`, `h`, `d`), largest unit first, each once.
    ///
    /// - Returns: nil if the text is anything else or means more than ``limit``.
    public static func parse(_ text: String) -> Duration? {
        var milliseconds: Int64 = 0
        var lastUnit = Int64.max
        var rest = text.utf8[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix(while: \.isASCIIDigit)
            guard (1...12).contains(digits.count), let number = Int64(Substring(digits)) else { return nil }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix(while: \.isASCIILower)
            rest = rest.dropFirst(letters.count)
            guard let unit = unitMilliseconds(Substring(letters)), unit < lastUnit else { return nil }
            lastUnit = unit
            let (part, overflow) = number.multipliedReportingOverflow(by: unit)
            // Each part is checked by itself, so that the sum of five cannot overflow.
            guard !overflow, part <= limit.wholeMilliseconds else { return nil }
            milliseconds += part
        }
        return milliseconds <= limit.wholeMilliseconds ? .milliseconds(milliseconds) : nil
    }

    private static func unitMilliseconds(_ unit: Substring) -> Int64? {
        switch unit {
        case "ms": 1
        case "s": 1000
        case "m": 60_000
        case "h": 3_600_000
        case "d": 86_400_000
        default: nil
        }
    }
}
