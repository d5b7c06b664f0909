import EventModel
import Platform
import Storage

/// Decides when one channel is sent a message, and about what, so that no storm of alerts becomes a storm of messages.
///
/// Pure: it is told the time. What a channel was told stands in the alerts themselves (``AlertRecord/tellings``), so that
/// a restart neither repeats nor forgets it. In force are, in this order:
///
/// - A message waits for `group`, and takes along all that is to be told by then.
/// - An alert that clears before it was told is not told at all; one that was told is told once more when it clears.
/// - An alert that was told and comes back within `interval` waits for its end.
/// - An alert that stays open is told again after `remind`.
/// - There are at most `hourlyLimit` messages in an hour; what is left over goes along with the next.
/// - What could not be sent is tried again, at longer and longer waits up to half an hour.
struct AlertPlanner: Sendable {
    /// What is to be told of an alert.
    enum News: String, Sendable {
        case opened
        /// It is still open.
        case reminder
        case cleared
    }

    /// One message.
    struct Message: Sendable, Equatable {
        let channel: String
        let items: [Item]
    }

    /// One alert of a message.
    struct Item: Sendable, Equatable {
        let alert: AlertRecord
        let news: News
    }

    let channel: String
    /// When messages were sent within the last hour, whether they arrived or not.
    private var sentAt: [Timestamp] = []
    private var failureCount = 0
    private var retryAt: Timestamp?
    private var isSending = false
    /// When an alert was last told to be open, though it is a newer one by now.
    private var toldAt: [AlertKey: Timestamp] = [:]

    private static let waits: [Duration] = [.seconds(15), .seconds(60), .seconds(300), .seconds(900), .seconds(1800)]

    /// A planner for a channel.
    ///
    /// - Parameters:
    ///   - channel: Its name.
    ///   - recent: Alerts of an earlier process, so that what was told by it counts.
    init(channel: String, recent: [AlertRecord] = []) {
        self.channel = channel
        for alert in recent {
            guard let told = alert.telling(to: channel)?.openedAt else { continue }
            toldAt[alert.key] = max(toldAt[alert.key] ?? told, told)
        }
    }

    /// The message to send now, if there is one; ``finish(_:isSuccess:at:)`` must follow.
    ///
    /// - Parameters:
    ///   - alerts: Those that are open, and those that were cleared not long ago.
    ///   - settings: How messages are kept few.
    ///   - now: The time.
    /// - Returns: The message; nil while there is none to send.
    mutating func next(
        _ alerts: [AlertRecord], _ settings: AlertMessagesConfiguration, at now: Timestamp
    ) -> Message? {
        guard !isSending else { return nil }
        // A clock that was set back must not keep anything waiting for long.
        if let retryAt, retryAt > now, retryAt - now <= Self.waits[Self.waits.count - 1] { return nil }
        sentAt.removeAll { now - $0 >= .seconds(3600) || $0 > now }
        guard sentAt.count < settings.hourlyLimit else { return nil }
        var items: [Item] = []
        var isDue = false
        for alert in alerts.sorted(by: { $0.id < $1.id }) {
            guard let (news, readyAt) = news(of: alert, settings) else { continue }
            guard readyAt <= now else { continue }
            items.append(Item(alert: alert, news: news))
            if now - readyAt >= settings.group { isDue = true }
        }
        guard isDue else { return nil }
        isSending = true
        sentAt.append(now)
        return Message(channel: channel, items: items)
    }

    /// Notes what became of a message.
    ///
    /// - Returns: What the channel has now been told of which alerts, to be stored with them.
    mutating func finish(
        _ message: Message, isSuccess: Bool, at now: Timestamp
    ) -> [AlertID: AlertRecord.Telling] {
        isSending = false
        guard isSuccess else {
            retryAt = now + Self.waits[min(failureCount, Self.waits.count - 1)]
            failureCount += 1
            return [:]
        }
        failureCount = 0
        retryAt = nil
        var tellings: [AlertID: AlertRecord.Telling] = [:]
        for item in message.items {
            switch item.news {
            case .opened, .reminder:
                tellings[item.alert.id] = AlertRecord.Telling(channel: channel, openedAt: now)
                toldAt[item.alert.key] = now
            case .cleared:
                guard var telling = item.alert.telling(to: channel) else { continue }
                telling.clearedAt = now
                tellings[item.alert.id] = telling
            }
        }
        return tellings
    }

    /// What is to be told of an alert, and from when on; nil for nothing.
    private func news(
        of alert: AlertRecord, _ settings: AlertMessagesConfiguration
    ) -> (news: News, readyAt: Timestamp)? {
        let telling = alert.telling(to: channel)
        if let clearedAt = alert.clearedAt {
            guard let telling, telling.clearedAt == nil else { return nil }
            return (.cleared, clearedAt)
        }
        if let telling { return (.reminder, telling.openedAt + settings.remind) }
        let quietUntil = toldAt[alert.key].map { $0 + settings.interval }
        return (.opened, max(alert.openedAt, quietUntil ?? alert.openedAt))
    }
}

extension AlertRecord {
    /// What a channel was told; nil if nothing.
    func telling(to channel: String) -> Telling? { tellings.first { $0.channel == channel } }

    /// Notes what a channel was told.
    mutating func note(_ telling: Telling) {
        tellings.removeAll { $0.channel == telling.channel }
        tellings.append(telling)
    }

    /// Whether some channel that was told that it is open has yet to be told that it has cleared.
    var hasMoreToTell: Bool { isOpen || tellings.contains { $0.clearedAt == nil } }
}
