public import Platform

/// How many events one request of a ``BatchDestination`` carries.
public struct BatchLimits: Sendable, Equatable {
    /// Events in a request, at least 1.
    public var count: Int
    /// Bytes of the parts together; a larger part goes alone.
    public var byteCount: Int
    /// How long an event may wait for others to go with it; zero sends what is there.
    public var age: Duration

    /// Limits from their parts.
    public init(count: Int, byteCount: Int, age: Duration = .zero) {
        self.count = count
        self.byteCount = byteCount
        self.age = age
    }
}

/// A destination that takes several events in one request and says what became of each.
///
/// ``Destination/prepare(_:at:)`` makes a request for each event alone, whose body is the event's *part*. The engine puts
/// together parts of requests with the same method, URL and ``OutboundRequest/batchKey``, up to the limits, and asks for
/// the request that carries them. Each event keeps its own attempts, retries and record; one that fails is put together
/// anew with others.
public protocol BatchDestination: Destination {
    /// How many events one request carries.
    var batchLimits: BatchLimits { get }

    /// The request that carries parts, at least one and in the order given.
    ///
    /// Headers with a token or a signature are made here and not in the parts, which may have waited.
    func joined(_ parts: [OutboundRequest], at time: Timestamp) -> OutboundRequest

    /// What an answer means for each part, in the order of the parts.
    ///
    /// If there is not one outcome for each part, ``Destination/outcome(on:at:)`` counts for all.
    func outcomes(on response: HTTPResponse, to parts: [OutboundRequest], at time: Timestamp) -> [PartOutcome]

    /// How long the destination asks to be left alone after an answer, whatever became of its parts; nil if it does not.
    ///
    /// For platforms that report how much of a quota is used up; `Retry-After` needs no mention. Nothing is sent for so
    /// long, at most for ``RetrySchedule/deadline``. The headers to look at are asked for in
    /// ``TransferOptions/responseHeaders``.
    func pause(after response: HTTPResponse, at time: Timestamp) -> Duration?
}

extension BatchDestination {
    /// Nil: the destination asks for nothing.
    public func pause(after response: HTTPResponse, at time: Timestamp) -> Duration? { nil }
}
