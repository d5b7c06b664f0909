import CEvent
import Glibc
import Platform
import Synchronization

/// Reading requests and writing answers.
///
/// Answers do not go through `evhttp_send_reply`: it formats each field with printf and writes only when the socket
/// reports that it can, which costs a turn of the loop and two epoll calls. Instead the whole answer goes to the socket
/// at once and evhttp is told that it is done (`evhttp_send_reply_end`, its way to end an answer that was written
/// piece by piece). Only what the socket does not take, and all of TLS, goes through the stream.
extension HTTPLoop {
    /// Takes a complete request from evhttp.
    func handle(_ request: UnsafeMutablePointer<evhttp_request>) {
        guard let connection = connection(of: request) else {
            evhttp_send_error(request, 500, nil)
            return
        }
        connection.pace.handedOver()
        mailbox.requests.add(1, ordering: .relaxed)
        // An absolute target makes evhttp think that it is a proxy, and look at Proxy-Connection.
        request.pointee.flags &= ~EVHTTP_PROXY_REQUEST
        if tls != nil { silenceReading(connection) }

        let head = request.pointee
        let rules = HTTPRequestRules(head.input_headers)
        let version = (major: Int(head.major), minor: Int(head.minor))
        let persistence = rules.persistence(minorVersion: version.minor)
        let context = HTTPResponseEncoder.Context(
            isHead: head.type == EVHTTP_REQ_HEAD, closes: persistence.closes, saysKeepAlive: persistence.saysKeepAlive)
        var refused = rules.refusal(
            version: version, bodyIsRead: Self.bodyIsRead(head.type), fieldLimit: configuration.headerCountLimit)
        if head.headers_size > configuration.headerByteLimit { refused = .headersTooLarge }
        if let refused {
            write(refusal(refused), to: request, connection, context)
        } else if mailbox.isDraining.load(ordering: .relaxed) {
            write(refusal(.shuttingDown), to: request, connection, context)
        } else {
            hand(request, connection, context)
        }
    }

    /// Sends an answer that came through the mailbox, or nothing if its request has been answered before.
    func send(_ answer: ExchangeAnswer) {
        guard let waiting = outstanding.take(answer.ticket) else { return }
        write(answer.response, to: waiting.request, waiting.connection, waiting.context)
        endIfQuiet()
    }

    /// The server's own answer to a request that it refuses.
    func refusal(_ refusal: HTTPRequestRules.Refusal) -> HTTPResponse {
        let requestID = String(UInt64.random(in: .min ... .max), radix: 16)
        logger.debug("request refused", ["code": refusal.code, "request_id": requestID])
        var response = HTTPResponse.failure(
            status: refusal.status, code: refusal.code, message: refusal.message, requestID: requestID)
        response.closesConnection = true
        return response
    }

    private func hand(
        _ request: UnsafeMutablePointer<evhttp_request>, _ connection: HTTPConnection,
        _ context: HTTPResponseEncoder.Context
    ) {
        let ticket = outstanding.insert(
            OutstandingRequest(request: request, connection: connection, context: context))
        let answer = mailbox.answer(to: ticket) {
            handler.handle(
                HTTPRequest(request, method: HTTPMethod(request.pointee.type), isTLS: tls != nil),
                HTTPExchange(mailbox: mailbox, ticket: ticket))
        }
        if let answer { send(ExchangeAnswer(ticket: ticket, response: answer)) }
    }

    // MARK: Writing

    private func write(
        _ response: HTTPResponse, to request: UnsafeMutablePointer<evhttp_request>, _ connection: HTTPConnection,
        _ context: HTTPResponseEncoder.Context
    ) {
        // The client went while the request waited: evhttp has cut the request off its connection and left it to us.
        guard request.pointee.evcon != nil, let handle = connection.handle else {
            evhttp_request_free(request)
            return
        }
        var context = context
        if response.closesConnection || mailbox.isDraining.load(ordering: .relaxed) { context.closes = true }
        encoder.encode(response, context, at: time(nil))
        // The body's last chunk would otherwise pass for the answer's.
        request.pointee.chunked = 0

        let output = bufferevent_get_output(connection.stream)
        var sent = 0
        if tls == nil && evbuffer_get_length(output) == 0 {
            sent = encoder.bytes.withUnsafeBytes { bytes in
                Glibc.send(connection.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if sent == encoder.bytes.count {
                connection.pace.answered(unread: unread(connection), at: tick)
                context.closes ? evhttp_connection_free(handle) : evhttp_send_reply_end(request)
                return
            }
            if sent < 0 {
                guard errno == EAGAIN || errno == EINTR else {
                    evhttp_connection_free(handle)
                    return
                }
                sent = 0
            }
        }
        queue(from: sent, request, connection, closes: context.closes)
    }

    /// Leaves the encoded answer from `start` on to the stream.
    private func queue(
        from start: Int, _ request: UnsafeMutablePointer<evhttp_request>, _ connection: HTTPConnection, closes: Bool
    ) {
        encoder.bytes.withUnsafeBytes { bytes in
            _ = evbuffer_add(
                bufferevent_get_output(connection.stream), bytes.baseAddress.map { $0 + start }, bytes.count - start)
        }
        connection.pace.sending()
        sendingCount += 1
        // What evhttp reads to know whether it shall close; nobody writes it out any more.
        if closes { evhttp_add_header(request.pointee.output_headers, "Connection", "close") }
        evhttp_request_set_on_complete_cb(
            request,
            { _, context in
                guard let context else { return }
                let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
                connection.loop.answerTaken(connection)
            }, Unmanaged.passUnretained(connection).toOpaque())
        // In this order: enabling may already write, and the end must be known by then.
        let stream = connection.stream
        evhttp_send_reply_end(request)
        bufferevent_enable(stream, Int16(EV_WRITE))
    }

    /// The client has taken the last byte of a queued answer.
    private func answerTaken(_ connection: HTTPConnection) {
        connection.pace.answered(unread: unread(connection), at: tick)
        sendingCount -= 1
        endIfQuiet()
    }

    private func unread(_ connection: HTTPConnection) -> Int {
        evbuffer_get_length(bufferevent_get_input(connection.stream))
    }

    /// Keeps evhttp from being told of bytes while a request waits, at which it would end the process.
    ///
    /// Reading is off then, but a TLS stream whose last read had to wait for a write reads on all the same. evhttp sets
    /// the callback again when it wants the next request.
    private func silenceReading(_ connection: HTTPConnection) {
        var onWrite: bufferevent_data_cb?
        var onEvent: bufferevent_event_cb?
        var context: UnsafeMutableRawPointer?
        bufferevent_getcb(connection.stream, nil, &onWrite, &onEvent, &context)
        bufferevent_setcb(connection.stream, nil, onWrite, onEvent, context)
    }

    /// Whether evhttp reads a body with this method; it takes the bodies of others for the next request.
    private static func bodyIsRead(_ type: evhttp_cmd_type) -> Bool {
        switch type {
        case EVHTTP_REQ_GET, EVHTTP_REQ_POST, EVHTTP_REQ_PUT, EVHTTP_REQ_PATCH, EVHTTP_REQ_DELETE, EVHTTP_REQ_OPTIONS,
            EVHTTP_REQ_CONNECT:
            true
        default: false
        }
    }
}

extension HTTPRequestRules.Refusal {
    /// What a kept-alive connection hears when the server is about to stop.
    static let shuttingDown = Self(
        status: 503, code: "shutting_down", message: "the server is shutting down; send the request again")
}

extension HTTPMethod {
    /// The method as libevent read it.
    init(_ type: evhttp_cmd_type) {
        self =
            switch type {
            case EVHTTP_REQ_GET: .get
            case EVHTTP_REQ_HEAD: .head
            case EVHTTP_REQ_POST: .post
            case EVHTTP_REQ_PUT: .put
            case EVHTTP_REQ_PATCH: .patch
            case EVHTTP_REQ_DELETE: .delete
            case EVHTTP_REQ_OPTIONS: .options
            default: .other
            }
    }
}
