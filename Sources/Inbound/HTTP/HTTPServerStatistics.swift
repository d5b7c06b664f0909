/// What a server has done so far.
public struct HTTPServerStatistics: Sendable, Equatable {
    /// Connections open now, those that have sent nothing included.
    public var openConnections = 0

    /// Connections accepted since the start.
    public var acceptedConnections = 0

    /// Requests read in full since the start, those the server itself refused included.
    public var requests = 0

    /// Nothing so far.
    public init() {}
}
