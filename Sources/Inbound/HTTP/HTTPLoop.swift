import CEvent
import Glibc
import Platform

/// One event loop: accepts, reads and answers on its own thread, where everything in it lives.
///
/// evhttp reads the requests. What it does not offer is built on its documented parts: answers from other threads
/// (``HTTPMailbox``), a limit on connections and judgement of slow clients (`HTTPLoop+Connections.swift`), and answers
/// written in one system call (`HTTPLoop+Answers.swift`).
final class HTTPLoop {
    let configuration: HTTPServerConfiguration
    let tls: TLSContext?
    let mailbox: HTTPMailbox
    let logger: Logger
    let handler: any HTTPLoopHandler

    let base: OpaquePointer
    let server: OpaquePointer
    /// evhttp's handle of the listening socket, until draining begins.
    var listener: OpaquePointer?
    /// The loop's own events, freed with it.
    private var events: [OpaquePointer] = []

    /// Requests in the handler's hands.
    var outstanding = TicketTable<OutstandingRequest>()
    /// Answers that the client has not taken in full yet.
    var sendingCount = 0
    var encoder = HTTPResponseEncoder()

    /// The open connections by descriptor.
    var connections: [HTTPConnection?] = []
    /// Connections accepted since the last turn of the loop; see ``adoptNewborns()``.
    var newborns: [HTTPConnection] = []
    var adoptEvent: OpaquePointer?
    var openCount = 0
    let openLimit: Int

    /// The loop's coarse clock, for ``ConnectionPace``.
    var tick: UInt32 = 0
    private let tickInterval: Duration
    let paceLimits: ConnectionPace.Limits

    private var isStopping = false
    private var answers: [ExchangeAnswer] = []
    private var commands: [LoopCommand] = []

    /// Sets up the loop on the calling thread, which then must ``run()`` it.
    ///
    /// - Parameters:
    ///   - configuration: The server's configuration.
    ///   - tls: What to speak TLS with, if at all.
    ///   - socket: A listening socket; the loop closes it.
    ///   - handler: What makes the handler of this loop's requests.
    ///   - mailbox: Where other threads reach the loop.
    ///   - logger: Where the loop's warnings go.
    init(
        configuration: HTTPServerConfiguration, tls: TLSContext?, socket: Int32, handler: any HTTPHandler,
        mailbox: HTTPMailbox, logger: Logger
    ) {
        self.configuration = configuration
        self.tls = tls
        self.mailbox = mailbox
        self.logger = logger
        let interval = configuration.readTimeout / 10
        tickInterval = min(max(interval, .milliseconds(10)), .seconds(1))
        paceLimits = ConnectionPace.Limits(configuration, tickInterval: tickInterval)
        openLimit = max(1, (configuration.connectionLimit + configuration.loopCount - 1) / configuration.loopCount)

        mailbox.adoptThread()
        self.handler = handler.makeLoopHandler()
        base = Self.makeBase()
        guard let server = evhttp_new(base) else { fatalError("evhttp_new failed: out of memory") }
        self.server = server
        configureServer()
        listen(on: socket)
        makeEvents()
    }

    /// Runs the loop until it is told to stop, then closes everything.
    func run() {
        event_base_dispatch(base)
        close()
    }

    /// Ends the loop when it is to stop and nothing is outstanding.
    func endIfQuiet() {
        if isStopping && outstanding.count == 0 && sendingCount == 0 { event_base_loopbreak(base) }
    }

    // MARK: Set-up

    private static func makeBase() -> OpaquePointer {
        LibeventLog.install
        guard let settings = event_config_new() else { fatalError("event_config_new failed: out of memory") }
        defer { event_config_free(settings) }
        // The change list turns evhttp's "stop reading, answer, read on" into one epoll_ctl a request instead of two;
        // nothing here duplicates descriptors, which it could not bear. Locks: a loop has one thread.
        let flags = EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue | EVENT_BASE_FLAG_NOLOCK.rawValue
        event_config_set_flag(settings, Int32(flags))
        guard let base = event_base_new_with_config(settings) else {
            fatalError("no event loop could be made: errno \(errno); raise the limit on open files")
        }
        return base
    }

    private func configureServer() {
        // The server says 431 itself, in JSON, up to twice the limit.
        evhttp_set_max_headers_size(server, configuration.headerByteLimit * 2)
        evhttp_set_max_body_size(server, configuration.bodyByteLimit)
        evhttp_set_default_content_type(server, nil)
        // All, those that libevent does not know included: its 501 would make some senders retry for hours.
        evhttp_set_allowed_methods(server, .max)
        evhttp_set_gencb(
            server,
            { request, context in
                guard let request, let context else { return }
                Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue().handle(request)
            }, Unmanaged.passUnretained(self).toOpaque())
        evhttp_set_bevcb(
            server,
            { _, context in
                guard let context else { return nil }
                return Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue().makeStream()
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func listen(on socket: Int32) {
        let flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC
        guard let accepting = evconnlistener_new(base, nil, nil, flags, 0, socket) else {
            fatalError("evconnlistener_new failed: out of memory")
        }
        // Out of descriptors, say: pause until the next tick instead of failing in a busy loop.
        evconnlistener_set_error_cb(accepting) { listener, _ in
            LibeventLog.write("accept failed; trying again shortly: \(String(cString: strerror(errno)))")
            evconnlistener_disable(listener)
        }
        listener = evhttp_bind_listener(server, accepting)
    }

    private func makeEvents() {
        let wake = makeEvent(mailbox.wake.descriptor, EV_READ | EV_PERSIST) { _, _, context in
            HTTPLoop.borrowed(context).readMailbox()
        }
        event_add(wake, nil)
        let ticking = makeEvent(-1, EV_PERSIST) { _, _, context in HTTPLoop.borrowed(context).sweep() }
        var interval = timeval(tickInterval)
        event_add(ticking, &interval)
        adoptEvent = makeEvent(-1, 0) { _, _, context in HTTPLoop.borrowed(context).adoptNewborns() }
    }

    private func makeEvent(
        _ descriptor: Int32, _ flags: Int32, _ callback: @escaping event_callback_fn
    ) -> OpaquePointer {
        let context = Unmanaged.passUnretained(self).toOpaque()
        guard let event = event_new(base, descriptor, Int16(flags), callback, context) else {
            fatalError("event_new failed: out of memory")
        }
        events.append(event)
        return event
    }

    /// The loop behind the context pointer of a callback; the loop frees what it registered before it ends.
    static func borrowed(_ context: UnsafeMutableRawPointer?) -> HTTPLoop {
        guard let context else { fatalError("libevent lost the context of a callback") }
        return Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: Commands

    private func readMailbox() {
        mailbox.take(answers: &answers, commands: &commands)
        for answer in answers { send(answer) }
        answers.removeAll(keepingCapacity: true)
        for command in commands { obey(command) }
        commands.removeAll()
    }

    private func obey(_ command: LoopCommand) {
        switch command {
        case .drain:
            if let listener {
                evhttp_del_accept_socket(server, listener)
                self.listener = nil
            }
            mailbox.acknowledgeDrain()
        case .stop(let gracePeriod):
            isStopping = true
            let grace = makeEvent(-1, 0) { _, _, context in event_base_loopbreak(HTTPLoop.borrowed(context).base) }
            var period = timeval(gracePeriod)
            event_add(grace, &period)
            endIfQuiet()
        }
    }

    private func close() {
        mailbox.close()
        adoptNewborns()
        for request in outstanding.takeAll() where request.request.pointee.evcon == nil {
            // Its connection has gone and left it behind (see `write`); the others go with their connections.
            evhttp_request_free(request.request)
        }
        evhttp_free(server)
        for event in events { event_free(event) }
        event_base_free(base)
    }
}

/// A request in the handler's hands.
struct OutstandingRequest {
    let request: UnsafeMutablePointer<evhttp_request>
    let connection: HTTPConnection
    let context: HTTPResponseEncoder.Context
}

extension timeval {
    /// A duration for libevent; nothing negative.
    init(_ duration: Duration) {
        let milliseconds = max(0, duration.wholeMilliseconds)
        self.init(tv_sec: Int(milliseconds / 1000), tv_usec: Int(milliseconds % 1000) * 1000)
    }
}

extension ConnectionPace.Limits {
    /// The limits of a configuration for a loop that ticks at this interval.
    init(_ configuration: HTTPServerConfiguration, tickInterval: Duration) {
        func ticks(_ duration: Duration) -> UInt32 {
            // One more than fit, as the first tick comes early.
            UInt32(clamping: duration.wholeMilliseconds / max(1, tickInterval.wholeMilliseconds) + 1)
        }
        readTicks = ticks(configuration.readTimeout)
        idleTicks = ticks(configuration.idleTimeout)
        let seconds = Double(configuration.readTimeout.wholeMilliseconds) / 1000
        bytesMinimum = Int(Double(configuration.bytesPerSecondMinimum) * seconds)
    }
}
