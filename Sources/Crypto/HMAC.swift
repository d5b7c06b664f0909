import COpenSSL

/// Keyed message authentication (RFC 2104) through OpenSSL.
public enum HMAC {
    /// The hash beneath the code.
    public enum Hash: Sendable {
        /// 20 bytes; what Segment signs webhooks with.
        case sha1
        /// 32 bytes; what everything else uses.
        case sha256
    }

    /// The authentication code of `message` under `key`.
    public static func code(_ hash: Hash, key: [UInt8], message: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            let algorithm = hash == .sha1 ? EVP_sha1() : EVP_sha256()
            // An empty key is legal, but OpenSSL wants a pointer all the same.
            let result = withUnsafeTemporaryAllocation(byteCount: max(1, key.count), alignment: 1) { keyBytes in
                keyBytes.copyBytes(from: key)
                return COpenSSL.HMAC(
                    algorithm, keyBytes.baseAddress, Int32(key.count),
                    message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count, buffer.baseAddress,
                    &length)
            }
            guard result != nil else { fatalError("OpenSSL refused HMAC; its configuration or installation is broken") }
            count = Int(length)
        }
    }

    /// The authentication code of `message` under `key`.
    public static func code(_ hash: Hash, key: [UInt8], message: [UInt8]) -> [UInt8] {
        message.withUnsafeBytes { code(hash, key: key, message: $0) }
    }
}

/// Compares secrets in a time that does not depend on where they differ.
public enum ConstantTime {
    /// Whether both have the same bytes.
    ///
    /// A difference in length shows at once, as lengths are no secret here.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                left.count == 0 || CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }
}
