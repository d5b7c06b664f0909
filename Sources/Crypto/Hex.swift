/// Hexadecimal text.
public enum Hex {
    /// The lower-case digit for a value of 0 to 15.
    public static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    /// The sixteen lower-case digits of a word as they stand in memory, the most significant first.
    @inline(__always)
    package static func digits(_ word: UInt64) -> SIMD2<UInt64> {
        typealias Pair = SIMD2<UInt64>
        let bytes = word.byteSwapped
        var nibbles = Pair(bytes & 0xFFFF_FFFF, bytes >> 32)
        nibbles = (nibbles | nibbles &<< 16) & Pair(repeating: 0x0000_FFFF_0000_FFFF)
        nibbles = (nibbles | nibbles &<< 8) & Pair(repeating: 0x00FF_00FF_00FF_00FF)
        let low = Pair(repeating: 0x000F_000F_000F_000F)
        nibbles = (nibbles &>> 4) & low | (nibbles & low) &<< 8
        // One in every byte whose digit is a letter; letters lie 39 places (32 + 4 + 2 + 1) beyond the digits.
        let letters = (nibbles &+ Pair(repeating: 0x0606_0606_0606_0606)) &>> 4 & Pair(repeating: 0x0101_0101_0101_0101)
        let digits = nibbles &+ Pair(repeating: 0x3030_3030_3030_3030) &+ letters
        return digits &+ (letters &<< 5) &+ (letters &<< 2) &+ (letters &<< 1)
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
