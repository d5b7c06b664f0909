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
/// together parts of requests with the same method and URL, up to the limits, and asks for the request that carries them.
/// Each event keeps its own attempts, retries and record; one that fails is put together anew with others.
public protocol BatchDestination: Destination {
    /// How many events one request carries.
    var batchLimits: BatchLimits { get }

    /// The request that carries parts, at least one and in the order given.
    func joined(_ parts: [OutboundRequest], at time: Timestamp) -> OutboundRequest

    /// What an answer means for each part, in the order of the parts.
    ///
    /// If there is not one verdict for each part, ``Destination/verdict(on:at:)`` counts for all.
    func verdicts(on response: HTTPResponse, to parts: [OutboundRequest], at time: Timestamp) -> [AttemptVerdict]
}
