import CEvent
import Glibc
import Synchronization

/// Accepting, limiting, judging and closing connections.
extension HTTPLoop {
    /// Takes a connection that the listener has accepted.
    func accepted(_ descriptor: Int32, from address: UnsafePointer<sockaddr>?, length: Int32) {
        let connection = HTTPConnection(
            loop: self, transport: HTTPTransport(descriptor: descriptor, session: tls?.makeSession()),
            remoteAddress: Self.numericHost(address, length), tick: tick)
        let readEvent = makeEvent(for: connection, EV_READ) { _, _, context in
            let connection = HTTPLoop.connection(context)
            connection.loop.readable(connection)
        }
        connection.readEvent = readEvent
        event_add(readEvent, nil)
        let index = Int(descriptor)
        while connections.count <= index { connections.append(nil) }
        precondition(connections[index] == nil, "descriptor \(index) belongs to two connections")
        connections[index] = connection

        openCount += 1
        mailbox.openConnections.store(openCount, ordering: .relaxed)
        mailbox.acceptedConnections.add(1, ordering: .relaxed)
        // Ends the accepting of this very turn, too.
        if openCount >= openLimit { setAccepting(false) }
    }

    /// Ends a connection; nothing happens to one that has ended.
    func close(_ connection: HTTPConnection) {
        guard connection.isOpen else { return }
        if connection.pace.phase == .sending { sendingCount -= 1 }
        connection.end()
        connections[Int(connection.transport.descriptor)] = nil
        openCount -= 1
        mailbox.openConnections.store(openCount, ordering: .relaxed)
        if openCount < openLimit { setAccepting(true) }
        endIfQuiet()
    }

    /// One tick of the loop's clock: ends connections whose clients do not keep up, and answers for those who are late.
    func sweep() {
        tick &+= 1
        for index in connections.indices {
            guard let connection = connections[index] else { continue }
            switch connection.pace.verdict(at: tick, paceLimits) {
            case .keep: break
            case .close: close(connection)
            case .timeOut:
                // As well as it can be said: one attempt, as the connection is closed anyway.
                encoder.encode(
                    refusal(.requestTimeout), HTTPResponseEncoder.Context(closes: true), at: time(nil))
                _ = encoder.bytes.withUnsafeBytes { connection.transport.write($0) }
                close(connection)
            }
        }
        if openCount < openLimit { setAccepting(true) }
        answerLate()
    }

    // MARK: Events

    /// Watches for the moment when the socket takes bytes.
    func watchWritable(_ connection: HTTPConnection) {
        if connection.writeEvent == nil {
            connection.writeEvent = makeEvent(for: connection, EV_WRITE) { _, _, context in
                let connection = HTTPLoop.connection(context)
                connection.loop.writable(connection)
            }
        }
        event_add(connection.writeEvent, nil)
    }

    /// Stops watching for bytes, until the request that waits is answered.
    func pauseReading(_ connection: HTTPConnection) {
        guard !connection.isReadPaused else { return }
        connection.isReadPaused = true
        event_del(connection.readEvent)
    }

    /// Watches for bytes again.
    func resumeReading(_ connection: HTTPConnection) {
        guard connection.isReadPaused, connection.isOpen else { return }
        connection.isReadPaused = false
        event_add(connection.readEvent, nil)
    }

    private func makeEvent(
        for connection: HTTPConnection, _ flag: Int32, _ callback: @escaping event_callback_fn
    ) -> OpaquePointer {
        // The connection frees its events before it ends, and the loop holds it until then.
        let context = Unmanaged.passUnretained(connection).toOpaque()
        let flags = Int16(flag == EV_READ ? EV_READ | EV_PERSIST : flag)
        guard let event = event_new(base, connection.transport.descriptor, flags, callback, context) else {
            fatalError("event_new failed: out of memory")
        }
        return event
    }

    /// The connection behind the context pointer of a callback.
    private static func connection(_ context: UnsafeMutableRawPointer?) -> HTTPConnection {
        guard let context else { fatalError("libevent lost the context of a callback") }
        return Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
    }

    /// Starts or stops accepting; what waits meanwhile waits in the kernel's queue.
    private func setAccepting(_ isAccepting: Bool) {
        guard let listener else { return }
        _ = isAccepting ? evconnlistener_enable(listener) : evconnlistener_disable(listener)
    }

    private static func numericHost(_ address: UnsafePointer<sockaddr>?, _ length: Int32) -> String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard let address,
            getnameinfo(address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0
        else { return "" }
        return String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
