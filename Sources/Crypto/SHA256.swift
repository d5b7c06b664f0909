import COpenSSL

/// SHA-256 (FIPS 180-4) through OpenSSL's EVP interface.
///
/// Each value owns one context that is reused, so that hashing does not look the algorithm up every time.
/// Belongs to one thread at a time.
public final class SHA256 {
    private let context: OpaquePointer

    /// OpenSSL's handle to the algorithm, fetched once a process and never freed.
    private struct Algorithm: @unchecked Sendable {
        // @unchecked: an EVP_MD is immutable after it is fetched and reference counted by OpenSSL.
        let handle: OpaquePointer
    }
    private static let algorithm: Algorithm = {
        guard let handle = EVP_MD_fetch(nil, "SHA256", nil) else {
            fatalError("OpenSSL has no SHA-256; its configuration or installation is broken")
        }
        return Algorithm(handle: handle)
    }()

    /// A context ready for use.
    public init() {
        guard let context = EVP_MD_CTX_new(),
            EVP_DigestInit_ex2(context, Self.algorithm.handle, nil) == 1
        else { fatalError("out of memory for a SHA-256 context") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// The digest of `bytes`.
    public func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        // A nil algorithm re-initializes with the one already set, which is the fast path.
        EVP_DigestInit_ex2(context, nil, nil)
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { buffer in
            _ = EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        return Digest(
            words: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian))
    }

    /// The digest of `bytes`.
    public func digest(of bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { digest(of: $0) } }

    /// The digest of the UTF-8 text of `string`.
    public func digest(of string: String) -> Digest {
        var string = string
        return string.withUTF8 { digest(of: UnsafeRawBufferPointer($0)) }
    }

    /// The digest of `bytes` with a context made for this one call.
    public static func digest(of bytes: some Sequence<UInt8>) -> Digest { SHA256().digest(of: Array(bytes)) }

    /// The digest of the UTF-8 text of `string` with a context made for this one call.
    public static func digest(of string: String) -> Digest { SHA256().digest(of: string) }
}
