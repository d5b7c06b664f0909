import Crypto
import Synchronization

/// What one request is called in its answer and in the logs.
enum RequestID {
    private static let prefix = Hex.encode(SecureRandom.bytes(4))
    private static let counter = Atomic<UInt64>(0)

    /// A new name: `req_`, eight digits of this process, eight of the request.
    static func next() -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        let digits = String(UInt32(truncatingIfNeeded: number), radix: 16)
        return "req_" + prefix + String(repeating: "0", count: 8 - digits.count) + digits
    }
}
