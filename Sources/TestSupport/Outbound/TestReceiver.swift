import Glibc
import Platform

/// A small HTTP/1.1 server on loopback that answers as told, and misbehaves as told.
///
/// One thread accepts, one thread serves each connection. For tests only: it reads well-formed requests.
public final class TestReceiver: Sendable {
    /// One request as it arrived.
    public struct Request: Sendable {
        /// The method.
        public var method: String
        /// Path and query.
        public var target: String
        /// The headers in order.
        public var headers: [(name: String, value: String)]
        /// The body.
        public var body: [UInt8]
        /// The number of the connection it came on, from 0.
        public var connection: Int

        /// The values of all headers of a name, in order.
        public func values(of name: String) -> [String] {
            headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }

        /// The body as text.
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What to do about a request.
    public enum Answer: Sendable {
        /// A whole answer, after which the connection stays open.
        case status(Int, headers: [String] = [], body: String = "")
        /// Waits for ``TestReceiver/release()`` before it gives the answer.
        case held(Int)
        /// Nothing until the receiver stops.
        case silence
        /// These bytes, then nothing until the receiver stops.
        case stall(String)
        /// These bytes, then the end of the connection.
        case raw(String)
        /// Status 200 and a body of so many bytes.
        case large(Int)
        /// Status 200 and header lines of so many bytes together.
        case largeHeader(Int)
        /// These bytes, one every so many milliseconds, then nothing until the receiver stops.
        case drip(String, everyMilliseconds: Int32)
        /// The connection is torn down at once.
        case reset
    }

    private struct State: Sendable {
        var requests: [Request] = []
        var sockets: [Int32] = []
        var connectionCount = 0
        var threads: [DedicatedThread] = []
        var isReleased = false
        var isStopped = false
        /// Bytes of large bodies that the client took.
        var sentByteCount = 0
    }

    private let state = Watched(State())
    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    /// The port it listens on.
    public let port: UInt16

    /// Starts a receiver that answers each request by `answer`.
    public init(_ answer: @escaping @Sendable (Request) -> Answer = { _ in .status(200) }) {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        precondition(isReady, "the receiver cannot listen on loopback: errno \(errno)")
        port = UInt16(bigEndian: address.sin_port)
        let acceptor = DedicatedThread(name: "receiver") { [self] in acceptConnections() }
        state.withLock { $0.threads.append(acceptor) }
    }

    /// The receiver's URL with a path.
    public func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The requests so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// The connections so far.
    public var connectionCount: Int { state.withLock { $0.connectionCount } }

    /// Bytes of large bodies that were written before the client hung up.
    public var sentByteCount: Int { state.withLock { $0.sentByteCount } }

    /// Waits for so many requests; false if they do not come.
    public func waitForRequests(_ count: Int) -> Bool { state.wait { $0.requests.count >= count } }

    /// Gives all held answers, those to come included.
    public func release() { state.withLock { $0.isReleased = true } }

    /// Ends all connections and threads.
    public func stop() {
        let threads = state.withLock { state in
            state.isStopped = true
            // Under the lock: once closed, a number may stand for a socket of another test.
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            return state.threads
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for thread in threads { thread.join() }
        close(listener)
    }

    // MARK: - Connections

    private func acceptConnections() {
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { return }
            let number = state.withLock { state -> Int in
                state.connectionCount += 1
                state.sockets.append(socket)
                if state.isStopped { shutdown(socket, Int32(SHUT_RDWR)) }
                return state.connectionCount - 1
            }
            let thread = DedicatedThread(name: "receiver-\(number)") { [self] in
                serve(socket, number)
                state.withLock { state in
                    state.sockets.removeAll { $0 == socket }
                    close(socket)
                }
            }
            state.withLock { $0.threads.append(thread) }
        }
    }

    private func serve(_ socket: Int32, _ connection: Int) {
        var reader = RequestReader(socket: socket, connection: connection)
        while let request = reader.next() {
            state.withLock { $0.requests.append(request) }
            guard perform(answer(request), on: socket) else { return }
        }
    }

    /// Answers; false if the connection ends here.
    private func perform(_ answer: Answer, on socket: Int32) -> Bool {
        switch answer {
        case .status(let status, let headers, let body): return write(status, headers, body, to: socket)
        case .held(let status):
            state.wait { $0.isReleased || $0.isStopped }
            return write(status, [], "", to: socket)
        case .silence:
            state.wait { $0.isStopped }
            return false
        case .stall(let text):
            _ = write(text, to: socket)
            state.wait { $0.isStopped }
            return false
        case .raw(let text):
            _ = write(text, to: socket)
            return false
        case .large(let byteCount):
            writeLargeBody(byteCount, to: socket)
            return false
        case .largeHeader(let byteCount):
            writeLargeHeader(byteCount, to: socket)
            return false
        case .drip(let text, let milliseconds):
            return drip(text, everyMilliseconds: milliseconds, to: socket)
        case .reset:
            // Lingering for no time makes close send a reset instead of an orderly end.
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            return false
        }
    }

    private func write(_ status: Int, _ headers: [String], _ body: String, to socket: Int32) -> Bool {
        let lines = ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"] + headers
        return write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body, to: socket)
    }

    private func write(_ text: String, to socket: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    private func writeLargeHeader(_ byteCount: Int, to socket: Int32) {
        guard write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", to: socket) else { return }
        let line = "X-Padding: " + String(repeating: "x", count: 8000) + "\r\n"
        var left = byteCount
        while left > 0 {
            guard write(line, to: socket) else { return }
            left -= line.utf8.count
        }
        _ = write("\r\n", to: socket)
    }

    private func drip(_ text: String, everyMilliseconds milliseconds: Int32, to socket: Int32) -> Bool {
        for byte in text.utf8 {
            var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            // Readable means that the client has hung up: it sends nothing more before it is answered.
            guard poll(&watched, 1, milliseconds) == 0, send(socket, [byte], 1, Int32(MSG_NOSIGNAL)) == 1 else {
                return false
            }
        }
        state.wait { $0.isStopped }
        return false
    }

    private func writeLargeBody(_ byteCount: Int, to socket: Int32) {
        guard write("HTTP/1.1 200 OK\r\nContent-Length: \(byteCount)\r\n\r\n", to: socket) else { return }
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
        var left = byteCount
        while left > 0 {
            let count = send(socket, chunk, min(left, chunk.count), Int32(MSG_NOSIGNAL))
            guard count > 0 else { return }
            left -= count
            state.withLock { $0.sentByteCount += count }
        }
    }
}

/// Reads requests with a Content-Length off one connection.
private struct RequestReader {
    let socket: Int32
    let connection: Int
    private var buffer: [UInt8] = []

    init(socket: Int32, connection: Int) {
        self.socket = socket
        self.connection = connection
    }

    mutating func next() -> TestReceiver.Request? {
        let end = Array("\r\n\r\n".utf8)
        var headerEnd = buffer.firstRange(of: end)
        while headerEnd == nil {
            guard fill() else { return nil }
            headerEnd = buffer.firstRange(of: end)
        }
        guard let headerEnd else { return nil }
        let lines = String(decoding: buffer[..<headerEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let start = lines.first?.split(separator: " ") ?? []
        guard start.count == 3 else { return nil }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        buffer.removeFirst(headerEnd.upperBound)
        while buffer.count < length {
            guard fill() else { return nil }
        }
        let body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return TestReceiver.Request(
            method: String(start[0]), target: String(start[1]), headers: headers, body: body, connection: connection)
    }

    private mutating func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk.prefix(count))
        return true
    }
}
