import Glibc

/// Reads a descriptor to its end.
struct InputReader {
    private let descriptor: Int32
    private static let chunkByteCount = 1 << 16

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// All bytes up to the end, or to an error, as of a descriptor that is closed.
    func readAll() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Self.chunkByteCount)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
        }
    }
}
