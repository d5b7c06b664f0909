import CEvent
import Glibc
import Platform

/// One event loop: accepts, reads and answers on its own thread, where everything in it lives.
///
/// libevent tells which sockets can be read or written and what time it is; the rest is here (docs/adr/0009): accepting,
/// limiting and judging connections (`HTTPLoop+Connections.swift`), reading requests (`HTTPLoop+Requests.swift`) and
/// writing answers, which come from any thread through the ``HTTPMailbox`` (`HTTPLoop+Answers.swift`).
final class HTTPLoop {
    let configuration: HTTPServerConfiguration
    let tls: TLSContext?
    let mailbox: HTTPMailbox
    let logger: Logger
    let handler: any HTTPLoopHandler

    let base: OpaquePointer
    /// Accepts connections, until draining begins.
    var listener: OpaquePointer?
    /// The loop's own events, freed with it.
    private var events: [OpaquePointer] = []

    /// Requests in the handler's hands.
    var outstanding = TicketTable<OutstandingRequest>()
    /// Answers that the client has not taken in full yet.
    var sendingCount = 0
    var encoder = HTTPResponseEncoder()

    /// Where sockets are read to: one piece of memory for all connections, as most requests come in one read.
    let scratch: UnsafeMutableRawBufferPointer
    /// Numbers requests; see ``HTTPRequest/sequence``.
    var requestSequence: UInt64 = 0

    /// The open connections by descriptor.
    var connections: [HTTPConnection?] = []
    var openCount = 0
    let openLimit: Int

    /// The loop's coarse clock, for ``ConnectionPace``.
    var tick: UInt32 = 0
    private let tickInterval: Duration
    let paceLimits: ConnectionPace.Limits
    /// How many ticks a request may wait for its answer.
    let answerTicks: UInt32

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
        let interval = min(configuration.readTimeout, configuration.answerTimeout) / 10
        tickInterval = min(max(interval, .milliseconds(10)), .seconds(1))
        paceLimits = ConnectionPace.Limits(configuration, tickInterval: tickInterval)
        answerTicks = configuration.answerTimeout.ticks(of: tickInterval)
        openLimit = max(1, (configuration.connectionLimit + configuration.loopCount - 1) / configuration.loopCount)

        mailbox.adoptThread()
        self.handler = handler.makeLoopHandler()
        base = Self.makeBase()
        scratch = .allocate(byteCount: Self.readByteCount, alignment: 16)
        listen(on: socket)
        makeEvents()
    }

    deinit { scratch.deallocate() }

    /// The most that one read takes.
    private static let readByteCount = 64 << 10

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
        // The change list saves the epoll_ctl of what is undone before the next wait; nothing here duplicates
        // descriptors, which it could not bear. Locks: a loop has one thread.
        let flags = EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue | EVENT_BASE_FLAG_NOLOCK.rawValue
        event_config_set_flag(settings, Int32(flags))
        guard let base = event_base_new_with_config(settings) else {
            fatalError("no event loop could be made: errno \(errno); raise the limit on open files")
        }
        return base
    }

    private func listen(on socket: Int32) {
        let flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC
        let context = Unmanaged.passUnretained(self).toOpaque()
        listener = evconnlistener_new(
            base,
            { _, descriptor, address, length, context in
                HTTPLoop.borrowed(context).accepted(descriptor, from: address, length: length)
            }, context, flags, 0, socket)
        guard let listener else { fatalError("evconnlistener_new failed: out of memory") }
        // Out of descriptors, say: pause until the next tick instead of failing in a busy loop.
        evconnlistener_set_error_cb(listener) { listener, _ in
            LibeventLog.write("accept failed; trying again shortly: \(String(cString: strerror(errno)))")
            evconnlistener_disable(listener)
        }
    }

    private func makeEvents() {
        let wake = makeEvent(mailbox.wake.descriptor, EV_READ | EV_PERSIST) { _, _, context in
            HTTPLoop.borrowed(context).readMailbox()
        }
        event_add(wake, nil)
        let ticking = makeEvent(-1, EV_PERSIST) { _, _, context in HTTPLoop.borrowed(context).sweep() }
        var interval = timeval(tickInterval)
        event_add(ticking, &interval)
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
            stopListening()
            mailbox.acknowledgeDrain()
        case .stop(let gracePeriod):
            isStopping = true
            let grace = makeEvent(-1, 0) { _, _, context in event_base_loopbreak(HTTPLoop.borrowed(context).base) }
            var period = timeval(gracePeriod)
            event_add(grace, &period)
            endIfQuiet()
        }
    }

    private func stopListening() {
        if let listener { evconnlistener_free(listener) }
        listener = nil
    }

    private func close() {
        mailbox.close()
        stopListening()
        for case let connection? in connections { connection.end() }
        connections = []
        _ = outstanding.takeAll()
        for event in events { event_free(event) }
        event_base_free(base)
    }
}

/// A request in the handler's hands.
struct OutstandingRequest {
    let connection: HTTPConnection
    let context: HTTPResponseEncoder.Context
    /// The loop's tick when it was handed over.
    let since: UInt32
}

extension Duration {
    /// The ticks after which so much time has passed for certain: one more than fit, as the first comes early.
    fileprivate func ticks(of interval: Duration) -> UInt32 {
        UInt32(clamping: wholeMilliseconds / max(1, interval.wholeMilliseconds) + 1)
    }
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
        readTicks = configuration.readTimeout.ticks(of: tickInterval)
        idleTicks = configuration.idleTimeout.ticks(of: tickInterval)
        writeTicks = configuration.writeTimeout.ticks(of: tickInterval)
        let seconds = Double(configuration.readTimeout.wholeMilliseconds) / 1000
        bytesMinimum = Int(Double(configuration.bytesPerSecondMinimum) * seconds)
    }
}
