import Inbound
import Platform

/// Collects answers of many requests, so that each event loop is woken once for all of them.
final class AnswerOutbox: @unchecked Sendable {
    // @unchecked: the batch is only touched on the syncer's thread, which alone calls `add` and `send`.
    private var batch = HTTPAnswerBatch()

    /// Adds the answer to one request; it goes out with the next ``send()``.
    func add(_ exchange: HTTPExchange, _ response: HTTPResponse) { batch.add(exchange, response) }

    /// Adds an answer that the request's loop makes.
    func add(_ exchange: HTTPExchange, makingWith make: @escaping @Sendable () -> HTTPResponse) {
        batch.add(exchange, makingWith: make)
    }

    /// Sends what has been added.
    func send() { batch.send() }
}
