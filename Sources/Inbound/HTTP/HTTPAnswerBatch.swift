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
        let answer = ExchangeAnswer(ticket: exchange.ticket, response: response)
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
