public import EventModel
public import Platform

/// How ``DeliveryEngine`` works.
public struct DeliveryEngineConfiguration: Sendable {
    /// Due deliveries of one destination held in memory.
    public var windowLimit = 256
    /// Deliveries that one destination may start before the others get their turn.
    public var turnLimit = 16
    /// How long an outcome may wait to be recorded with others.
    public var outcomeDelay = Duration.milliseconds(20)
    /// Outcomes that are recorded together.
    public var outcomeBatchLimit = 128
    /// How often the wall clock is looked at while nothing happens, so that a jump is noticed.
    public var clockCheckInterval = Duration.seconds(1)
    /// How long to wait after the store failed, or after the client took no more requests.
    public var pauseDelay = Duration.seconds(1)
    /// Parsed events kept for the next destination.
    public var eventCacheLimit = 64
    /// How often parked deliveries without a predecessor are looked for.
    public var orderRepairInterval = Duration.seconds(600)
    /// How often statistics are published while there is work.
    public var statisticsInterval = Duration.milliseconds(200)
    /// How the engine's thread competes for the processor.
    public var priority = DedicatedThread.Priority.background

    /// The default configuration.
    public init() {}
}

/// What an operator wants of a destination.
public enum DeliveryCommand: Sendable, Equatable {
    /// Send nothing until resumed; deliveries wait and use up no attempts.
    case hold
    /// Send again: lifts a hold, what 410 brought and a refusal, closes the circuit breaker, forgets pauses and slowness.
    case resume
}

/// Delivers what the committer wrote: one thread that serves all destinations.
///
/// Everything that must survive is in the store; the engine holds a bounded window of it. Each destination has its own
/// window and its own limit on requests under way, so that one that is slow or dead holds up no other.
public final class DeliveryEngine: Sendable {
    private let mailbox: DeliveryMailbox
    private let thread: DedicatedThread

    /// Starts delivering.
    ///
    /// - Parameters:
    ///   - destinations: Where to deliver; names differ. Deliveries to a disabled one wait.
    ///   - removed: Names that were destinations and are none any more: what waits for them is dropped as
    ///     `destination_removed`, and so is what is committed later for a name that is in neither list.
    ///   - store: Where deliveries wait.
    ///   - client: Sends requests; outlives the engine.
    ///   - gate: Asked right before each attempt whether the event may still be sent.
    ///   - clock: Says what is due.
    ///   - logger: Gets one line for each failed attempt.
    ///   - statistics: Told how destinations fare.
    ///   - configuration: Limits and delays.
    public init(
        destinations: [any Destination], removed: [String] = [], store: any DeliveryStore, client: any HTTPClient,
        gate: any DispatchGate = OpenDispatchGate(), clock: any WallClock = SystemClock(), logger: Logger,
        statistics: DeliveryStatistics = DeliveryStatistics(),
        configuration: DeliveryEngineConfiguration = DeliveryEngineConfiguration()
    ) {
        precondition(Set(destinations.map(\.name)).count == destinations.count, "two destinations have one name")
        let mailbox = DeliveryMailbox(destinations: destinations.map(\.name))
        self.mailbox = mailbox
        // Started here: a thread begins with the priority of the one that starts it.
        let clerk = OutcomeClerk(priority: configuration.priority)
        thread = DedicatedThread(name: "delivery", priority: configuration.priority) {
            DeliveryLoop(
                destinations: destinations, removed: removed, store: store, client: client, gate: gate, clock: clock,
                logger: logger, statistics: statistics, configuration: configuration, mailbox: mailbox, clerk: clerk
            ).run()
            clerk.stop()
        }
    }

    /// Says that deliveries to a destination have been committed.
    ///
    /// Cheap, from any thread; calls before the engine has looked count as one.
    public func notifyCommitted(destination: String) { mailbox.postCommit(destination: destination) }

    /// Does with a destination what an operator wants; unknown names are ignored.
    ///
    /// From any thread. In force shortly after, and across restarts: what is taken while the engine stops is in force in
    /// the next one.
    ///
    /// - Returns: False if the engine has ended, so that nobody will do it.
    @discardableResult
    public func perform(_ command: DeliveryCommand, on destination: String) -> Bool {
        mailbox.post(command, destination: destination)
    }

    /// Starts nothing more, waits for what is under way, records outcomes and joins the thread.
    ///
    /// What is not answered within `grace` is marked as ambiguous and stays due. Calling it again does nothing.
    public func stop(grace: Duration) {
        mailbox.postStop(grace: grace)
        thread.join()
    }
}
