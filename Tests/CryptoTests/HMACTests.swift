import Crypto
import Testing

@Suite struct HMACTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String, hash: HMAC.Hash, key: [UInt8], message: [UInt8], hex: String
        var testDescription: String { name }

        init(_ name: String, _ hash: HMAC.Hash, key: [UInt8], _ message: [UInt8], _ hex: String) {
            self.name = name
            self.hash = hash
            self.key = key
            self.message = message
            self.hex = hex
        }
    }

    private static let longKeyText = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)

    @Test(
        "gives the answers of RFC 4231 and RFC 2202",
        arguments: [
            Case(
                "RFC 4231, 1", .sha256, key: Array(repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            Case(
                "RFC 4231, 2", .sha256, key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            Case(
                "RFC 4231, 3", .sha256, key: Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            Case(
                "RFC 4231, 6", .sha256, key: Array(repeating: 0xAA, count: 131), longKeyText,
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            Case(
                "RFC 2202, 1", .sha1, key: Array(repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b617318655057264e28bc0b6fb378c8ef146be00"),
            Case(
                "RFC 2202, 2", .sha1, key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            Case(
                "RFC 2202, 6", .sha1, key: Array(repeating: 0xAA, count: 80), longKeyText,
                "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
            Case(
                "empty key and message", .sha256, key: [], [],
                "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
            Case(
                "empty key and message", .sha1, key: [], [], "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"),
        ])
    func knownAnswers(_ c: Case) {
        #expect(Hex.encode(HMAC.code(c.hash, key: c.key, message: c.message)) == c.hex)
    }

    @Test("constant-time comparison finds every difference")
    func constantTime() {
        let bytes = Array<UInt8>(0..<64)
        #expect(ConstantTime.areEqual(bytes, bytes))
        #expect(ConstantTime.areEqual([], []))
        #expect(!ConstantTime.areEqual(bytes, Array(bytes.dropLast())))
        #expect(!ConstantTime.areEqual([], [0]))
        for index in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[index] ^= 1 << UInt8(bit)
                #expect(!ConstantTime.areEqual(bytes, other))
            }
        }
    }

    @Test("random bytes are as many as asked and not the same twice")
    func randomness() {
        #expect(SecureRandom.bytes(0).isEmpty)
        let drawn = (0..<100).map { _ in SecureRandom.bytes(16) }
        #expect(drawn.allSatisfy { $0.count == 16 })
        #expect(Set(drawn).count == 100)
    }
}
