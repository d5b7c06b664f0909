public import EventModel
public import Platform

/// Where events are delivered: a custom HTTP endpoint or an advertising platform.
///
/// A destination decides what is sent and what an answer means; it does no I/O. The delivery engine calls it from its one
/// thread.
public protocol Destination: Sendable {
    /// The configured name, which deliveries carry.
    var name: String { get }

    /// How the engine treats this destination.
    var policy: DeliveryPolicy { get }

    /// The version of the template that makes the bodies, if one does.
    var templateVersion: String? { get }

    /// The request that delivers an event, or why there is none.
    ///
    /// The same event gives the same body and `event_id` in every attempt.
    func prepare(_ event: EventView, at time: Timestamp) -> Preparation

    /// The request that delivers an event with a body that was sent before, signed anew.
    ///
    /// Where bodies are not signed, the request of ``prepare(_:at:)`` with the other body will do, which is the default.
    func prepare(_ event: EventView, sending body: [UInt8], at time: Timestamp) -> Preparation

    /// What an answer means.
    func verdict(on response: HTTPResponse, at time: Timestamp) -> AttemptVerdict

    /// What an answer means, with the destination's words.
    ///
    /// Asked in place of ``verdict(on:at:)``, which it rests on unless a destination has words of its own.
    func outcome(on response: HTTPResponse, at time: Timestamp) -> PartOutcome

    /// A copy of text or a body without this destination's secrets, for keeping and showing.
    func masked(_ bytes: [UInt8]) -> [UInt8]
}

extension Destination {
    /// The request of today with the other body.
    public func prepare(_ event: EventView, sending body: [UInt8], at time: Timestamp) -> Preparation {
        let preparation = prepare(event, at: time)
        guard case .send(var request) = preparation else { return preparation }
        request.body = body
        return .send(request)
    }

    /// The verdict that the status gives, with `Retry-After`.
    public func verdict(on response: HTTPResponse, at time: Timestamp) -> AttemptVerdict {
        let retryAfter = response.retryAfter(at: time)
        return AttemptVerdict(statusCode: response.statusCode, retryAfter: retryAfter)
    }

    /// The verdict, without words.
    public func outcome(on response: HTTPResponse, at time: Timestamp) -> PartOutcome {
        PartOutcome(verdict(on: response, at: time))
    }
}

/// How the engine treats a destination.
public struct DeliveryPolicy: Sendable, Equatable {
    /// When to try again.
    public var retry: RetrySchedule
    /// Requests that may be under way at once.
    public var concurrencyLimit: Int
    /// Events that may be sent in a time, retries included; nil for as many as come.
    public var rate: SendingRate?
    /// Requests that may be sent in a time, however many events each carries; nil for as many as come.
    public var requestRate: SendingRate?
    /// When it is left alone because it only fails; nil for never.
    public var breaker: BreakerPolicy?
    /// Which events must not overtake each other.
    public var ordering: DeliveryOrdering
    /// Whether anything is sent; otherwise deliveries wait.
    public var isEnabled: Bool

    /// A policy from its parts.
    public init(
        retry: RetrySchedule, concurrencyLimit: Int = 16, rate: SendingRate? = nil, requestRate: SendingRate? = nil,
        breaker: BreakerPolicy? = nil, ordering: DeliveryOrdering = .none, isEnabled: Bool = true
    ) {
        self.retry = retry
        self.concurrencyLimit = concurrencyLimit
        self.rate = rate
        self.requestRate = requestRate
        self.breaker = breaker
        self.ordering = ordering
        self.isEnabled = isEnabled
    }
}

/// Which events of a destination are delivered in the order of their commits.
///
/// Raw values are contracts.
public enum DeliveryOrdering: String, Sendable, CaseIterable {
    /// None: each as soon as it can.
    case none
    /// Those of one profile (docs/adr/0008-ordering.md).
    case profile
}

/// What a destination makes of an event.
public enum Preparation: Sendable, Equatable {
    case send(OutboundRequest)
    /// The destination cannot take the event, with the reason in words.
    case drop(DropReason, String)
    /// The request could not be made.
    case renderFailed(RenderFailure)
}
