public import Platform

/// A wall clock that stands still until a test moves it.
public final class DeliveryTestClock: WallClock {
    private let time: Guarded<Timestamp>

    /// A clock that shows `time`.
    public init(_ time: Timestamp = Timestamp(seconds: 1_776_953_553)) { self.time = Guarded(time) }

    /// The time it was set to.
    public var now: Timestamp { time.withLock { $0 } }

    /// Moves the clock, backwards if negative.
    public func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
