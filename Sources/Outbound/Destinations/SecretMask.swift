import Glibc

/// Replaces secrets in what is kept and shown: destinations echo requests in their answers.
struct SecretMask: Sendable {
    private let secrets: [[UInt8]]

    /// Shorter texts are no secrets, and masking them would shred what is shown.
    private static let byteCountMin = 6

    init(_ secrets: [String]) {
        // The longest first, as one secret may contain another.
        self.secrets = Set(secrets.map { Array($0.utf8) }).filter { $0.count >= Self.byteCountMin }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
    }

    /// A copy with every secret replaced by `***`.
    func masked(_ bytes: [UInt8]) -> [UInt8] {
        secrets.reduce(bytes) { bytes, secret in
            Self.contains(secret, in: bytes) ? bytes.replacing(secret, with: "***".utf8) : bytes
        }
    }

    /// Whether there is anything to replace, which there hardly ever is: looks from one first byte of it to the next.
    private static func contains(_ secret: [UInt8], in bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let first = secret.first else { return false }
            var position = 0
            while position + secret.count <= bytes.count,
                let found = memchr(base + position, Int32(first), bytes.count - position)
            {
                position = UnsafeRawPointer(found) - base
                guard position + secret.count <= bytes.count else { return false }
                if memcmp(found, secret, secret.count) == 0 { return true }
                position += 1
            }
            return false
        }
    }
}

extension SecretMask: CustomStringConvertible {
    var description: String { "***" }
}
