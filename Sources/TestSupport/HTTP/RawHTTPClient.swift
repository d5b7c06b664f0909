import Glibc

/// One plain TCP connection that sends exactly the bytes it is given and reads HTTP answers.
///
/// For tests of servers: it forgives nothing and hides nothing. Blocking; whoever waits longer than ten seconds for
/// the server gets an error, so that a failing test ends.
public final class RawHTTPClient {
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: The server's port on 127.0.0.1.
    ///   - receiveBufferBytes: How much the kernel may hold for a client that does not read; the system's choice if nil.
    /// - Throws: ``RawHTTPError`` when nobody listens.
    public init(port: UInt16, receiveBufferBytes: Int32? = nil) throws(RawHTTPError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RawHTTPError("socket", errno) }
        if var bytes = receiveBufferBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))

        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let failure = RawHTTPError("connect", errno)
            close()
            throw failure
        }
    }

    deinit { close() }

    /// Sends text as it is.
    public func send(_ text: String) throws(RawHTTPError) { try send(Array(text.utf8)) }

    /// Sends bytes as they are.
    public func send(_ bytes: [UInt8]) throws(RawHTTPError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else { throw RawHTTPError("send", errno) }
            sent += count
        }
    }

    /// Sends a request with a `Host` header, and `Content-Length` if there is a body.
    public func send(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) throws(RawHTTPError) {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if !body.isEmpty { text += "Content-Length: \(body.count)\r\n" }
        try send(Array((text + "\r\n").utf8) + body)
    }

    /// Reads one answer.
    ///
    /// - Parameter hasBody: Whether a body follows as announced; false after HEAD.
    /// - Returns: The answer.
    /// - Throws: ``RawHTTPError`` when the connection ends before the answer does.
    public func readResponse(hasBody: Bool = true) throws(RawHTTPError) -> RawHTTPResponse {
        var end = headEnd
        while end == nil {
            guard try fill() else { throw RawHTTPError("the connection ended within a header", 0) }
            end = headEnd
        }
        let headCount = end ?? 0
        guard var response = RawHTTPResponse(head: buffer[..<headCount]) else {
            throw RawHTTPError("the answer is not HTTP", 0)
        }
        buffer.removeFirst(headCount)
        guard hasBody, response.status >= 200 else { return response }
        if let text = response.header("Content-Length"), let count = Int(text) {
            while buffer.count < count {
                guard try fill() else { throw RawHTTPError("the connection ended within a body", 0) }
            }
            response.body = Array(buffer.prefix(count))
            buffer.removeFirst(count)
        }
        return response
    }

    /// Reads until the server closes the connection, and returns what came; a reset counts as closed.
    public func readToEnd() throws(RawHTTPError) -> [UInt8] {
        while try fill() {}
        defer { buffer = [] }
        return buffer
    }

    /// Says that nothing more will be sent, and still reads.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes the connection; with a reset instead of an orderly end if asked to.
    public func close(resetting: Bool = false) {
        guard descriptor >= 0 else { return }
        if resetting {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Where the first header in the buffer ends.
    private var headEnd: Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 0...(buffer.count - 4) where buffer[index..<(index + 4)].elementsEqual([13, 10, 13, 10]) {
            return index + 4
        }
        return nil
    }

    /// Reads what there is, waiting for something; false at the end of the connection.
    private func fill() throws(RawHTTPError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0 && errno != ECONNRESET { throw RawHTTPError("recv", errno) }
        if count > 0 { buffer.append(contentsOf: chunk.prefix(count)) }
        return count > 0
    }
}

/// One answer as a server sent it.
public struct RawHTTPResponse: Sendable {
    /// The status code.
    public let status: Int

    /// The header fields in order.
    public let headers: [(name: String, value: String)]

    /// The body.
    public var body: [UInt8] = []

    init?(head: ArraySlice<UInt8>) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        self.status = status
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts.count == 2 ? String(parts[1].drop { $0 == " " }) : "")
        }
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of the first field of that name, in whatever case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why a raw connection failed.
public struct RawHTTPError: Error, Sendable, CustomStringConvertible {
    /// What failed.
    public let call: String

    /// The error number; 0 if the server is at fault.
    public let code: Int32

    /// The call and the system's word for its error.
    public var description: String { code == 0 ? call : "\(call): \(String(cString: strerror(code)))" }

    init(_ call: String, _ code: Int32) {
        self.call = call
        self.code = code
    }
}
