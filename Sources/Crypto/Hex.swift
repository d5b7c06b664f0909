/// Hexadecimal text.
public enum Hex {
    /// The lower-case digit for a value of 0 to 15.
    public static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    /// The sixteen lower-case digits of a word as they stand in memory, the most significant first.
    @inline(__always)
    package static func digits(_ word: UInt64) -> SIMD2<UInt64> {
        // Every byte becomes a pair of bytes with the upper half in front.
        let bytes = SIMD8<UInt16>(truncatingIfNeeded: unsafeBitCast(word.bigEndian, to: SIMD8<UInt8>.self))
        let halves = bytes &>> 4 | (bytes & SIMD8(repeating: 0x0F)) &<< 8
        // One in every byte whose digit is a letter; letters lie 39 places beyond the digits.
        let letters = (halves &+ SIMD8(repeating: 0x0606)) &>> 4 & SIMD8(repeating: 0x0101)
        let digits = halves &+ SIMD8(repeating: 0x3030) &+ letters &* SIMD8(repeating: 39)
        return unsafeBitCast(digits, to: SIMD2<UInt64>.self)
    }

    /// The value of a digit of either case, or nil.
    public static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - 55
        default: nil
        }
    }

    /// Lower-case text, two digits a byte.
    public static func encode(_ bytes: some Collection<UInt8>) -> String { encode(Array(bytes)) }

    /// The bytes of an even number of digits, or nil.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? { decode(Array(text)) }

    // Loops run over arrays: over a generic collection, which other modules cannot specialize, they are ten times slower.

    private static func encode(_ bytes: [UInt8]) -> String {
        let text = [UInt8](unsafeUninitializedCapacity: bytes.count * 2) { buffer, count in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digit(byte >> 4)
                buffer[index * 2 + 1] = digit(byte & 15)
            }
            count = bytes.count * 2
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = value(text[index]), let low = value(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
