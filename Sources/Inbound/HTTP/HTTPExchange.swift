/// Where the answer to one request goes.
public struct HTTPExchange: Sendable {
    let mailbox: HTTPMailbox
    let ticket: ExchangeTicket

    /// The request's place among those of its loop that wait for their answers, from 0.
    ///
    /// No two of them share one; once a request is answered, the next takes its place. So a handler can keep what it
    /// knows of waiting requests in an array.
    public var place: Int { Int(ticket.slot) }

    /// Sends the answer.
    ///
    /// Callable from any thread, exactly once; what follows the first is ignored. Called within `handle` it is sent
    /// as soon as that returns, otherwise the request's loop is woken. When the client has gone, or the server has
    /// stopped, nothing happens.
    public func respond(_ response: HTTPResponse) { mailbox.respond(ticket, response) }
}

/// Names one outstanding request of one loop, and never another after it.
struct ExchangeTicket: Sendable, Equatable {
    /// The place in the loop's table.
    var slot: UInt32
    /// How often the place had been used before.
    var generation: UInt32
}
