import Glibc
public import Platform
import Synchronization

/// An HTTP/1.1 server on libevent's event loops: several on one port, answers from any thread at any time.
///
/// Init listens, ``start()`` answers, ``stop(gracePeriod:)`` ends it. It never redirects. Bodies and headers, numbers of
/// connections and times are limited by the configuration; a connection is not read while its request waits, so one
/// client holds at most one body.
///
/// Requests that it cannot hand on it refuses itself, with the uniform JSON failure. A handler may refuse a request by its
/// head, before the body is read.
public final class HTTPServer: Sendable {
    /// The port it listens on.
    public let port: UInt16

    private let configuration: HTTPServerConfiguration
    private let tls: TLSContext?
    private let handler: any HTTPHandler
    private let logger: Logger
    private let mailboxes: [HTTPMailbox]
    private let state: Guarded<State>

    private enum State: Sendable {
        case listening(sockets: [Int32])
        case running([DedicatedThread])
        case stopped
    }

    /// Listens; connections wait in the kernel's queue until ``start()``.
    ///
    /// Makes the process ignore SIGPIPE.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen, and the limits.
    ///   - handler: What answers the requests.
    ///   - logger: Where warnings go.
    /// - Throws: ``HTTPServerError`` when the address cannot be had or the TLS files cannot be used.
    public init(
        configuration: HTTPServerConfiguration, handler: any HTTPHandler, logger: Logger
    ) throws(HTTPServerError) {
        precondition(configuration.loopCount > 0, "a server needs a loop; loopCount is \(configuration.loopCount)")
        // A client that has gone must be an error of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        LibeventLog.logger.withLock { $0 = logger }
        if let files = configuration.tls { tls = try TLSContext(files: files) } else { tls = nil }
        let listening = try ListeningSocket.open(
            host: configuration.host, port: configuration.port, count: configuration.loopCount)
        port = listening.port
        state = Guarded(.listening(sockets: listening.descriptors))
        mailboxes = listening.descriptors.map { _ in HTTPMailbox() }
        self.configuration = configuration
        self.handler = handler
        self.logger = logger
    }

    deinit { stop(gracePeriod: .zero) }

    /// What the server has done so far.
    public var statistics: HTTPServerStatistics {
        var sum = HTTPServerStatistics()
        for mailbox in mailboxes {
            sum.openConnections += mailbox.openConnections.load(ordering: .relaxed)
            sum.acceptedConnections += mailbox.acceptedConnections.load(ordering: .relaxed)
            sum.requests += mailbox.requests.load(ordering: .relaxed)
        }
        return sum
    }

    /// Starts the loops; to be called once.
    public func start() {
        state.withLock { state in
            guard case .listening(let sockets) = state else { preconditionFailure("a server can be started only once") }
            let (configuration, tls, handler, logger) = (configuration, tls, handler, logger)
            state = .running(
                zip(sockets, mailboxes).enumerated().map { index, loop in
                    let (socket, mailbox) = loop
                    return DedicatedThread(name: "http-\(index)") {
                        let loop = HTTPLoop(
                            configuration: configuration, tls: tls, socket: socket, handler: handler, mailbox: mailbox,
                            logger: logger)
                        // libevent only borrows it.
                        withExtendedLifetime(loop) { loop.run() }
                    }
                })
        }
    }

    /// Stops accepting; answers what is outstanding, and new requests on open connections with 503 `shutting_down`.
    ///
    /// Returns when no new connection is accepted any more. Not to be called from a handler.
    public func beginDrain() {
        let isRunning = state.withLock { state in
            if case .running = state { true } else { false }
        }
        guard isRunning else { return }
        for mailbox in mailboxes {
            mailbox.isDraining.store(true, ordering: .relaxed)
            mailbox.post(.drain)
        }
        for mailbox in mailboxes { mailbox.awaitAcknowledgement() }
    }

    /// Drains, waits for outstanding answers, closes every connection and ends the loops.
    ///
    /// Answers that come later are dropped. Calling it again does nothing. Not to be called from a handler.
    ///
    /// - Parameter gracePeriod: How long to wait for answers at most.
    public func stop(gracePeriod: Duration) {
        beginDrain()
        let last = state.withLock { state in
            defer { state = .stopped }
            return state
        }
        switch last {
        case .listening(let sockets): for socket in sockets { close(socket) }
        case .running(let threads):
            for mailbox in mailboxes { mailbox.post(.stop(gracePeriod: gracePeriod)) }
            for thread in threads { thread.join() }
        case .stopped: break
        }
    }
}
