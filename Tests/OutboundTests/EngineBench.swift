import EventModel
import Outbound
import Platform
import TestSupport

/// A store, a clock, and what is logged; each test brings its client.
struct EngineBench {
    let store = MemoryDeliveryStore()
    let clock = DeliveryTestClock()
    let sink = LineSink()

    func add(_ sequences: ClosedRange<UInt64>, to destinations: [String]) {
        for sequence in sequences { add(sequence, to: destinations) }
    }

    /// Adds an event with its deliveries; about the first of `profiles`, into which it merged the others.
    func add(_ sequence: UInt64, to destinations: [String], of profiles: [ProfileID] = []) {
        let merged = profiles.dropFirst().map { "\"\($0)\"" }.joined(separator: ",")
        let identity = profiles.first.map { #""profile_id":"\#($0)","merged_profiles":[\#(merged)]"# } ?? ""
        store.add(
            sequence, to: destinations, at: clock.now, canonical: #"{"event_id":"e\#(sequence)"}"#,
            decisions: #"{"identity":{\#(identity)}}"#, of: profiles)
    }

    func engine(
        _ destinations: [any Destination], _ client: any HTTPClient, level: LogLevel = .warning,
        removed: [String] = [], statistics: DeliveryStatistics = DeliveryStatistics(),
        _ change: (inout DeliveryEngineConfiguration) -> Void = { _ in }
    ) -> DeliveryEngine {
        var configuration = DeliveryEngineConfiguration()
        configuration.outcomeDelay = .milliseconds(1)
        configuration.clockCheckInterval = .milliseconds(2)
        configuration.pauseDelay = .milliseconds(2)
        change(&configuration)
        return DeliveryEngine(
            destinations: destinations, removed: removed, store: store, client: client, clock: clock,
            logger: Logger(level: level, sink: sink, clock: clock), statistics: statistics,
            configuration: configuration)
    }

    /// Waits until the engine has looked at its clocks and at the queue of `a` since this was called.
    func look(_ engine: DeliveryEngine) {
        // What is being done when this is called may rest on an earlier look at the clocks.
        for _ in 0..<3 {
            let count = store.state.withLock { $0.pullCount }
            engine.notifyCommitted(destination: "a")
            store.state.wait { $0.pullCount > count }
        }
    }

    /// Waits until so many deliveries have come to an end.
    func waitUntilSettled(_ count: Int) -> Bool { store.state.wait { $0.settled.count >= count } }

    var outcomes: [DeliveryOutcome] { store.state.withLock { $0.outcomes } }
    var violations: [String] { store.state.withLock { $0.violations } }
}
