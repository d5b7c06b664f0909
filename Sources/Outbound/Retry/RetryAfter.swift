public import Platform

/// When a destination wants to be asked again: the value of a `Retry-After` header (RFC 9110, 10.2.3).
public enum RetryAfter: Sendable, Equatable {
    /// So long after the answer.
    case delay(Duration)
    /// At this time.
    case date(Timestamp)

    /// Reads whole seconds or an HTTP date; nil for anything else.
    ///
    /// Of the three forms of RFC 9110, 5.6.7, a recipient must take all: `Sun, 06 Nov 1994 08:49:37 GMT`,
    /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. The day of the week is not checked.
    ///
    /// - Parameters:
    ///   - text: The header's value.
    ///   - now: Places the two-digit years of the second form, which lie at most 50 years ahead.
    public init?(_ text: String, now: Timestamp) {
        // Ten digits are three hundred years: beyond any deadline, and far from overflow.
        if let seconds = Self.number(text, 0...9_999_999_999) {
            self = .delay(.seconds(seconds))
            return
        }
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        guard words.count == 5 || words.count == 6 else { return nil }
        let isAsctime = words.count == 5
        guard isAsctime || words[5] == "GMT" else { return nil }
        let dayWord = words[isAsctime ? 2 : 1]
        let monthWord = words[isAsctime ? 1 : 2]
        let yearWord = words[isAsctime ? 4 : 3]
        let timeWord = words[isAsctime ? 3 : 4]
        guard let month = Self.months.firstIndex(of: monthWord), let year = Self.year(yearWord, now: now),
            let day = Self.number(dayWord, 1...CivilTime.dayCount(ofMonth: month + 1, year: year)),
            let time = Self.timeOfDay(timeWord)
        else { return nil }
        self = .date(
            Timestamp(
                CivilTime(
                    year: year, month: month + 1, day: day, hour: time.hour, minute: time.minute, second: time.second)))
    }

    /// The time to ask again, given when the answer came.
    public func time(after now: Timestamp) -> Timestamp {
        switch self {
        case .delay(let duration): now + duration
        case .date(let date): date
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func number(_ text: some StringProtocol, _ range: ClosedRange<Int>) -> Int? {
        // `Int` would take a sign, too.
        guard text.utf8.allSatisfy(\.isASCIIDigit), let number = Int(text) else { return nil }
        return range.contains(number) ? number : nil
    }

    private static func year(_ text: String, now: Timestamp) -> Int? {
        guard let year = number(text, 0...9999) else { return nil }
        guard text.utf8.count == 2 else { return text.utf8.count == 4 ? year : nil }
        let currentYear = now.civil.year
        let candidate = currentYear - currentYear % 100 + year
        return candidate > currentYear + 50 ? candidate - 100 : candidate
    }

    private static func timeOfDay(_ text: String) -> (hour: Int, minute: Int, second: Int)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = number(parts[0], 0...23), let minute = number(parts[1], 0...59),
            let second = number(parts[2], 0...60)
        else { return nil }
        return (hour, minute, second)
    }
}

extension HTTPResponse {
    /// The wait that the answer's `Retry-After` asks for.
    ///
    /// - Parameter time: When the answer came.
    /// - Returns: Nil without the header, or if it holds no time.
    func retryAfter(at time: Timestamp) -> RetryAfter? {
        header("Retry-After").flatMap { RetryAfter($0, now: time) }
    }
}
