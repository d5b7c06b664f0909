/// Gets `${NAME}` past YAML's flow style, which would take its braces for a mapping: `secrets: [${TOKEN}]`.
///
/// Before parsing, the braces of a placeholder become two noncharacters, which YAML reads as text; afterwards they
/// become braces again. One character stands for one, so columns stay. Unicode keeps U+FDD0…U+FDEF for such internal
/// use (The Unicode Standard, 23.7), and a file that contains one is refused, so nothing else can turn into a brace.
enum PlaceholderBraces {
    private static let opening: [UInt8] = [0xEF, 0xB7, 0x90]  // U+FDD0
    private static let closing: [UInt8] = [0xEF, 0xB7, 0x91]  // U+FDD1
    /// How many bytes may stand between the braces; keeps the search linear.
    private static let byteLimit = 1024

    /// `bytes` with the braces of every `${…}` that ends on its line replaced.
    static func hide(in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 64)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            result.append(byte)
            guard byte == UInt8(ascii: "$"), index < bytes.count, bytes[index] == UInt8(ascii: "{"),
                let end = closingBrace(in: bytes, from: index + 1)
            else { continue }
            result += opening
            result += bytes[(index + 1)..<end]
            result += closing
            index = end + 1
        }
        return result
    }

    /// `text` with the braces back.
    static func show(in text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value == 0xFDD0 || $0.value == 0xFDD1 }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFDD0: result.append("{")
            case 0xFDD1: result.append("}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func closingBrace(in bytes: [UInt8], from start: Int) -> Int? {
        for index in start..<min(start + byteLimit, bytes.count) {
            if bytes[index] == UInt8(ascii: "}") { return index }
            if bytes[index] == UInt8(ascii: "\n") { return nil }
        }
        return nil
    }
}
