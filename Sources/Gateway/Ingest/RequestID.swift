import Crypto
import Synchronization

/// What one request is called in its answer and in the logs.
enum RequestID {
    private static let prefix = Array("req_".utf8) + Array(Hex.encode(SecureRandom.bytes(4)).utf8)
    private static let counter = Atomic<UInt64>(0)

    /// A new name: `req_`, eight digits of this process, eight of the request.
    static func next() -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        return String(unsafeUninitializedCapacity: 20) { text in
            for index in 0..<12 { text[index] = prefix[index] }
            for index in 0..<8 {
                text[12 + index] = Hex.digit(UInt8(truncatingIfNeeded: number >> UInt64(28 - 4 * index)) & 15)
            }
            return 20
        }
    }
}
