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
    /// Decides from the head alone whether a request's body is read.
    ///
    /// Called once a request, before `100 Continue` is sent and before a byte of the body is waited for. Must not block.
    ///
    /// - Parameter request: The request without its body; lent for the duration of the call.
    /// - Returns: How long a body is read, or the answer to a request that is refused.
    func admit(_ request: HTTPRequest) -> HTTPAdmission

    /// Takes a request that was admitted and whose body is complete.
    ///
    /// Must not block: every other connection of the loop waits meanwhile. What it needs of `request` it reads or
    /// copies before it returns.
    ///
    /// - Parameters:
    ///   - request: The request; its memory is lent for the duration of the call.
    ///   - exchange: Where the answer goes, now or later from any thread, exactly once. A request that is never
    ///     answered holds its connection until the server stops.
    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange)

    /// Answers for a request that has waited longer than ``HTTPServerConfiguration/answerTimeout``.
    ///
    /// The answer that comes after this one is dropped.
    ///
    /// - Parameter exchange: As it was given to ``handle(_:_:)``.
    /// - Returns: The answer; nil to wait on, until asked again at the loop's next tick.
    func lateAnswer(to exchange: HTTPExchange) -> HTTPResponse?
}

extension HTTPLoopHandler {
    /// Takes every request whose body is within the server's own limit.
    public func admit(_ request: HTTPRequest) -> HTTPAdmission { .read(bodyByteLimit: .max) }

    /// Waits for as long as it takes.
    public func lateAnswer(to exchange: HTTPExchange) -> HTTPResponse? { nil }
}

/// What a handler says to a request's head.
public enum HTTPAdmission: Sendable {
    /// Read the body, up to so many bytes or the server's own limit; then hand the request over.
    case read(bodyByteLimit: Int)
    /// Answer this. The body is not read: unless it is here already, the connection ends after the answer.
    case refuse(HTTPResponse)
}
