/// Reduces text to the letters `a` to `z`, only to look names of countries and states up in tables.
///
/// Decomposes (Unicode NFD), drops marks, maps `ø`, `æ` and `ß`, puts in lower case and keeps nothing else
/// (reference destinations/geo-normalization, 1).
enum TextFold {
    /// Base letters of U+00C0 to U+024F; `.` is none, `*` is more than one.
    private static let latin = Array(
        """
        aaaaaa*ceeeeiiii.nooooo.ouuuuy.*aaaaaa*ceeeeiiii.nooooo.ouuuuy.yaaaaaaccccccccdd..eeeeeeeeeegggggggg\
        hh..iiiiiiiii...jjkk.llllll....nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.........\
        ........................oo.............uu............................aaiioouuuuuuuuuu.aaaa....ggkkoo\
        oo..j...gg..nnaa....aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............................
        """.utf8)

    /// Base letters of U+1E00 to U+1EFF.
    private static let latinAdditional = Array(
        """
        aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss\
        ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee\
        iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......
        """.utf8)

    /// Appends the letters of `text`.
    static func append(_ text: some Collection<UInt8>, to bytes: inout ByteBuffer) {
        var scalar: UInt32 = 0
        var missingCount = 0  // continuation bytes that the scalar in hand still lacks
        for byte in text {
            switch byte {
            case 0..<0x80: if ASCII.isLetter(byte) { bytes.append(byte | 0x20) }
            case 0xC0..<0xE0: (scalar, missingCount) = (UInt32(byte & 0x1F), 1)
            case 0xE0..<0xF0: (scalar, missingCount) = (UInt32(byte & 0x0F), 2)
            case 0xF0...: (scalar, missingCount) = (UInt32(byte & 0x07), 3)
            default:
                scalar = scalar << 6 | UInt32(byte & 0x3F)
                missingCount -= 1
                if missingCount == 0 { append(scalar: scalar, to: &bytes) }
            }
        }
    }

    private static func append(scalar: UInt32, to bytes: inout ByteBuffer) {
        let letter: UInt8
        switch scalar {
        case 0xC0..<0x250: letter = latin[Int(scalar - 0xC0)]
        case 0x1E00..<0x1F00: letter = latinAdditional[Int(scalar - 0x1E00)]
        default: return
        }
        switch letter {
        case UInt8(ascii: "."): return
        case UInt8(ascii: "*"): bytes.append(contentsOf: scalar == 0xDF ? "ss".utf8 : "ae".utf8)
        default: bytes.append(letter)
        }
    }
}
