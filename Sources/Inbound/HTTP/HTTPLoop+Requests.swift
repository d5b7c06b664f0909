import CEvent
import Glibc
import Platform
import Synchronization

/// Reading requests.
///
/// A request that comes in one piece is handled where it was read, nothing copied. Of one that comes in pieces, the head
/// is kept until it is complete, then head and body apart. While a request waits for its answer nothing more is taken
/// from its connection, so one client holds at most one body.
extension HTTPLoop {
    /// The socket has bytes, or its client has gone.
    func readable(_ connection: HTTPConnection) {
        guard connection.takesRequests || connection.pace.phase == .lingering else { return pauseReading(connection) }
        // A TLS session may hold more than one read gives, of which the socket tells nothing.
        repeat {
            switch connection.transport.read(into: scratch) {
            case .bytes(let count):
                if connection.pace.phase == .lingering { continue }
                connection.pace.received(count, at: tick)
                take(UnsafeRawBufferPointer(rebasing: scratch[..<count]), from: connection)
            case .needsReadable: return
            case .needsWritable:
                connection.readNeedsWritable = true
                return watchWritable(connection)
            case .ended: return close(connection)
            }
        } while connection.transport.isTLS && connection.takesRequests
    }

    /// Goes on with what came while the last request waited.
    func readOn(_ connection: HTTPConnection) {
        resumeReading(connection)
        guard connection.isOpen, !connection.isAdvancing else { return }
        if !connection.pending.isEmpty { advancePending(connection) }
        if connection.transport.isTLS, connection.takesRequests { readable(connection) }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, from connection: HTTPConnection) {
        guard connection.pending.isEmpty else {
            connection.pending.append(contentsOf: bytes)
            return advancePending(connection)
        }
        let count = advance(connection, bytes)
        guard connection.isOpen else { return }
        if count < bytes.count { connection.pending = Array(UnsafeRawBufferPointer(rebasing: bytes[count...])) }
        noteBegun(connection)
    }

    private func advancePending(_ connection: HTTPConnection) {
        let bytes = connection.pending
        connection.pending = []
        let count = bytes.withUnsafeBytes { advance(connection, $0) }
        guard connection.isOpen else { return }
        if count < bytes.count { connection.pending = count == 0 ? bytes : Array(bytes[count...]) }
        noteBegun(connection)
    }

    /// Counts the time of a request whose beginning came together with the end of the one before.
    private func noteBegun(_ connection: HTTPConnection) {
        guard connection.pace.phase == .idle, !connection.pending.isEmpty || connection.partial != nil else { return }
        connection.pace.received(connection.pending.count, at: tick)
    }

    // MARK: One request after the other

    /// Takes as many requests from `bytes` as are complete and may be taken.
    ///
    /// - Returns: How many bytes are done with.
    private func advance(_ connection: HTTPConnection, _ bytes: UnsafeRawBufferPointer) -> Int {
        connection.isAdvancing = true
        defer { connection.isAdvancing = false }
        var position = 0
        while position < bytes.count, connection.takesRequests {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            let count = connection.partial == nil ? begin(connection, rest) : goOn(connection, rest)
            // No head yet: it is looked at again when more has come.
            if count == 0 { break }
            position += count
        }
        return position
    }

    /// Reads the head at the beginning of `bytes`, and the body if it is there.
    ///
    /// - Returns: How many bytes are done with; 0 if the head is not complete.
    private func begin(_ connection: HTTPConnection, _ bytes: UnsafeRawBufferPointer) -> Int {
        let head: HTTPHead
        switch HTTPHeadParser.parse(
            bytes, byteLimit: configuration.headerByteLimit, fieldLimit: configuration.headerCountLimit)
        {
        case .incomplete: return 0
        case .refused(let reason):
            refuse(connection, reason)
            return bytes.count
        case .complete(let complete): head = complete
        }
        requestSequence += 1
        let view = HTTPHeadView(head: head, bytes: UnsafeRawBufferPointer(rebasing: bytes[..<head.byteCount]))
        let available = UnsafeRawBufferPointer(rebasing: bytes[head.byteCount...])
        let length: Int? = if case .length(let length) = head.framing { length } else { nil }
        let isComplete = length.map { $0 <= available.count } ?? false
        if mailbox.isDraining.load(ordering: .relaxed) {
            refuse(connection, .shuttingDown, context: HTTPResponseEncoder.Context(head))
            return bytes.count
        }
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        let bodyByteLimit: Int
        switch handler.admit(HTTPRequest(view, body: empty, on: connection, sequence: requestSequence)) {
        case .read(let limit): bodyByteLimit = min(limit, configuration.bodyByteLimit)
        case .refuse(let response):
            mailbox.requests.add(1, ordering: .relaxed)
            connection.pace.handedOver()
            connection.hasUnreadBody = !isComplete
            var context = HTTPResponseEncoder.Context(head)
            if !isComplete { context.closes = true }
            write(response, to: connection, context)
            return isComplete ? head.byteCount + (length ?? 0) : bytes.count
        }
        if let length, length > bodyByteLimit {
            refuse(connection, .bodyTooLarge(bodyByteLimit), context: HTTPResponseEncoder.Context(head))
            return bytes.count
        }
        if let length, isComplete {
            hand(view, UnsafeRawBufferPointer(rebasing: available[..<length]), connection, sequence: requestSequence)
            return head.byteCount + length
        }
        if head.expectsContinue, available.isEmpty, !sendContinue(connection) { return bytes.count }
        var body: [UInt8] = []
        body.reserveCapacity(min(length ?? 0, Self.bodyCapacityAtFirst))
        connection.partial = HTTPConnection.PartialRequest(
            head: head, headBytes: Array(view.bytes), body: body, bodyByteLimit: bodyByteLimit,
            sequence: requestSequence)
        return head.byteCount
    }

    /// Adds what has come to the body of a request whose head was read before, and hands the request over when it is
    /// complete.
    private func goOn(_ connection: HTTPConnection, _ bytes: UnsafeRawBufferPointer) -> Int {
        guard var partial = connection.partial.take() else { return 0 }
        var count = bytes.count
        let isComplete: Bool
        switch partial.head.framing {
        case .length(let length):
            count = min(count, length - partial.body.count)
            partial.body.append(contentsOf: bytes[..<count])
            isComplete = partial.body.count == length
        case .chunked:
            do throws(HTTPRefusal) {
                count = try partial.chunks.take(bytes, into: &partial.body, byteLimit: partial.bodyByteLimit)
            } catch {
                refuse(connection, error, context: HTTPResponseEncoder.Context(partial.head))
                return bytes.count
            }
            isComplete = partial.chunks.isDone
        }
        guard isComplete else {
            connection.partial = partial
            return count
        }
        partial.headBytes.withUnsafeBytes { headBytes in
            partial.body.withUnsafeBytes { body in
                hand(HTTPHeadView(head: partial.head, bytes: headBytes), body, connection, sequence: partial.sequence)
            }
        }
        return count
    }

    /// Hands a complete request to the handler, and sends the answer if it comes at once.
    private func hand(
        _ view: HTTPHeadView, _ body: UnsafeRawBufferPointer, _ connection: HTTPConnection, sequence: UInt64
    ) {
        mailbox.requests.add(1, ordering: .relaxed)
        connection.pace.handedOver()
        let ticket = outstanding.insert(
            OutstandingRequest(connection: connection, context: HTTPResponseEncoder.Context(view.head), since: tick))
        let answer = mailbox.answer(to: ticket) {
            handler.handle(
                HTTPRequest(view, body: body, on: connection, sequence: sequence),
                HTTPExchange(mailbox: mailbox, ticket: ticket))
        }
        if let answer { send(ExchangeAnswer(ticket: ticket, content: .ready(answer))) }
    }

    // MARK: Refusing

    /// The server's own answer to a request that it refuses.
    func refusal(_ refusal: HTTPRefusal) -> HTTPResponse {
        let requestID = String(UInt64.random(in: .min ... .max), radix: 16)
        logger.debug("request refused", ["code": refusal.code, "request_id": requestID])
        var response = HTTPResponse.failure(
            status: refusal.status, code: refusal.code, message: refusal.message, requestID: requestID)
        response.closesConnection = true
        return response
    }

    /// Refuses the request in hand and ends the connection: where the next request begins is not known.
    private func refuse(
        _ connection: HTTPConnection, _ reason: HTTPRefusal,
        context: HTTPResponseEncoder.Context = HTTPResponseEncoder.Context()
    ) {
        mailbox.requests.add(1, ordering: .relaxed)
        connection.pace.handedOver()
        connection.hasUnreadBody = true
        write(refusal(reason), to: connection, context)
    }

    /// Tells a client that waits for it to send the body (RFC 9110, section 10.1.1; reference inbound, row 101).
    private func sendContinue(_ connection: HTTPConnection) -> Bool {
        let line: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"
        let bytes = UnsafeRawBufferPointer(start: line.utf8Start, count: line.utf8CodeUnitCount)
        // A socket that cannot take 25 bytes between two requests belongs to a client that does not read.
        guard connection.transport.write(bytes) == .bytes(bytes.count) else {
            close(connection)
            return false
        }
        return true
    }

    /// Room for the body that a length announces; more comes as the bytes do, so that announcing costs nothing.
    private static let bodyCapacityAtFirst = 256 << 10
}

extension HTTPResponseEncoder.Context {
    /// What the answer to a request with this head needs to know.
    init(_ head: HTTPHead) {
        self.init(isHead: head.method == .head, closes: head.closes, saysKeepAlive: head.saysKeepAlive)
    }
}
