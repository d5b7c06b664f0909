import Crypto

/// 128 bits that stand for a piece of JSON, the same in every process and on every machine.
///
/// Built from products of 64-bit words whose halves are folded together, as wyhash and rapidhash do it; each half of the
/// hash mixes all of the content with constants of its own, so that two pieces which are not made to fool it share a hash
/// as rarely as two random numbers of 128 bits. It is no protection against somebody who makes such pieces on purpose.
struct ContentHash: Sendable, Equatable {
    /// What a piece is; two pieces of different kinds have different hashes.
    enum Kind: UInt64 {
        case absent = 1, null, yes, no, number, longNumber, time, string, array, object
    }

    private(set) var low: UInt64
    private(set) var high: UInt64

    /// The beginning of the hash of several pieces.
    @inline(__always)
    init(_ kind: Kind) {
        // Far apart, so that no content makes up for another kind.
        low = Self.keys.0 &+ kind.rawValue &* Self.keys.5
        high = Self.keys.1 &+ kind.rawValue &* Self.keys.3
    }

    /// The hash of two words, such as a number's digits and exponent.
    @inline(__always)
    init(_ kind: Kind, _ first: UInt64, _ second: UInt64) {
        self.init(kind)
        add(first, second)
    }

    /// The hash of bytes and of how many they are.
    ///
    /// The last sixteen overlap those before, so that nothing beyond the bytes is read.
    @inline(__always)
    init(_ kind: Kind, _ text: Span<UInt8>) {
        self.init(kind)
        let count = text.count
        low ^= UInt64(truncatingIfNeeded: count) &* Self.keys.2
        high ^= UInt64(truncatingIfNeeded: count) &* Self.keys.4
        let bytes = unsafe text.bytes
        if count > 16 {
            var offset = 0
            while offset < count - 16 {
                add(Self.word(bytes, offset), Self.word(bytes, offset + 8))
                offset += 16
            }
            add(Self.word(bytes, count - 16), Self.word(bytes, count - 8))
        } else if count >= 8 {
            add(Self.word(bytes, 0), Self.word(bytes, count - 8))
        } else if count >= 4 {
            add(Self.halfWord(bytes, 0), Self.halfWord(bytes, count - 4))
        } else {
            var word: UInt64 = 0
            for index in 0..<count { word = word << 8 | UInt64(text[index]) }
            add(word, 0)
        }
    }

    /// Takes in the next piece; the order of pieces matters.
    @inline(__always)
    mutating func append(_ piece: ContentHash) { add(piece.low, piece.high) }

    /// Takes in a member of an object; the order of members does not matter.
    ///
    /// What is added up are hashes of name and value together, so that no sum says of two objects that they are the same
    /// unless their members are.
    @inline(__always)
    mutating func insert(_ name: ContentHash, _ value: ContentHash) {
        var member = name
        member.append(value)
        low &+= member.low
        high &+= member.high
    }

    /// The hash, and what it becomes when more is mixed in: as long as a digest is wherever one is kept.
    var digest: Digest {
        var more = self
        more.add(Self.keys.2, Self.keys.5)
        return Digest(words: (low, high, more.low, more.high))
    }

    @inline(__always)
    private mutating func add(_ first: UInt64, _ second: UInt64) {
        low = Self.fold(low ^ first, second ^ Self.keys.3)
        high = Self.fold(high ^ second, first ^ Self.keys.4)
    }

    /// Both halves of a product as one word.
    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func halfWord(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        unsafe UInt64(UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }

    /// Odd numbers with as many ones as zeros; they are part of every fingerprint that is stored, so they never change.
    private static var keys: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) {
        @inline(__always) get {
            (
                0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3,
                0x1D8E_4E27_C47D_124F, 0xEB44_ACCA_B455_D165
            )
        }
    }
}
