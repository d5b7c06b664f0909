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
        /// The answer is on its way out.
        case sending
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
        case .waiting, .sending: return
        }
        quietSince = tick
        windowBytes += bytes
    }

    /// A request is complete and in the handler's hands.
    mutating func handedOver() { phase = .waiting }

    /// The answer waits for the client to take it.
    mutating func sending() { phase = .sending }

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
        case .waiting, .sending: return .keep
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
