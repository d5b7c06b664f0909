/// A SHA-256 digest: 32 bytes, kept inline.
public struct Digest: Sendable, Hashable, Comparable {
    /// The digest as four big-endian words, so that comparing words compares bytes.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    /// A digest from its four big-endian words.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Whether both are the same 32 bytes; not in constant time.
    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    /// Whether the bytes of `left` come first.
    public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

    /// Feeds half of the digest, which is as random as the whole.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            var position = 0
            for word in [words.0, words.1, words.2, words.3] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    buffer[position] = UInt8(truncatingIfNeeded: word >> UInt64(shift))
                    position += 1
                }
            }
            count = 32
        }
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public var hex: String { withHex { String(decoding: $0, as: UTF8.self) } }

    /// Lends the 64 ASCII bytes of ``hex`` without allocating.
    @inlinable
    public func withHex<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: hexWords, body)
    }

    /// The 64 ASCII bytes of ``hex``, as they stand in memory.
    @usableFromInline
    var hexWords: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) {
        let (first, second) = (Hex.digits(words.0), Hex.digits(words.1))
        let (third, fourth) = (Hex.digits(words.2), Hex.digits(words.3))
        return (
            first[0].littleEndian, first[1].littleEndian, second[0].littleEndian, second[1].littleEndian,
            third[0].littleEndian, third[1].littleEndian, fourth[0].littleEndian, fourth[1].littleEndian
        )
    }

    /// A digest from exactly 64 hexadecimal digits of either case, or nil.
    public init?(hex: some Collection<UInt8>) {
        guard hex.count == 64, let bytes = Hex.decode(hex) else { return nil }
        func word(_ index: Int) -> UInt64 {
            bytes[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(1), word(2), word(3))
    }
}
