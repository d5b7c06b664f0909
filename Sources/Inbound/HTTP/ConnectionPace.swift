/// Judges whether a connection's client keeps up: silent or too slow within a request, or idle for too long.
///
/// Pure. Time comes as ticks of the loop's timer, so nothing here costs a system call.
struct ConnectionPace: Equatable {
    /// What the connection is doing.
    enum Phase: Equatable {
        /// Nothing has come yet; a TLS handshake may be under way.
        case opened
        /// Between two requests.
        case idle
        /// A request has begun and is not complete.
        case receiving
        /// The handler has the request.
        case waiting
        /// The answer is on its way out, as fast as the client takes it.
        case sending
        /// The last answer is out; what the client still sends is read and forgotten until it closes.
        case lingering
    }

    /// What to do with the connection.
    enum Verdict: Equatable {
        case keep
        /// Close it without a word: no request is lost.
        case close
        /// Tell the client that its request took too long, and close.
        case timeOut
    }

    /// The limits in ticks.
    struct Limits: Equatable {
        var readTicks: UInt32
        var idleTicks: UInt32
        var writeTicks: UInt32
        /// The bytes that must come within `readTicks` while a request is incomplete.
        var bytesMinimum: Int
    }

    private(set) var phase = Phase.opened
    private var quietSince: UInt32
    private var windowStart: UInt32 = 0
    private var windowBytes = 0

    init(openedAt tick: UInt32) { quietSince = tick }

    /// Bytes have come.
    mutating func received(_ bytes: Int, at tick: UInt32) {
        switch phase {
        case .opened, .idle: beginRequest(at: tick)
        case .receiving: break
        // The start of the next request; counted when its turn comes.
        case .waiting, .sending, .lingering: return
        }
        quietSince = tick
        windowBytes += bytes
    }

    /// A request is complete and in the handler's hands.
    mutating func handedOver() { phase = .waiting }

    /// The client has taken some of the answer, and the rest waits for it.
    mutating func sending(at tick: UInt32) {
        phase = .sending
        quietSince = tick
    }

    /// The connection's last answer is out, and the client may not have read it yet.
    mutating func lingering(at tick: UInt32) {
        phase = .lingering
        quietSince = tick
    }

    /// The answer is out; `unread` bytes of the next request are here already.
    mutating func answered(unread: Int, at tick: UInt32) {
        quietSince = tick
        if unread == 0 {
            phase = .idle
        } else {
            beginRequest(at: tick)
            windowBytes = unread
        }
    }

    /// Judges the connection; to be asked at every tick.
    mutating func verdict(at tick: UInt32, _ limits: Limits) -> Verdict {
        let quiet = tick &- quietSince
        switch phase {
        case .opened: return quiet >= limits.readTicks ? .close : .keep
        case .idle: return quiet >= limits.idleTicks ? .close : .keep
        case .waiting: return .keep
        case .sending: return quiet >= limits.writeTicks ? .close : .keep
        // Whatever it sends: nobody is obliged to listen for longer.
        case .lingering: return quiet >= limits.readTicks ? .close : .keep
        case .receiving:
            if quiet >= limits.readTicks { return .timeOut }
            if tick &- windowStart >= limits.readTicks {
                if windowBytes < limits.bytesMinimum { return .timeOut }
                windowStart = tick
                windowBytes = 0
            }
            return .keep
        }
    }

    private mutating func beginRequest(at tick: UInt32) {
        phase = .receiving
        windowStart = tick
        windowBytes = 0
    }
}
