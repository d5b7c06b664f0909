public import Platform

/// What the delivery engine knows of a destination and must not forget when the process ends.
public struct DestinationState: Sendable, Equatable {
    /// Why nothing is sent until an operator acts.
    ///
    /// Raw values are contracts.
    public enum Stop: String, Sendable, CaseIterable {
        /// The destination answered 410.
        case gone
        /// An operator holds it.
        case held
        /// It refused credentials or settings; a new process tries it again.
        case refused
    }

    /// Why nothing is sent; nil if nothing stands against it.
    public var stop: Stop?
    /// Since when.
    public var stoppedAt: Timestamp?
    /// Until when the circuit breaker is open; nil if it is closed.
    public var breakerOpenUntil: Timestamp?
    /// How long the breaker is open this time; doubled by each failed probe.
    public var breakerCooldownMilliseconds: Int64 = 0
    /// Until when the destination asked to be left alone.
    public var pausedUntil: Timestamp?

    /// The state of a destination of which nothing is known.
    public init() {}

    /// Whether there is nothing to remember.
    public var isEmpty: Bool { self == DestinationState() }
}
