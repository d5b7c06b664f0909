/// Answers to many requests, sent with one lock and one wake a loop.
///
/// For whoever finishes hundreds of requests at once, such as a group commit. Keeps its memory between batches; not
/// thread-safe.
public struct HTTPAnswerBatch {
    private var groups: [Group] = []

    private struct Group {
        let mailbox: HTTPMailbox
        var answers: [ExchangeAnswer]
    }

    /// An empty batch.
    public init() {}

    /// Adds the answer to one request.
    public mutating func add(_ exchange: HTTPExchange, _ response: HTTPResponse) {
        add(ExchangeAnswer(ticket: exchange.ticket, content: .ready(response)), exchange)
    }

    /// Adds an answer that is yet to be made, on the thread of the request's loop.
    ///
    /// Loops work in parallel and whoever finishes many requests does not; and what a loop has allocated for a request is
    /// given back where it came from. `make` is called once, even if nobody waits for the answer any more, but not when
    /// the loop has ended.
    public mutating func add(_ exchange: HTTPExchange, makingWith make: @escaping @Sendable () -> HTTPResponse) {
        add(ExchangeAnswer(ticket: exchange.ticket, content: .made(by: make)), exchange)
    }

    private mutating func add(_ answer: ExchangeAnswer, _ exchange: HTTPExchange) {
        // As many groups as loops: a handful.
        for index in groups.indices where groups[index].mailbox === exchange.mailbox {
            groups[index].answers.append(answer)
            return
        }
        groups.append(Group(mailbox: exchange.mailbox, answers: [answer]))
    }

    /// Sends what has been added since the last time.
    public mutating func send() {
        for index in groups.indices where !groups[index].answers.isEmpty {
            groups[index].mailbox.post(groups[index].answers)
            groups[index].answers.removeAll(keepingCapacity: true)
        }
    }
}
