import EventModel
import TestSupport
import Testing

@Suite struct AmountTests {
    @Test(
        "decimal text is read exactly and written plainly",
        arguments: [
            ("0", "0"), ("-0", "0"), ("1", "1"), ("129.99", "129.99"), ("-0.5", "-0.5"), ("10.50", "10.5"),
            ("1e2", "100"),
            ("1.5E+3", "1500"), ("12345e-3", "12.345"), ("0.000001", "0.000001"), ("0.0000004", "0"), ("0.1", "0.1"),
            ("999999999999999", "999999999999999"), ("999999999999999.999999", "999999999999999.999999"),
            ("-999999999999999.999999", "-999999999999999.999999"), ("0e9999", "0"), ("1e-400", "0"),
            ("1e14", "100000000000000"),
            ("0.00000000000000000000000000000000000000000000001e47", "1"), ("000000000000000000000007.5", "7.5"),
        ])
    func reads(_ text: String, written: String) {
        #expect(Amount(text)?.description == written)
    }

    @Test(
        "half a millionth rounds to the even neighbour, anything more away from it",
        arguments: [
            ("0.0000005", "0"), ("0.0000015", "0.000002"), ("0.0000025", "0.000002"), ("-0.0000015", "-0.000002"),
            ("0.00000050000000000000000000000000000000000001", "0.000001"), ("0.00000049999999999999", "0"),
            ("1.9999995", "2"), ("1.0000004999", "1"),
            ("123456789012345.12345650000000000000000000000000000001", "123456789012345.123457"),
        ])
    func rounds(_ text: String, written: String) {
        #expect(Amount(text)?.description == written)
    }

    @Test(
        "what is no number, or too large, is nil",
        arguments: [
            "", "-", "+1", ".5", "1.", "1.e2", "1e", "1e+", "--1", "1-", "0x10", "1 ", " 1", "1,5", "NaN", "Infinity",
            "é", "1.2.3",
            "1e2.5", "1000000000000000", "1e15", "1e400", "1e99999999999999999999",
            "12345678901234567890123456789012345678901234567890",
        ])
    func refuses(_ text: String) {
        #expect(Amount(text) == nil)
    }

    @Test("reading what was written gives the same amount", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let digitCount = random.next() % 21
        let bound = (0..<digitCount).reduce(UInt128(1)) { bound, _ in bound * 10 }
        let micros = Int128((UInt128(random.next()) << 64 | UInt128(random.next())) % bound)
        for amount in [Amount(micros: micros), Amount(micros: -micros)] {
            #expect(Amount(amount.description) == amount)
        }
    }

    @Test("sums and products agree with whole-number arithmetic", arguments: 0..<100 as Range<UInt64>)
    func arithmetic(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let left = Int128(Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 60))
        let right = Int128(Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 60))
        let (a, b) = (Amount(micros: left), Amount(micros: right))
        #expect((a + b).micros == left + right)
        #expect((a - b).micros == left - right)
        let product = left * right
        #expect((a * b).micros == (product + (product < 0 ? -500_000 : 500_000)) / 1_000_000)
        #expect((a * b) == (b * a))
        #expect((a < b) == (left < right))
        #expect((-a).micros == -left)
        #expect(a.magnitude.micros == abs(left))
    }

    @Test("products round halves away from zero")
    func productRounding() throws {
        let half = try #require(Amount("0.5"))
        let micro = Amount(micros: 1)
        #expect((micro * half).micros == 1)
        #expect((-micro * half).micros == -1)
        #expect((micro * Amount("0.4")!).micros == 0)
        #expect((Amount("19.99")! * Amount(3)).description == "59.97")
        #expect((Amount("-12.345678")! * Amount("2.5")!).description == "-30.864195")
    }

    @Test("no input can overflow: the largest amounts multiply exactly, and sums of products stop at the limit")
    func saturation() throws {
        let largest = try #require(Amount("999999999999999.999999"))
        let square = largest * largest
        #expect(square.description == "999999999999999999998000000000")
        let sum = (0..<1000).reduce(Amount.zero) { sum, _ in sum + square }
        #expect(sum.micros == .max)
        #expect((-sum + -square).micros == .min)
        #expect((Amount.zero - Amount(micros: .min)).micros == .max)
        #expect((sum * sum).micros == .max)
        #expect((sum * -sum).micros == .min)
        #expect(Amount(micros: .min).magnitude.micros == .max)
        #expect(square.roundedDown == .max)
        #expect((-square).roundedDown == .min)
    }

    @Test("rounding down goes to the lower whole number")
    func roundedDown() throws {
        let expected = [("1.999999", 1), ("2", 2), ("0.5", 0), ("-0.5", -1), ("-2", -2), ("-2.000001", -3)]
        for (text, whole) in expected {
            let amount = try #require(Amount(text))
            #expect(amount.roundedDown == whole)
            #expect(amount.isWhole == (amount == Amount(whole)))
            #expect(amount.isNegative == (whole < 0))
        }
    }
}
