import CEvent

/// One open connection of a loop, from accept to close; lives on the loop's thread.
final class HTTPConnection {
    /// A request whose head is here and whose body is not yet.
    struct PartialRequest {
        let head: HTTPHead
        /// The bytes that the head's places mean.
        let headBytes: [UInt8]
        var body: [UInt8]
        /// How long the body may become.
        let bodyByteLimit: Int
        /// For a chunked body.
        var chunks = ChunkedBody()
        let sequence: UInt64
    }

    /// The loop it belongs to, which outlives it.
    unowned(unsafe) let loop: HTTPLoop
    let transport: HTTPTransport
    /// The client's numeric address.
    let remoteAddress: String
    /// Tells when the socket can be read; there from accept to close.
    var readEvent: OpaquePointer?
    /// Tells when the socket can be written; made when first needed.
    var writeEvent: OpaquePointer?
    var pace: ConnectionPace

    /// What came and belongs to no request yet: the beginning of a head, or requests that wait for their turn.
    var pending: [UInt8] = []
    var partial: PartialRequest?
    /// What the client has not taken of the last answer.
    var output: [UInt8] = []
    /// Whether the connection ends when `output` is out.
    var closesAfterOutput = false
    /// Whether the client may be sending a body that nobody reads: it must not be cut off before it has the answer.
    var hasUnreadBody = false
    /// Whether the loop takes requests from what has come, so that whoever answers need not.
    var isAdvancing = false
    /// Whether the socket is not watched, as bytes came while a request waits.
    var isReadPaused = false
    /// Whether reading waits for the socket to take bytes, as TLS may ask for.
    var readNeedsWritable = false
    private(set) var isOpen = true

    init(loop: HTTPLoop, transport: HTTPTransport, remoteAddress: String, tick: UInt32) {
        self.loop = loop
        self.transport = transport
        self.remoteAddress = remoteAddress
        pace = ConnectionPace(openedAt: tick)
    }

    /// Whether the next request may be taken: none waits, and no answer is on its way out.
    var takesRequests: Bool {
        switch pace.phase {
        case .opened, .idle, .receiving: isOpen
        case .waiting, .sending, .lingering: false
        }
    }

    /// Frees the events and closes the socket; to be called once.
    func end() {
        isOpen = false
        if let readEvent { event_free(readEvent) }
        if let writeEvent { event_free(writeEvent) }
        readEvent = nil
        writeEvent = nil
        pending = []
        partial = nil
        output = []
        transport.close()
    }
}
