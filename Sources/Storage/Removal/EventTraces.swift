public import EventModel

/// What has to be known of an event to find everything that was stored because of it.
public struct EventTraces: Sendable, Equatable {
    /// The event's place in the order of commits.
    public var sequence: EventSequence
    /// The environment that it belongs to; nil if the event says none that is known.
    public var environment: EnvironmentNumber?
    /// The configured name of its source.
    public var source: String
    /// Its message id.
    public var messageID: String
    /// Its business keys, under which it is known.
    public var eventIDs: [EventIDKey]
    /// Its identifiers; it is listed under at most one of them.
    public var nodes: [NodeID]
    /// The profiles that it was about when it was committed.
    public var profiles: [ProfileID]

    /// Traces of an event of which nothing can be read.
    public init(_ sequence: EventSequence) {
        self.sequence = sequence
        source = ""
        messageID = ""
        eventIDs = []
        nodes = []
        profiles = []
    }
}

extension EventIDKey: Equatable {
    /// Whether two keys are one.
    public static func == (left: EventIDKey, right: EventIDKey) -> Bool { left.bytes == right.bytes }
}
