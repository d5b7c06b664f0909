import EventModel
import Platform
import Storage

/// What an earlier process left of alerts.
struct AlertMemory: Sendable {
    var open: [AlertRecord] = []
    /// Open ones, and those that were cleared within the last days.
    var recent: [AlertRecord] = []
    var lastID: AlertID?
    var baselines: [BaselineOwner: BaselineRecord] = [:]

    /// Nothing.
    init() {}

    /// What the store has.
    init(_ store: AlertStore<some KeyValueStore>) throws(StoreError) {
        open = try store.alerts(status: .open, limit: Self.openLimit)
        recent = try store.alerts(limit: Self.recentLimit)
        lastID = recent.first?.id
        baselines = try store.baselines()
    }

    private static let openLimit = 10_000
    private static let recentLimit = 1000
}

/// The alerts that something may yet become of, what is learned for them, and what the channels are told: what the
/// thread of ``AlertService`` decides with.
///
/// Pure: it is told the time, and says what to store and send.
struct AlertBook: Sendable {
    private var rules: AlertRules
    /// Those that are open, and those of which a channel has yet to be told that they have cleared.
    private var alerts: [AlertID: AlertRecord] = [:]
    private var planners: [String: AlertPlanner] = [:]
    private let recent: [AlertRecord]
    /// Alerts of messages under way: they stay here whatever becomes of them meanwhile, so that what was told is noted.
    private var inFlight: [String: Set<AlertID>] = [:]
    private var changes: [StoreMonitor.Change] = []
    private(set) var figures = AlertFigures()

    /// A cleared alert that a channel could not be told of for so long is not told any more.
    private static let patience = Duration.seconds(86_400)

    /// A book that goes on from what an earlier process left.
    init(_ memory: AlertMemory) {
        rules = AlertRules(open: memory.open, lastID: memory.lastID, baselines: memory.baselines)
        recent = memory.recent
        for alert in memory.open + memory.recent where alert.hasMoreToTell { alerts[alert.id] = alert }
    }

    /// Takes one look; returns what followed from it.
    mutating func take(_ sample: AlertSample, _ settings: AlertsConfiguration) -> [AlertAction] {
        var settings = settings
        // Switched off, everything that is open is cleared, as nobody looks after it.
        if !settings.isEnabled { settings.kinds = [] }
        let actions = rules.take(sample, settings)
        for action in actions { note(action) }
        for (id, alert) in alerts where !inFlight.values.contains(where: { $0.contains(id) }) {
            if let clearedAt = alert.clearedAt, !alert.hasMoreToTell || sample.time - clearedAt > Self.patience {
                alerts[id] = nil
            }
        }
        // Open ones as the last look found them, with what the channels were told.
        for alert in rules.open.values { alerts[alert.id] = alert }
        figures.open = [:]
        for key in rules.open.keys { figures.open[key.kind, default: 0] += 1 }
        return actions
    }

    private mutating func note(_ action: AlertAction) {
        switch action {
        case .opened(let alert):
            figures.opened[alert.key.kind, default: 0] += 1
            fallthrough
        case .updated(let alert), .cleared(let alert):
            alerts[alert.id] = alert
            changes.append(.alert(alert))
        case .learned(let owner, let record): changes.append(.baseline(owner, record))
        }
    }

    /// What is to be stored since the last call.
    mutating func takeChanges() -> [StoreMonitor.Change] {
        defer { changes = [] }
        return changes
    }

    /// What is to be stored when the process ends.
    var changesAtEnd: [StoreMonitor.Change] {
        changes
            + rules.baselinesToSave.compactMap { action in
                if case .learned(let owner, let record) = action { .baseline(owner, record) } else { nil }
            }
            + rules.open.values.map { .alert($0) }
    }

    // MARK: - Messages

    /// The messages to send now; ``finish(_:isSuccess:at:)`` must follow for each.
    mutating func messages(_ settings: AlertsConfiguration, at now: Timestamp) -> [AlertPlanner.Message] {
        AlertSender.channels(of: settings).compactMap { channel in
            let message = planners[channel, default: AlertPlanner(channel: channel, recent: recent)]
                .next(Array(alerts.values), settings.messages, at: now)
            if let message { inFlight[channel] = Set(message.items.map(\.alert.id)) }
            return message
        }
    }

    /// Notes what became of a message.
    mutating func finish(_ message: AlertPlanner.Message, isSuccess: Bool, at now: Timestamp) {
        if isSuccess {
            figures.messages[message.channel, default: .init()].sent += 1
        } else {
            figures.messages[message.channel, default: .init()].failed += 1
        }
        inFlight[message.channel] = nil
        let tellings = planners[message.channel]?.finish(message, isSuccess: isSuccess, at: now) ?? [:]
        for (id, telling) in tellings {
            guard var alert = alerts[id] else { continue }
            alert.note(telling)
            alerts[id] = alert
            rules.note(telling, of: alert)
            changes.append(.alert(alert))
        }
    }
}
