import Glibc

/// TCP sockets that listen on one address, one a loop; the kernel spreads new connections over them.
enum ListeningSocket {
    /// Opens `count` listening sockets on one port.
    ///
    /// - Returns: Their descriptors, which the caller closes, and the port, chosen by the system if `port` is 0.
    static func open(
        host: String, port: UInt16, count: Int
    ) throws(HTTPServerError) -> (descriptors: [Int32], port: UInt16) {
        let address = try SocketAddress(host: host, port: port)
        // SO_REUSEPORT would also let a second server of the same user take half of the traffic without a word; a
        // socket without it cannot be bound while somebody else listens.
        if port != 0 { close(try bound(address, sharesPort: false)) }
        var descriptors: [Int32] = []
        do throws(HTTPServerError) {
            var address = address
            for _ in 0..<count {
                let descriptor = try bound(address, sharesPort: true)
                descriptors.append(descriptor)
                guard listen(descriptor, backlog) == 0 else { throw failure("listen", errno, address) }
                address.port = SocketAddress.boundPort(of: descriptor)
            }
            return (descriptors, address.port)
        } catch {
            for descriptor in descriptors { close(descriptor) }
            throw error
        }
    }

    /// How many connections may wait to be accepted; the kernel cuts it to net.core.somaxconn.
    private static let backlog: Int32 = 1024

    private static func bound(_ address: SocketAddress, sharesPort: Bool) throws(HTTPServerError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw failure("socket", errno, address) }
        // Accepted connections inherit TCP_NODELAY: an answer is one write, and Nagle would only hold back pipelines.
        var options = [(SOL_SOCKET, SO_REUSEADDR), (Int32(IPPROTO_TCP), TCP_NODELAY)]
        if sharesPort { options.append((SOL_SOCKET, SO_REUSEPORT)) }
        for (level, option) in options {
            var on: Int32 = 1
            guard setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
                defer { close(descriptor) }
                throw failure("setsockopt", errno, address)
            }
        }
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            defer { close(descriptor) }
            throw failure("bind", errno, address)
        }
        return descriptor
    }

    private static func failure(_ call: String, _ code: Int32, _ address: SocketAddress) -> HTTPServerError {
        let advice =
            switch code {
            case EADDRINUSE: "another process listens there; stop it or choose another port"
            case EADDRNOTAVAIL: "this machine does not have that address; choose one it has, or 0.0.0.0"
            case EACCES: "ports below 1024 need the capability CAP_NET_BIND_SERVICE; choose a higher port"
            default: String(cString: strerror(code))
            }
        return HTTPServerError(
            .bindFailed, "cannot listen on \(address.host) port \(address.port) (\(call)): \(advice)")
    }
}

/// An IPv4 or IPv6 address with a port.
private struct SocketAddress {
    /// The host as the configuration has it.
    let host: String
    private var storage = sockaddr_storage()
    private let length: socklen_t

    init(host: String, port: UInt16) throws(HTTPServerError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0, let first = list?.pointee, let address = first.ai_addr else {
            let reason = String(cString: gai_strerror(code))
            throw HTTPServerError(
                .addressInvalid, "cannot listen on \"\(host)\": \(reason); give an address such as 127.0.0.1 or ::")
        }
        self.host = host
        length = first.ai_addrlen
        withUnsafeMutableBytes(of: &storage) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(first.ai_addrlen)))
        }
        self.port = port
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// The port: at the same place, in network order, in both kinds of address.
    var port: UInt16 {
        get { withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) } }
        set {
            withUnsafeMutableBytes(of: &storage) {
                $0.storeBytes(of: newValue.bigEndian, toByteOffset: 2, as: UInt16.self)
            }
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    static func boundPort(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        precondition(code == 0, "getsockname of a bound socket failed: errno \(errno)")
        return withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    }
}
