import COpenSSL

/// SHA-256 (FIPS 180-4) through OpenSSL.
///
/// Has no state, so one value may serve any thread; it is passed to say that hashing happens there.
public struct SHA256: Sendable {
    /// The hash function.
    public init() {}

    /// The digest of `bytes`.
    public func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { buffer in
            tl_sha256(bytes.baseAddress, bytes.count, buffer.baseAddress)
        }
        return Digest(
            words: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian))
    }

    /// The digest of `bytes`.
    public func digest(of bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { digest(of: $0) } }

    /// The digest of the UTF-8 text of `string`.
    public func digest(of string: String) -> Digest {
        if let digest = string.utf8.withContiguousStorageIfAvailable({ digest(of: UnsafeRawBufferPointer($0)) }) {
            return digest
        }
        return digest(of: Array(string.utf8))
    }

    /// The digest of `bytes`.
    public static func digest(of bytes: some Sequence<UInt8>) -> Digest { SHA256().digest(of: Array(bytes)) }

    /// The digest of the UTF-8 text of `string`.
    public static func digest(of string: String) -> Digest { SHA256().digest(of: string) }
}
