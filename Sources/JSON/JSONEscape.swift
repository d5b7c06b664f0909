/// The escapes of JSON strings (RFC 8259, section 7).
public enum JSONEscape {
    /// The most bytes that one byte of text becomes.
    static let byteCountMax = 6
    /// Eight blanks, which need no escape.
    static let blanks: UInt64 = 0x2020_2020_2020_2020

    /// Whether some byte of `text` may not stand as it is between the quotes of a JSON string.
    ///
    /// Looks at whole words of eight bytes: the memory up to the end of the last one must be readable, and what follows
    /// the text in it must need no escape.
    @inline(__always)
    static func isNeeded(inWordsOf text: UnsafeRawPointer, count: Int) -> Bool {
        var found: UInt64 = 0
        var position = 0
        while position < count {
            found |= specials(text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        return found != 0
    }

    /// Not zero if a byte of the word needs an escape ("hasless" and "haszero" in Anderson's Bit Twiddling Hacks).
    @inline(__always)
    private static func specials(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ 0x2222_2222_2222_2222
        let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let controls = (word &- blanks) & ~word
        return (controls | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes) & 0x8080_8080_8080_8080
    }

    /// Appends `text` as it stands between the quotes of a JSON string.
    public static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: text.count * byteCountMax) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = buffer.baseAddress else { return }
                count += write(text, to: start + count)
            }
        }
    }

    /// Writes `text` as it stands between the quotes of a JSON string.
    ///
    /// - Parameters:
    ///   - text: UTF-8.
    ///   - destination: Has room for ``byteCountMax`` bytes for each of the text.
    /// - Returns: How many bytes were written.
    static func write(_ text: UnsafeBufferPointer<UInt8>, to destination: UnsafeMutablePointer<UInt8>) -> Int {
        var end = destination
        func put(_ byte: UInt8) {
            end.pointee = byte
            end += 1
        }
        for byte in text {
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                put(byte)
                continue
            }
            put(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
            case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
            case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
            case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
            default:
                put(UInt8(ascii: "u"))
                put(48)
                put(48)
                put(byte < 16 ? 48 : 49)
                let low = byte & 15
                put(low < 10 ? 48 + low : UInt8(ascii: "a") + low - 10)
            }
        }
        return end - destination
    }
}
