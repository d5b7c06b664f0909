import JSON

/// The sections of an IAB GPP string (reference inbound, 7.3 rule 6).
struct GPPString {
    struct Section {
        let id: Int
        let text: JSONText
    }

    let sections: [Section]

    static let tcfEurope = 2
    static let usPrivacy = 6

    /// More sections than the registry has.
    private static let sectionLimit = 64

    /// The longest text that is kept with the event, in bytes.
    private static let keptByteLimit = 4096

    /// Whether text may be kept as it is: it has nothing but the letters, digits and separators of such strings.
    static func isKept(_ text: JSONText) -> Bool {
        text.count <= keptByteLimit && text.allSatisfy { ASCII.isAlphanumeric($0) || separators.contains($0) }
    }

    private static let separators = Array("-_.~=".utf8)

    /// Splits the text and reads its header; nil if they do not fit together.
    init?(_ text: JSONText) {
        let parts = text.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
        guard let header = parts.first, let bits = BitText(header), let ids = Self.sectionIDs(bits),
            ids.count == parts.count - 1
        else { return nil }
        sections = zip(ids, parts.dropFirst()).map { Section(id: $0, text: $1) }
    }

    /// Reads the header: type 3, version 1, then the ids as differences in Fibonacci code.
    private static func sectionIDs(_ bits: BitText) -> [Int]? {
        guard bits.number(at: 0, bitCount: 6) == 3, bits.number(at: 6, bitCount: 6) == 1,
            let itemCount = bits.number(at: 12, bitCount: 12)
        else { return nil }
        var ids: [Int] = []
        var position = 24
        var last = 0
        for _ in 0..<itemCount {
            guard let isRange = bits.number(at: position, bitCount: 1) else { return nil }
            position += 1
            guard let start = fibonacci(bits, at: &position) else { return nil }
            var end = start
            if isRange == 1 {
                guard let length = fibonacci(bits, at: &position) else { return nil }
                end += length
            }
            guard ids.count + end - start < sectionLimit else { return nil }
            ids.append(contentsOf: last + start...last + end)
            last += end
        }
        return ids
    }

    /// Reads a number from 1 in Fibonacci code: sums of 1, 2, 3, 5, 8 … by set bits, ended by a second set bit in a row.
    private static func fibonacci(_ bits: BitText, at position: inout Int) -> Int? {
        var pair = (1, 2)
        var sum = 0
        var wasSet = false
        while let bit = bits.number(at: position, bitCount: 1), pair.0 < 1 << 20 {
            position += 1
            if bit == 1, wasSet { return sum }
            if bit == 1 { sum += pair.0 }
            wasSet = bit == 1
            pair = (pair.1, pair.0 + pair.1)
        }
        return nil
    }
}
