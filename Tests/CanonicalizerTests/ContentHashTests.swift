import Crypto
import Testing

@testable import Canonicalizer

@Suite struct ContentHashTests {
    private static func hash(_ bytes: [UInt8], _ kind: ContentHash.Kind = .string) -> ContentHash {
        ContentHash(kind, bytes.span)
    }

    private static func text(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test("a hash is the same in every process and every release, as fingerprints are stored")
    func neverChanges() {
        let texts = ["", "a", "abcd", "abcdefgh", "sixteen bytes ..", "a text of more than sixteen bytes"]
        var whole = ContentHash(.array)
        for text in texts { whole.append(Self.hash(Array(text.utf8))) }
        whole.append(ContentHash(.number, 255, 3))
        #expect(whole.digest.hex == "6a6f8342665a90d99c2981ed1e2464cf62ca1fcd0e4dffa5f820cba793a19a3e")
    }

    @Test("every bit of a text counts for half of the bits of its hash", arguments: 0..<50)
    func everyBitCounts(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        var changed = 0
        var trialCount = 0
        for _ in 0..<20 {
            var text = Self.text(count, &random)
            let before = Self.hash(text)
            for bit in 0..<count * 8 {
                text[bit / 8] ^= 1 << UInt8(bit % 8)
                let after = Self.hash(text)
                text[bit / 8] ^= 1 << UInt8(bit % 8)
                let (low, high) = (before.low ^ after.low, before.high ^ after.high)
                #expect(low.nonzeroBitCount > 8 && high.nonzeroBitCount > 8, "bit \(bit) of \(count * 8)")
                changed += low.nonzeroBitCount + high.nonzeroBitCount
                trialCount += 1
            }
        }
        let average = trialCount == 0 ? 64 : Double(changed) / Double(trialCount)
        #expect(54...74 ~= average)
    }

    @Test("neither half of a hash is shared by texts that differ in a bit, a digit, a length or a kind")
    func halvesDiffer() {
        var hashes: [ContentHash] = []
        for kind in [ContentHash.Kind.string, .longNumber] {
            for count in 1..<40 {
                hashes.append(Self.hash([UInt8](repeating: 0, count: count), kind))
                hashes.append(Self.hash([UInt8](repeating: 255, count: count), kind))
                for bit in 0..<count * 8 {
                    var text = [UInt8](repeating: 48, count: count)
                    text[bit / 8] ^= 1 << UInt8(bit % 8)
                    hashes.append(Self.hash(text, kind))
                }
            }
        }
        for number in 0..<20_000 {
            hashes.append(Self.hash(Array("order-\(number)".utf8)))
            hashes.append(ContentHash(.number, UInt64(number), 0))
            hashes.append(ContentHash(.time, UInt64(number), 0))
            hashes.append(ContentHash(.number, 7, UInt64(number + 1)))
        }
        #expect(Set(hashes.map(\.low)).count == hashes.count)
        #expect(Set(hashes.map(\.high)).count == hashes.count)
    }

    @Test("objects whose values are swapped, moved or summed differently are different", arguments: 0..<20)
    func membersAreNoSum(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let names = (0..<8).map { Self.hash(Array("name\($0)".utf8)) }
        var seen: Set<UInt64> = []
        for _ in 0..<500 {
            // Few values, so that many objects hold the same ones under other names.
            let values = names.map { _ in UInt64(random.next() % 4) }
            var object = ContentHash(.object)
            var reversed = ContentHash(.object)
            for (name, value) in zip(names, values) { object.insert(name, ContentHash(.number, value, 0)) }
            for (name, value) in zip(names, values).reversed() { reversed.insert(name, ContentHash(.number, value, 0)) }
            #expect(object == reversed)
            seen.insert(object.low)
            var swapped = ContentHash(.object)
            for (index, name) in names.enumerated() {
                swapped.insert(name, ContentHash(.number, values[index ^ 1], 0))
            }
            let isSame = names.indices.allSatisfy { values[$0] == values[$0 ^ 1] }
            #expect((swapped == object) == isSame)
        }
        #expect(seen.count > 450)
    }

    @Test("the order of an array's elements and their nesting matter")
    func orderMatters() {
        let (one, two) = (ContentHash(.number, 1, 0), ContentHash(.number, 2, 0))
        func array(_ elements: ContentHash...) -> ContentHash {
            var whole = ContentHash(.array)
            for element in elements { whole.append(element) }
            return whole
        }
        let all = [
            array(), array(one), array(one, two), array(two, one), array(array(one), two), array(one, array(two)),
            array(array(one, two)), array(one, two, ContentHash(.null)),
        ]
        #expect(Set(all.map(\.low)).count == all.count)
    }

    @Test(
        "a number's hash is its value's, however it is spelled",
        arguments: [
            ["0", "-0", "0.0", "0e9", "-0.00e-3"],
            ["10", "10.0", "1e1", "1E+1", "100e-1", "0.1e2", "10.000000000000000000000000"],
            ["-1.5", "-15e-1", "-0.0000000000000000000015e21"],
            ["1234567890123456789", "1234567890123456789.0", "123456789012345678.9e1"],
            ["12345678901234567890123", "1.2345678901234567890123e22", "12345678901234567890123000e-3"],
        ])
    func numbers(_ spellings: [String]) {
        let hashes = spellings.map { ContentHash(number: Array($0.utf8).span) }
        #expect(hashes.allSatisfy { $0 == hashes[0] })
    }

    @Test("numbers that differ have different hashes")
    func differentNumbers() {
        let numbers = [
            "0", "1", "-1", "10", "0.1", "1e2", "1e-2", "11", "1.1", "101", "9999999999999999999",
            "99999999999999999999",
            "12345678901234567890123", "12345678901234567890124", "-12345678901234567890123",
            "1.2345678901234567890123", "1e400", "1e-400",
        ]
        #expect(Set(numbers.map { ContentHash(number: Array($0.utf8).span).low }).count == numbers.count)
    }
}
