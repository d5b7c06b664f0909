import EventModel
import Outbound
import Platform
import Storage

@testable import Gateway

/// A gateway that only the alert rules see, over as many weeks as a test needs.
struct AlertSimulation {
    /// Monday, from midnight.
    static let monday = Timestamp(CivilTime(year: 2026, month: 1, day: 5))

    var rules = AlertRules()
    var settings: AlertsConfiguration
    var time = Self.monday
    var step = Duration.seconds(300)
    var sources: [String: UInt64] = [:]
    var destinations: [String: AlertSample.Destination] = [:]
    var queue = AlertSample.Queue()
    var commit = CommitMetrics.Snapshot()
    var store = StoreReading()
    /// What followed so far, without what was learned.
    var actions: [AlertAction] = []
    /// What was stored last of what was learned.
    var learned: [BaselineOwner: BaselineRecord] = [:]

    init() throws {
        settings = try ConfigurationFixture().load(ConfigurationFixture.minimal).configuration.alerts
        settings.interval = step
    }

    /// Lets time pass; `change` is asked before each look what has happened since the last.
    mutating func run(
        for duration: Duration, _ change: (inout AlertSimulation, _ time: Timestamp) -> Void = { _, _ in }
    ) {
        let end = time + duration
        while time < end {
            time = time + step
            change(&self, time)
            look()
        }
    }

    mutating func look() {
        var sample = AlertSample(time: time)
        sample.sources = sources.sorted { $0.key < $1.key }.map {
            AlertSample.Source(name: $0.key, eventCount: $0.value)
        }
        sample.destinations = destinations.values.sorted { $0.name < $1.name }
        sample.queue = queue
        sample.commit = commit
        sample.store = store
        for action in rules.take(sample, settings) {
            if case .learned(let owner, let record) = action { learned[owner] = record } else { actions.append(action) }
        }
    }

    /// The next process, with what the store has.
    mutating func restart(after pause: Duration = .seconds(5)) {
        for case .learned(let owner, let record) in rules.baselinesToSave { learned[owner] = record }
        let open = rules.open.values.sorted { $0.id < $1.id }
        rules = AlertRules(open: Array(open), lastID: open.last?.id, baselines: learned)
        for name in sources.keys { sources[name] = 0 }
        for name in destinations.keys {
            destinations[name]?.delivered = 0
            destinations[name]?.failures = [:]
        }
        time = time + pause
    }

    /// A destination that takes `delivered` and refuses `failed` in this step.
    mutating func deliver(_ delivered: UInt64, failed: UInt64 = 0, to name: String, _ label: String = "http_503") {
        var destination = destinations[name] ?? AlertSample.Destination(name: name, state: .running)
        destination.delivered += delivered
        if failed > 0 { destination.failures[label, default: 0] += failed }
        destinations[name] = destination
    }

    /// What was opened and cleared, in words.
    var story: [String] {
        actions.compactMap { action in
            switch action {
            case .opened(let alert): "opened \(alert.key.kind.rawValue) \(alert.key.subject)"
            case .cleared(let alert): "cleared \(alert.key.kind.rawValue) \(alert.key.subject)"
            case .updated, .learned: nil
            }
        }
    }

    /// The alerts that were opened.
    var opened: [AlertRecord] {
        actions.compactMap { action in if case .opened(let alert) = action { alert } else { nil } }
    }

    /// The alerts that were cleared.
    var cleared: [AlertRecord] {
        actions.compactMap { action in if case .cleared(let alert) = action { alert } else { nil } }
    }
}

extension Duration {
    static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
    static func hours(_ count: Int) -> Duration { .seconds(3600 * count) }
    static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }
}
