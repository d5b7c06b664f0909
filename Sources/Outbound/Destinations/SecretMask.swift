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
            bytes.count < secret.count ? bytes : bytes.replacing(secret, with: "***".utf8)
        }
    }
}

extension SecretMask: CustomStringConvertible {
    var description: String { "***" }
}
