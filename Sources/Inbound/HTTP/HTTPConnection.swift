import CEvent

/// One open connection of a loop, from accept to close; lives on the loop's thread.
final class HTTPConnection {
    /// The loop it belongs to, which outlives it.
    unowned(unsafe) let loop: HTTPLoop
    /// The bytes from and to the client; evhttp owns it.
    let stream: OpaquePointer
    /// evhttp's connection, once it is known (see ``HTTPLoop``), until it is closed.
    var handle: OpaquePointer?
    /// The callback that counts what comes in.
    var watch: OpaquePointer?
    /// The socket; -1 until it is known.
    var descriptor: Int32 = -1
    var pace: ConnectionPace

    init(loop: HTTPLoop, stream: OpaquePointer, tick: UInt32) {
        self.loop = loop
        self.stream = stream
        pace = ConnectionPace(openedAt: tick)
    }
}
