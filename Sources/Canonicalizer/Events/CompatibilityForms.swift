/// The letters and digits that Unicode's compatibility forms (NFKC) make of styled ones.
///
/// Names are typed and copied, so what counts is what keyboards, word processors and "fancy text" pages make of Latin
/// letters: full-width, mathematical, circled, raised and joined forms. Forms of other scripts stay as they are; two
/// spellings of such a name are two custom events.
enum CompatibilityForms {
    /// The plain spelling of a styled letter or digit, or nil for a scalar that is none.
    static func plain(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x00B2, 0x00B3: digit(scalar.value - 0x00B0)
        case 0x00B9: "1"
        case 0x00AA: "a"
        case 0x00BA: "o"
        case 0x2070...0x2079: digit(scalar.value - 0x2070)
        case 0x2080...0x2089: digit(scalar.value - 0x2080)
        case 0x2026: "..."
        case 0x2100...0x214F: letterlike[scalar.value]
        case 0x2460...0x2468: digit(scalar.value - 0x2460 + 1)
        case 0x24B6...0x24CF: letter(scalar.value - 0x24B6, "A")
        case 0x24D0...0x24E9: letter(scalar.value - 0x24D0, "a")
        case 0xFB00...0xFB06: ligatures[Int(scalar.value - 0xFB00)]
        case 0xFF01...0xFF5E: String(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
        case 0x1D400...0x1D6A3: mathematicalLetter(scalar.value - 0x1D400)
        case 0x1D7CE...0x1D7FF: digit((scalar.value - 0x1D7CE) % 10)
        default: nil
        }
    }

    private static let ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"]

    /// Thirteen alphabets of 26 capitals and 26 small letters; their gaps are among the letterlike symbols.
    private static func mathematicalLetter(_ position: UInt32) -> String {
        let inAlphabet = position % 52
        return inAlphabet < 26 ? letter(inAlphabet, "A") : letter(inAlphabet - 26, "a")
    }

    private static func letter(_ position: UInt32, _ first: Unicode.Scalar) -> String {
        String(Unicode.Scalar(UInt8(first.value + position)))
    }

    private static func digit(_ value: UInt32) -> String { String(value) }

    private static let letterlike: [UInt32: String] = [
        0x2102: "C", 0x2107: "E", 0x210A: "g", 0x210B: "H", 0x210C: "H", 0x210D: "H", 0x210E: "h", 0x2110: "I",
        0x2111: "I", 0x2112: "L", 0x2113: "l", 0x2115: "N", 0x2116: "No", 0x2119: "P", 0x211A: "Q", 0x211B: "R",
        0x211C: "R", 0x211D: "R", 0x2120: "SM", 0x2122: "TM", 0x2124: "Z", 0x2128: "Z", 0x212A: "K", 0x212B: "Å",
        0x212C: "B", 0x212D: "C", 0x212F: "e", 0x2130: "E", 0x2131: "F", 0x2133: "M", 0x2134: "o", 0x2139: "i",
        0x2145: "D", 0x2146: "d", 0x2147: "e", 0x2148: "i", 0x2149: "j",
    ]
}
