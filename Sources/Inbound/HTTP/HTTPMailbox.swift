import Glibc
import Platform
import Synchronization

/// An answer on its way to the loop that holds its request.
struct ExchangeAnswer: Sendable {
    /// What there is of the answer.
    enum Content: Sendable {
        case ready(HTTPResponse)
        /// To be made on the loop's thread.
        case made(by: @Sendable () -> HTTPResponse)
    }

    var ticket: ExchangeTicket
    var content: Content

    /// The answer itself; to be asked for once.
    var response: HTTPResponse {
        switch content {
        case .ready(let response): response
        case .made(let make): make()
        }
    }
}

/// What other threads may ask of a loop.
enum LoopCommand: Sendable {
    /// Accept no more; acknowledged through ``HTTPMailbox/awaitAcknowledgement()``.
    case drain
    /// End when nothing is outstanding, or after the grace period.
    case stop(gracePeriod: Duration)
}

/// The only part of an event loop that other threads reach: what they send it, and its counters.
final class HTTPMailbox: @unchecked Sendable {
    // @unchecked: `thread` is written before any exchange exists and only read after; `handling` and `immediate` are
    // touched on that thread alone. All else is Sendable by itself.

    /// Readable when something is in the mailbox.
    let wake = WakeDescriptor()
    private let inbox = Guarded(Inbox())
    private let acknowledgement = WakeDescriptor()

    /// Set from the moment on which new requests are refused.
    let isDraining = Atomic(false)
    /// Connections open now, and accepted since the start; requests read since the start.
    ///
    /// Written by the loop.
    let openConnections = Atomic(0)
    let acceptedConnections = Atomic(0)
    let requests = Atomic(0)

    private var thread = pthread_t()
    private var handling: ExchangeTicket?
    private var immediate: HTTPResponse?

    private struct Inbox: Sendable {
        var answers: [ExchangeAnswer] = []
        var commands: [LoopCommand] = []
        var isClosed = false
        var isEmpty: Bool { answers.isEmpty && commands.isEmpty }
    }

    // MARK: Any thread

    /// Sends an answer; dropped when the loop has ended.
    func respond(_ ticket: ExchangeTicket, _ response: HTTPResponse) {
        if pthread_equal(pthread_self(), thread) != 0, handling == ticket {
            if immediate == nil { immediate = response }
            return
        }
        put { $0.answers.append(ExchangeAnswer(ticket: ticket, content: .ready(response))) }
    }

    /// Sends answers; dropped when the loop has ended.
    func post(_ answers: [ExchangeAnswer]) { put { $0.answers.append(contentsOf: answers) } }

    /// Sends a command and says whether there is a loop to obey it.
    @discardableResult
    func post(_ command: LoopCommand) -> Bool { put { $0.commands.append(command) } }

    /// Blocks until the loop has obeyed a ``LoopCommand/drain`` or has ended.
    func awaitAcknowledgement() {
        var poll = pollfd(fd: acknowledgement.descriptor, events: Int16(POLLIN), revents: 0)
        while Glibc.poll(&poll, 1, -1) < 0 && errno == EINTR {}
    }

    @discardableResult
    private func put(_ change: (inout Inbox) -> Void) -> Bool {
        let (isOpen, wasEmpty) = inbox.withLock { inbox in
            guard !inbox.isClosed else { return (false, false) }
            let wasEmpty = inbox.isEmpty
            change(&inbox)
            return (true, wasEmpty)
        }
        // Whoever filled it before has woken the loop, which takes everything at once.
        if wasEmpty { wake.wake() }
        return isOpen
    }

    // MARK: The loop's thread

    /// Makes the calling thread the loop's.
    func adoptThread() { thread = pthread_self() }

    /// Moves everything that has come into the two arrays, which must be empty; their memory serves the next batch.
    func take(answers: inout [ExchangeAnswer], commands: inout [LoopCommand]) {
        wake.drain()
        inbox.withLock { inbox in
            swap(&inbox.answers, &answers)
            swap(&inbox.commands, &commands)
        }
    }

    /// Runs `body`, the handling of one request, and returns the answer if it was given meanwhile.
    func answer(to ticket: ExchangeTicket, givenWithin body: () -> Void) -> HTTPResponse? {
        handling = ticket
        body()
        handling = nil
        defer { immediate = nil }
        return immediate
    }

    /// Tells ``awaitAcknowledgement()`` that the loop accepts no more.
    func acknowledgeDrain() { acknowledgement.wake() }

    /// Takes nothing any more: the loop has ended.
    func close() {
        inbox.withLock { inbox in
            inbox.isClosed = true
            inbox.answers = []
            inbox.commands = []
        }
        acknowledgement.wake()
    }
}
