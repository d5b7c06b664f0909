/// Where a server listens: a host and a port.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address without brackets, or a name.
    public let host: String
    /// 0 lets the system choose.
    public let port: UInt16

    /// An address from its parts.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Whether only this machine can connect.
    public var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }

    /// `127.0.0.1:8080` or `[::1]:8080`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Reads `host:port`, with an IPv6 address in brackets.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = HostName.port(text[text.index(after: colon)...], allowsZero: true)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), IPAddress(String(host)) != nil else { return nil }
        } else {
            guard HostName.isValid(host) else { return nil }
        }
        self.init(host: String(host), port: port)
    }
}

extension ConfigurationFormat where Value == ListenAddress {
    /// `host:port`.
    static var address: ConfigurationFormat {
        scalar("host:port", show: \.description) { (text) throws(ConfigurationComplaint) in
            guard let address = ListenAddress(text.text) else {
                throw ConfigurationComplaint("is no address; write host:port, such as 127.0.0.1:8080 or [::1]:8080")
            }
            return address
        }
    }
}
