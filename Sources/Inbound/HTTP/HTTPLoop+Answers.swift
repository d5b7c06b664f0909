import CEvent
import Glibc
import Synchronization

/// Writing answers: all that the socket takes in one call, the rest when it takes more.
extension HTTPLoop {
    /// Sends an answer that came through the mailbox, or nothing if its request has been answered before.
    func send(_ answer: ExchangeAnswer) {
        let waiting = outstanding.take(answer.ticket)
        // Made even if nobody waits any more: whoever makes it counts it.
        let response = answer.response
        guard let waiting else { return }
        write(response, to: waiting.connection, waiting.context)
        endIfQuiet()
    }

    /// Lets the handler answer for requests that have waited too long; their own answers will find nobody.
    func answerLate() {
        for ticket in outstanding.tickets(where: { tick &- $0.since >= answerTicks }) {
            guard let response = handler.lateAnswer(to: HTTPExchange(mailbox: mailbox, ticket: ticket)) else {
                continue
            }
            send(ExchangeAnswer(ticket: ticket, content: .ready(response)))
        }
    }

    /// Answers the request in hand of a connection; nothing happens when its client has gone.
    func write(_ response: HTTPResponse, to connection: HTTPConnection, _ context: HTTPResponseEncoder.Context) {
        guard connection.isOpen else { return }
        var context = context
        if response.closesConnection || mailbox.isDraining.load(ordering: .relaxed) { context.closes = true }
        encoder.encode(response, context, at: time(nil))
        let sent: Int
        switch encoder.bytes.withUnsafeBytes({ connection.transport.write($0) }) {
        case .bytes(let count): sent = count
        case .needsReadable, .needsWritable: sent = 0
        case .ended: return close(connection)
        }
        guard sent < encoder.bytes.count else { return answered(connection, closes: context.closes) }
        connection.output = Array(encoder.bytes[sent...])
        connection.closesAfterOutput = context.closes
        connection.pace.sending(at: tick)
        sendingCount += 1
        watchWritable(connection)
    }

    /// The socket takes bytes again.
    func writable(_ connection: HTTPConnection) {
        if connection.readNeedsWritable {
            connection.readNeedsWritable = false
            readable(connection)
        }
        guard connection.isOpen, connection.pace.phase == .sending else { return }
        switch connection.output.withUnsafeBytes({ connection.transport.write($0) }) {
        case .bytes(let count):
            connection.output.removeFirst(count)
            connection.pace.sending(at: tick)
        case .needsReadable, .needsWritable: break
        case .ended: return close(connection)
        }
        guard connection.output.isEmpty else { return watchWritable(connection) }
        sendingCount -= 1
        answered(connection, closes: connection.closesAfterOutput)
        endIfQuiet()
    }

    /// The client has been sent the last byte of an answer.
    private func answered(_ connection: HTTPConnection, closes: Bool) {
        if !closes {
            connection.pace.answered(unread: connection.pending.count, at: tick)
            return readOn(connection)
        }
        // To close a socket with bytes unread tells the client that the connection is broken, and may cost it the answer.
        guard connection.hasUnreadBody else {
            connection.pace.answered(unread: 0, at: tick)
            return close(connection)
        }
        connection.transport.endWriting()
        connection.pace.lingering(at: tick)
        connection.pending = []
        resumeReading(connection)
    }
}
