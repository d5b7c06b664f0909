import Crypto
import TestSupport
import Testing

@Suite struct DigestTests {
    @Test("SHA-256 of every length up to 299 bytes is right, however the text falls into blocks")
    func everyLength() {
        let hasher = SHA256()
        let digests = (0..<300).flatMap { count in
            hasher.digest(of: (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + count) }).bytes
        }
        // Made with Python's hashlib.
        #expect(
            hasher.digest(of: digests).hex == "d5238871a46ac4a1a75ac3fb19d645b0b3b9e5f35f5f720e2b240d605c6b694e")
    }

    @Test("the digits of a digest are those of its bytes")
    func digits() {
        var random = SplitMix64(seed: 17)
        for _ in 0..<1000 {
            let words = (random.next(), random.next(), random.next(), random.next())
            let digest = Digest(words: words)
            let digits = digest.bytes.map { byte in
                let text = String(byte, radix: 16)
                return text.utf8.count == 1 ? "0" + text : text
            }
            #expect(digest.hex == digits.joined())
        }
    }

    @Test(
        "SHA-256 gives the answers of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ])
    func knownAnswers(_ text: String, hex: String) {
        let hasher = SHA256()
        // Twice, because a context that is reused must start afresh.
        for _ in 0..<2 { #expect(hasher.digest(of: text).hex == hex) }
        #expect(SHA256.digest(of: text).hex == hex)
        #expect(SHA256.digest(of: Array(text.utf8)).hex == hex)
        #expect(Hex.encode(hasher.digest(of: Array(text.utf8)).bytes) == hex)
    }

    @Test("a million times a")
    func longMessage() {
        let digest = SHA256().digest(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(digest.hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("a digest and its text are two forms of the same", arguments: 0..<50 as Range<UInt64>)
    func hexRoundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let digest = Digest(words: (random.next(), random.next(), random.next(), random.next()))
        #expect(Digest(hex: digest.hex.utf8) == digest)
        #expect(Digest(hex: digest.hex.uppercased().utf8) == digest)
        #expect(Hex.decode(digest.hex.utf8) == digest.bytes)
        #expect(digest.withHex { String(decoding: $0, as: UTF8.self) } == digest.hex)
    }

    @Test("only 64 hexadecimal digits are a digest")
    func malformedHex() {
        let digits = String(repeating: "a", count: 64)
        for text in ["", String(digits.dropLast()), digits + "a", digits.dropLast() + "g", digits.dropLast() + "é"] {
            #expect(Digest(hex: text.utf8) == nil)
        }
    }

    @Test("digests are ordered as their bytes are", arguments: 0..<50 as Range<UInt64>)
    func order(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let left = SHA256.digest(of: "\(random.next())")
        let right = SHA256.digest(of: "\(random.next())")
        #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
        #expect(left.hashValue == Digest(hex: left.hex.utf8)?.hashValue)
    }
}
