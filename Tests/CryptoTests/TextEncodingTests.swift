import Crypto
import TestSupport
import Testing

@Suite struct TextEncodingTests {
    @Test(
        "base64 gives the answers of RFC 4648, section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{F}\u{3}\u{3F}", "DwM/"), ("~~~", "fn5+"), ("???", "Pz8/"),
        ])
    func base64(_ text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
        let urlSafe = encoded.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" }
        #expect(Base64.encode(Array(text.utf8), alphabet: .urlSafe) == String(urlSafe))
        #expect(Base64.decode(String(urlSafe).utf8) == Array(text.utf8))
    }

    @Test(
        "base64 refuses what is not its text",
        arguments: [
            "Z", "Zg=", "Zg===", "Z===", "=", "==", "====", "Zg==Zg==", "Zm9=v", "Zm9v=", "Zm9v==", " Zm9v", "Zm9v ",
            "Zm9v\n",
            "Zm 9v", "Zm9v\u{0}", "Zm9.", "Zm9é", "Zh==", "Zm9=", "Zm8=x", "A===", "AA=A",
        ])
    func base64Malformed(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("base64 and hexadecimal read back what they wrote", arguments: 0..<100 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<seed).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
        #expect(Base64.decode(Base64.encode(bytes, alphabet: .urlSafe).utf8) == bytes)
        #expect(Hex.decode(Hex.encode(bytes).utf8) == bytes)
        #expect(Hex.decode(Hex.encode(bytes).uppercased().utf8) == bytes)
    }

    @Test("every text that base64 takes is the one it writes for those bytes", arguments: 0..<20 as Range<UInt64>)
    func base64IsCanonical(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let digits = Array("AQgwBZaz09+/=".utf8)
        for _ in 0..<500 {
            let text = (0..<random.next() % 9).map { _ in digits[Int(random.next() % UInt64(digits.count))] }
            if let bytes = Base64.decode(text) {
                #expect(
                    Base64.encode(bytes).utf8.filter { $0 != UInt8(ascii: "=") }
                        == text.filter { $0 != UInt8(ascii: "=") })
            }
        }
    }

    @Test("hexadecimal refuses odd counts and other characters", arguments: ["a", "abc", "0g", "0x", " 0", "é", "a "])
    func hexMalformed(_ text: String) {
        #expect(Hex.decode(text.utf8) == nil)
    }
}
