import COpenSSL

/// Random bytes fit for secrets.
public enum SecureRandom {
    /// `count` unpredictable bytes.
    public static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else {
                fatalError("OpenSSL has no randomness to give; the system is not fit for secrets")
            }
            filled = count
        }
    }
}
