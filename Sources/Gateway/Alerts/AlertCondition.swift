import Platform

/// What one look says about a condition.
enum AlertLevel: Sendable, Equatable {
    /// It is as an alert warns of.
    case bad
    /// It is as it should be.
    case good
    /// Neither, or nothing is known: what is open stays open, what is not does not open.
    case between
}

/// Whether a condition has been bad, or good, for long enough: opens late and clears late, so that what flickers does not.
///
/// Pure: it is told the time.
struct AlertCondition: Sendable, Equatable {
    /// What became of an alert.
    enum Change: Equatable {
        case opened(since: Timestamp)
        case cleared
    }

    private(set) var isOpen: Bool
    /// Since when it has been bad without a break, while it is not open.
    private(set) var badSince: Timestamp?
    /// Since when it has been good without a break, while it is open.
    private(set) var goodSince: Timestamp?

    /// A condition of which nothing is known but whether its alert is open.
    init(isOpen: Bool = false) { self.isOpen = isOpen }

    /// Notes one look.
    ///
    /// - Parameters:
    ///   - level: What it says.
    ///   - time: When it was made.
    ///   - since: Since when the condition is bad, if that is known better than by looking.
    ///   - openAfter: How long it must be bad.
    ///   - clearAfter: How long it must be good.
    /// - Returns: What becomes of the alert; nil for nothing.
    mutating func note(
        _ level: AlertLevel, at time: Timestamp, since: Timestamp? = nil, openAfter: Duration, clearAfter: Duration
    ) -> Change? {
        guard isOpen else {
            guard level == .bad else {
                badSince = nil
                return nil
            }
            // A clock that was set back must not keep an alert waiting.
            let start = min(badSince ?? time, since ?? time, time)
            badSince = start
            guard time - start >= openAfter else { return nil }
            self = AlertCondition(isOpen: true)
            return .opened(since: start)
        }
        guard level == .good else {
            goodSince = nil
            return nil
        }
        let start = min(goodSince ?? time, time)
        goodSince = start
        guard time - start >= clearAfter else { return nil }
        self = AlertCondition()
        return .cleared
    }
}
