import CEvent
import COpenSSL
import Glibc
import Synchronization

/// Counting, limiting and judging connections, which evhttp does not do.
///
/// evhttp shows a connection only with its first request. It does ask for a new stream at each accept, though
/// (`evhttp_set_bevcb`), and makes its connection the context of that stream's callbacks, which is how the loop learns
/// of connections that never send anything. Their end is told by `evhttp_connection_set_closecb`.
extension HTTPLoop {
    /// Makes the stream of a connection that has just been accepted.
    func makeStream() -> OpaquePointer {
        let stream =
            if let tls {
                // The stream owns session and socket.
                bufferevent_openssl_socket_new(
                    base, -1, tls.makeSession(), BUFFEREVENT_SSL_ACCEPTING, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue))
            } else {
                // evhttp closes the socket.
                bufferevent_socket_new(base, -1, 0)
            }
        guard let stream else { fatalError("a connection's stream could not be made: out of memory") }
        // Reading is judged by `sweep`, for all connections at once.
        var timeout = timeval(configuration.writeTimeout)
        bufferevent_set_timeouts(stream, nil, &timeout)

        let connection = HTTPConnection(loop: self, stream: stream, tick: tick)
        connection.watch = evbuffer_add_cb(
            bufferevent_get_input(stream),
            { _, change, context in
                guard let added = change?.pointee.n_added, added > 0, let context else { return }
                let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
                connection.pace.received(added, at: connection.loop.tick)
            }, Unmanaged.passUnretained(connection).toOpaque())
        // Held until adoption, so that a connection that dies before it can still be asked.
        bufferevent_incref(stream)
        if newborns.isEmpty, let adoptEvent { event_active(adoptEvent, Int32(EV_TIMEOUT), 0) }
        newborns.append(connection)

        openCount += 1
        mailbox.openConnections.store(openCount, ordering: .relaxed)
        mailbox.acceptedConnections.add(1, ordering: .relaxed)
        // Ends the accepting of this very turn, too.
        if openCount >= openLimit { setAccepting(false) }
        return stream
    }

    /// Learns evhttp's side of the connections accepted in this turn of the loop, before any of them is read.
    func adoptNewborns() {
        for connection in newborns {
            defer { bufferevent_decref(connection.stream) }
            var context: UnsafeMutableRawPointer?
            bufferevent_getcb(connection.stream, nil, nil, nil, &context)
            guard let context else {
                // evhttp could not set the connection up and has freed it.
                forgetConnection()
                continue
            }
            let handle = OpaquePointer(context)
            connection.handle = handle
            connection.descriptor = bufferevent_getfd(connection.stream)
            remember(connection)
            evhttp_connection_set_closecb(
                handle,
                { _, context in
                    guard let context else { return }
                    let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
                    connection.loop.connectionClosed(connection)
                }, Unmanaged.passUnretained(connection).toOpaque())
        }
        newborns.removeAll(keepingCapacity: true)
    }

    /// The connection that a request came on.
    func connection(of request: UnsafeMutablePointer<evhttp_request>) -> HTTPConnection? {
        guard let stream = evhttp_connection_get_bufferevent(request.pointee.evcon) else { return nil }
        let index = Int(bufferevent_getfd(stream))
        return connections.indices.contains(index) ? connections[index] : nil
    }

    /// One tick of the loop's clock: ends connections whose clients do not keep up.
    func sweep() {
        tick &+= 1
        for index in connections.indices {
            guard let connection = connections[index], let handle = connection.handle else { continue }
            switch connection.pace.verdict(at: tick, paceLimits) {
            case .keep: break
            case .close: evhttp_connection_free(handle)
            case .timeOut:
                sendTimeout(connection)
                evhttp_connection_free(handle)
            }
        }
        if openCount < openLimit { setAccepting(true) }
    }

    private func remember(_ connection: HTTPConnection) {
        let index = Int(connection.descriptor)
        while connections.count <= index { connections.append(nil) }
        precondition(connections[index] == nil, "descriptor \(index) belongs to two connections")
        connections[index] = connection
    }

    /// Called by evhttp just before it frees a connection, whatever the reason.
    private func connectionClosed(_ connection: HTTPConnection) {
        if connection.pace.phase == .sending {
            sendingCount -= 1
            endIfQuiet()
        }
        evbuffer_remove_cb_entry(bufferevent_get_input(connection.stream), connection.watch)
        connection.handle = nil
        connections[Int(connection.descriptor)] = nil
        forgetConnection()
    }

    private func forgetConnection() {
        openCount -= 1
        mailbox.openConnections.store(openCount, ordering: .relaxed)
        if openCount < openLimit { setAccepting(true) }
    }

    /// Starts or stops accepting; what waits meanwhile waits in the kernel's queue.
    private func setAccepting(_ isAccepting: Bool) {
        guard let listener, let accepting = evhttp_bound_socket_get_listener(listener) else { return }
        _ = isAccepting ? evconnlistener_enable(accepting) : evconnlistener_disable(accepting)
    }

    /// Says 408 as well as it can be said: one attempt, past evhttp, as the connection is closed anyway.
    private func sendTimeout(_ connection: HTTPConnection) {
        let response = refusal(
            HTTPRequestRules.Refusal(
                status: 408, code: "request_timeout", message: "the request did not arrive in time; send it again"))
        encoder.encode(response, HTTPResponseEncoder.Context(closes: true), at: time(nil))
        encoder.bytes.withUnsafeBytes { bytes in
            if let session = bufferevent_openssl_get_ssl(connection.stream) {
                _ = SSL_write(session, bytes.baseAddress, Int32(bytes.count))
                ERR_clear_error()
            } else {
                _ = Glibc.send(connection.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
        }
    }
}
