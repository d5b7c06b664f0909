/// What answers the requests of a server.
public protocol HTTPHandler: Sendable {
    /// Makes the part that lives on one event loop.
    ///
    /// Called once on each loop's thread before its first request, so what it makes needs no locks: buffers and
    /// parsers kept there are reused from request to request.
    func makeLoopHandler() -> any HTTPLoopHandler
}

/// What answers the requests of one event loop, always on that loop's thread.
public protocol HTTPLoopHandler: AnyObject {
    /// Takes a request.
    ///
    /// Must not block: every other connection of the loop waits meanwhile. What it needs of `request` it reads or
    /// copies before it returns.
    ///
    /// - Parameters:
    ///   - request: The request; its memory is lent for the duration of the call.
    ///   - exchange: Where the answer goes, now or later from any thread, exactly once. A request that is never
    ///     answered holds its connection until the server stops.
    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange)
}
