import Platform

/// One of the 168 hours of a week, in UTC; 0 is Monday from midnight.
struct HourOfWeek: Sendable, Hashable {
    let number: Int

    static let count = 168

    /// An hour by its number, which wraps around.
    init(_ number: Int) { self.number = (number % Self.count + Self.count) % Self.count }

    /// The hour that a time lies in.
    init(_ time: Timestamp) {
        // 1970 began on a Thursday.
        self.init(Int(Self.start(of: time).seconds / 3600) + 3 * 24)
    }

    /// The hour before.
    var previous: HourOfWeek { HourOfWeek(number - 1) }
    /// The hour after.
    var next: HourOfWeek { HourOfWeek(number + 1) }

    /// When the hour that a time lies in began.
    static func start(of time: Timestamp) -> Timestamp {
        let seconds = time.seconds
        return Timestamp(seconds: seconds - ((seconds % 3600) + 3600) % 3600)
    }
}
