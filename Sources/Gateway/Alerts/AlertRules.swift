import EventModel
import Outbound
import Platform
import Storage

/// What is to be done about an alert, or about what was learned.
enum AlertAction: Sendable, Equatable {
    case opened(AlertRecord)
    /// It is still open, with other figures.
    case updated(AlertRecord)
    case cleared(AlertRecord)
    case learned(BaselineOwner, BaselineRecord)
}

/// What one look found about something that an alert may be about.
struct AlertFinding {
    var summary: String
    var nextStep: String
    var figures: [AlertRecord.Figure]
}

/// Decides from one look after another which alerts are opened and cleared.
///
/// Pure: everything it knows, it was told; docs/alerts.md says what each kind means.
struct AlertRules: Sendable {
    /// The alerts that are open, as the last look found them.
    private(set) var open: [AlertKey: AlertRecord] = [:]
    private var conditions: [AlertKey: AlertCondition] = [:]
    private var savedAt: [AlertKey: Timestamp] = [:]
    private var lastID: AlertID?
    var destinations: [String: DestinationWatch] = [:]
    var sources: [String: SourceWatch] = [:]
    var previous: AlertSample?
    private var baselines: [BaselineOwner: BaselineRecord]
    private var learnedAt: Timestamp?

    /// How often an open alert's figures are stored, and what was learned within an hour.
    private static let saveInterval = Duration.seconds(60)
    private static let learnInterval = Duration.seconds(300)

    /// Rules that go on where an earlier process was.
    ///
    /// - Parameters:
    ///   - open: The alerts that are open.
    ///   - lastID: The id that was given last, if one was.
    ///   - baselines: What was learned.
    init(open: [AlertRecord] = [], lastID: AlertID? = nil, baselines: [BaselineOwner: BaselineRecord] = [:]) {
        for alert in open {
            self.open[alert.key] = alert
            conditions[alert.key] = AlertCondition(isOpen: true)
        }
        self.lastID = lastID
        self.baselines = baselines
    }

    /// Takes one look.
    ///
    /// - Returns: What follows from it, in order.
    mutating func take(_ sample: AlertSample, _ settings: AlertsConfiguration) -> [AlertAction] {
        var turn = Turn(time: sample.time, span: span(to: sample, settings), settings: settings)
        for destination in sample.destinations { look(at: destination, &turn) }
        for source in sample.sources { look(at: source, &turn) }
        lookAtQueue(sample, &turn)
        lookAtStore(sample, &turn)
        clearTheRest(&turn)
        forgetTheRest(sample)
        if turn.isLearning { learnedAt = sample.time }
        previous = sample
        return turn.actions
    }

    /// What was learned so far and is not stored yet; for the end of the process.
    var baselinesToSave: [AlertAction] {
        destinations.map { .learned(.destination($0.key), $0.value.baseline.record) }
            + sources.map { .learned(.source($0.key), $0.value.baseline.record) }
    }

    /// Notes what a channel was told of an alert, if it is still open.
    mutating func note(_ telling: AlertRecord.Telling, of alert: AlertRecord) {
        if open[alert.key]?.id == alert.id { open[alert.key]?.note(telling) }
    }

    // MARK: - One look

    /// One call of ``take(_:_:)``.
    struct Turn {
        let time: Timestamp
        /// How long ago the last look was; zero if too long ago to say what was meanwhile.
        let span: Duration
        let settings: AlertsConfiguration
        /// Whether what was learned is stored this time, even within an hour.
        var isLearning = false
        var actions: [AlertAction] = []
        /// What was looked at, so that what was not can be cleared.
        var judged: Set<AlertKey> = []
        /// Destinations of which nothing is known yet, as right after the start.
        var unknown: Set<String> = []
        /// Why alerts of a destination or source that is not watched are cleared.
        var notes: [String: String] = [:]

        /// Whether an alert is about a destination of which nothing is known yet.
        func isUnknown(_ key: AlertKey) -> Bool {
            switch key.kind {
            case .platformDown, .deliveryRateDrop, .queueBacklog, .destinationDisabled: unknown.contains(key.subject)
            case .trackingStopped, .storeTrouble: false
            }
        }
    }

    private func span(to sample: AlertSample, _ settings: AlertsConfiguration) -> Duration {
        guard let previous else { return .zero }
        let span = sample.time - previous.time
        // A clock that jumped, or a process that stood still: nobody knows what was meanwhile.
        return span > .zero && span <= settings.interval * 4 + .seconds(60) ? span : .zero
    }

    mutating func mustSave(_ turn: inout Turn) -> Bool {
        if turn.isLearning { return true }
        let isDue = learnedAt.map { turn.time - $0 >= Self.learnInterval || turn.time < $0 } ?? true
        if isDue { turn.isLearning = true }
        return isDue
    }

    func baseline(of owner: BaselineOwner) -> BaselineRecord? { baselines[owner] }

    func isOpen(_ key: AlertKey) -> Bool { open[key] != nil }

    /// Takes one judgement, and opens, keeps or clears the alert.
    ///
    /// - Parameters:
    ///   - key: What is judged.
    ///   - level: How it is.
    ///   - since: Since when it is bad, if that is known better than by looking.
    ///   - after: How long it must be bad to open, and good to clear.
    ///   - turn: The look.
    ///   - finding: What there is to say; asked only if an alert opens or is open.
    mutating func judge(
        _ key: AlertKey, _ level: AlertLevel, since: Timestamp? = nil, after: Duration, _ turn: inout Turn,
        _ finding: (_ since: Timestamp) -> AlertFinding
    ) {
        guard turn.settings.kinds.contains(key.kind) else { return }
        turn.judged.insert(key)
        let change = conditions[key, default: AlertCondition()].note(
            level, at: turn.time, since: since, openAfter: after, clearAfter: after)
        switch change {
        case .opened(let since):
            let id = AlertID(after: lastID, at: turn.time)
            lastID = id
            let finding = finding(since)
            let alert = AlertRecord(
                id: id, key: key, openedAt: turn.time, since: since, summary: finding.summary,
                nextStep: finding.nextStep, figures: finding.figures)
            open[key] = alert
            savedAt[key] = turn.time
            turn.actions.append(.opened(alert))
        case .cleared: clear(key, "Things are as they should be again.", &turn)
        case nil:
            guard level == .bad, var alert = open[key] else { return }
            let finding = finding(alert.since)
            (alert.summary, alert.nextStep, alert.figures) = (finding.summary, finding.nextStep, finding.figures)
            guard alert != open[key] else { return }
            open[key] = alert
            guard turn.time - (savedAt[key] ?? alert.openedAt) >= Self.saveInterval else { return }
            savedAt[key] = turn.time
            turn.actions.append(.updated(alert))
        }
    }

    private mutating func clear(_ key: AlertKey, _ note: String, _ turn: inout Turn) {
        conditions[key] = nil
        savedAt[key] = nil
        guard var alert = open.removeValue(forKey: key) else { return }
        alert.clearedAt = turn.time
        alert.clearNote = note
        turn.actions.append(.cleared(alert))
    }

    /// Clears what nobody looks at any more.
    private mutating func clearTheRest(_ turn: inout Turn) {
        for key in open.keys.sorted(by: { ($0.kind.rawValue, $0.subject) < ($1.kind.rawValue, $1.subject) })
        where !turn.judged.contains(key) && !turn.isUnknown(key) {
            let isWatched = turn.settings.kinds.contains(key.kind)
            clear(
                key,
                isWatched
                    ? turn.notes[key.subject] ?? "The configuration does not name it any more, or disables it."
                    : "The configuration does not ask for this kind any more.", &turn)
        }
        // A destination of which nothing is known yet, as right after a start, keeps what an earlier process knew of it.
        for key in conditions.keys where !turn.judged.contains(key) && !turn.isUnknown(key) { conditions[key] = nil }
    }

    private mutating func forgetTheRest(_ sample: AlertSample) {
        let names = Set(sample.destinations.map(\.name))
        for name in destinations.keys where !names.contains(name) { forgetDestination(name) }
        let sourceNames = Set(sample.sources.map(\.name))
        for name in sources.keys where !sourceNames.contains(name) {
            baselines[.source(name)] = sources.removeValue(forKey: name)?.baseline.record
        }
    }

    /// Forgets what a destination does, but not what is usual for it.
    mutating func forgetDestination(_ name: String) {
        guard let watch = destinations.removeValue(forKey: name) else { return }
        baselines[.destination(name)] = watch.baseline.record
    }
}
