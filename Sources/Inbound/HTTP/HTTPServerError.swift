/// Why a server could not be set up.
public struct HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What a caller can decide on.
    public enum Code: String, Sendable, CaseIterable {
        /// The host is neither an address nor a name that resolves.
        case addressInvalid = "address_invalid"
        /// The address is taken, not this machine's, or not allowed.
        case bindFailed = "bind_failed"
        /// The certificate or the key cannot be used.
        case tlsInvalid = "tls_invalid"
    }

    /// What a caller can decide on.
    public var code: Code

    /// What failed and what to do about it, in one sentence.
    public var message: String

    /// The code and the message, safe to log.
    public var description: String { "\(code.rawValue): \(message)" }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
