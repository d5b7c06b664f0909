import Crypto

/// Bytes that must never be printed: a shared secret, a write key, a signing key.
///
/// Every way of describing a value prints `***`. Comparing takes a time that does not depend on the bytes.
public struct SecretBytes: Sendable {
    let bytes: [UInt8]

    /// The UTF-8 of a secret.
    public init(_ text: String) { bytes = Array(text.utf8) }

    init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// Whether there is nothing to keep secret.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Whether these are the same bytes; a difference in length shows at once.
    func matches(_ candidate: [UInt8]) -> Bool { ConstantTime.areEqual(bytes, candidate) }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `***`.
    public var description: String { "***" }
    /// Always `***`.
    public var debugDescription: String { "***" }
    /// Shows no parts, so that `dump` prints nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
