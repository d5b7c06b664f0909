/// The escapes of JSON strings (RFC 8259, section 7).
public enum JSONEscape {
    /// The most bytes that one byte of text becomes.
    static var byteCountMax: Int { 6 }

    /// Copies text, and says whether some byte of it may not stand as it is between the quotes of a JSON string.
    ///
    /// Looks at whole words while they are in its hands anyway. The last word overlaps the one before, so that nothing
    /// beyond the text is read or written.
    @inline(__always)
    static func copy(_ text: UnsafeBufferPointer<UInt8>, to destination: UnsafeMutablePointer<UInt8>) -> Bool {
        let count = text.count
        guard count > 0, let start = text.baseAddress else { return false }
        let source = UnsafeRawPointer(start)
        let target = UnsafeMutableRawPointer(destination)
        if count >= 16 { return copyBlocks(source, to: target, lastOffset: count - 16) }
        if count >= 8 { return copyWords(source, to: target, lastOffset: count - 8) }
        if count >= 4 { return copyHalfWords(source, to: target, lastOffset: count - 4) }
        var found = false
        for position in 0..<count {
            let byte = text[position]
            destination[position] = byte
            found = found || byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
        }
        return found
    }

    @inline(__always)
    static func copyBlocks(
        _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, lastOffset: Int
    ) -> Bool {
        var found = copyBlock(source, to: target, at: lastOffset)
        var offset = 0
        while offset < lastOffset {
            found .|= copyBlock(source, to: target, at: offset)
            offset += 16
        }
        let words = unsafeBitCast(found, to: SIMD2<UInt64>.self)
        return words[0] | words[1] != 0
    }

    /// Copies sixteen bytes and says which of them need an escape.
    @inline(__always)
    static func copyBlock(
        _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, at offset: Int
    ) -> SIMDMask<SIMD16<Int8>> {
        let bytes = source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
        target.storeBytes(of: bytes, toByteOffset: offset, as: SIMD16<UInt8>.self)
        return bytes .< SIMD16(repeating: 0x20) .| bytes .== SIMD16(repeating: UInt8(ascii: "\""))
            .| bytes .== SIMD16(repeating: UInt8(ascii: "\\"))
    }

    @inline(__always)
    static func copyWords(
        _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, lastOffset: Int
    ) -> Bool {
        let first = source.loadUnaligned(as: UInt64.self)
        let last = source.loadUnaligned(fromByteOffset: lastOffset, as: UInt64.self)
        target.storeBytes(of: first, as: UInt64.self)
        target.storeBytes(of: last, toByteOffset: lastOffset, as: UInt64.self)
        let found = specials(SIMD2(first, last))
        return (found[0] | found[1]) & highBits != 0
    }

    @inline(__always)
    static func copyHalfWords(
        _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, lastOffset: Int
    ) -> Bool {
        let first = source.loadUnaligned(as: UInt32.self)
        let last = source.loadUnaligned(fromByteOffset: lastOffset, as: UInt32.self)
        target.storeBytes(of: first, as: UInt32.self)
        target.storeBytes(of: last, toByteOffset: lastOffset, as: UInt32.self)
        return specials(SIMD2(UInt64(first) << 32 | UInt64(last), 0x2020_2020_2020_2020))[0] & highBits != 0
    }

    /// The high bit of every byte: the only ones that count in what ``specials(_:)`` finds.
    static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// A high bit is set if a byte of the words needs an escape ("hasless" and "haszero" in Anderson's Bit Twiddling
    /// Hacks).
    @inline(__always)
    static func specials(_ words: SIMD2<UInt64>) -> SIMD2<UInt64> {
        let ones = SIMD2<UInt64>(repeating: 0x0101_0101_0101_0101)
        let quotes = words ^ SIMD2(repeating: 0x2222_2222_2222_2222)
        let slashes = words ^ SIMD2(repeating: 0x5C5C_5C5C_5C5C_5C5C)
        let controls = (words &- SIMD2(repeating: 0x2020_2020_2020_2020)) & ~words
        return controls | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes
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
