import Glibc
import JSON

extension JSONValue {
    /// Lends the text of a string; nil if this is no string.
    @inline(__always)
    func withText<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
        // The bytes lie in the document, which outlives the call.
        guard let bytes = unsafe utf8Bytes else { return nil }
        return unsafe body(bytes.span)
    }

    /// Lends this value exactly as sent.
    @inline(__always)
    func withSource<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // The bytes lie in the document, which outlives the call.
        unsafe body(rawBytes.assumingMemoryBound(to: UInt8.self).span)
    }

    /// How many bytes this value takes as sent.
    var sourceByteCount: Int { unsafe rawBytes.count }

    /// Whether this is `[]`, which some senders write for an empty object.
    var isEmptyArray: Bool { kind == .array && count == 0 }

    /// Whether this is an empty or blank string.
    var isBlank: Bool { withText { $0.trimmed.isEmpty } ?? false }

    /// Whether both say the same in the same bytes.
    func hasSameSource(as other: JSONValue) -> Bool {
        withSource { left in other.withSource { right in left.hasSameBytes(as: right) } }
    }
}

extension JSONMember {
    /// Lends the member's name.
    @inline(__always)
    func withNameText<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // The bytes lie in the document, which outlives the call.
        unsafe body(nameBytes.span)
    }
}

extension String {
    /// Lends the text's UTF-8.
    @inline(__always)
    func withText<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        var text = self
        return text.withUTF8 { unsafe body($0.span) }
    }
}

extension Span<UInt8> {
    /// The range without ASCII white space at both ends.
    var trimmed: Range<Int> {
        var start = 0
        var end = count
        while start < end, self[start].isASCIISpace { start += 1 }
        while end > start, self[end - 1].isASCIISpace { end -= 1 }
        return start..<end
    }

    /// The text of a range; what is not UTF-8 reads U+FFFD.
    func text(in range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// How many Unicode scalars UTF-8 text has.
    var characterCount: Int {
        var total = 0
        for index in indices where self[index] & 0xC0 != 0x80 { total += 1 }
        return total
    }

    /// Whether a byte occurs.
    func contains(_ byte: UInt8) -> Bool {
        unsafe withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return false }
            return unsafe memchr(start, Int32(byte), bytes.count) != nil
        }
    }

    /// Whether both hold the same bytes.
    @inline(__always)
    func hasSameBytes(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBufferPointer { left in
            unsafe other.withUnsafeBufferPointer { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, count) == 0
            }
        }
    }

    /// Whether the bytes, ASCII capitals lowered, are those of a lower-case name.
    func isCaseInsensitively(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        // A static string's bytes live as long as the program.
        let expected = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        for index in indices where unsafe self[index].lowered != expected[index] { return false }
        return true
    }
}

extension UInt8 {
    /// Space, tab, line feed, vertical tab, form feed and carriage return.
    var isASCIISpace: Bool { self == 0x20 || self >= 0x09 && self <= 0x0D }

    var isASCIIDigit: Bool { self &- 0x30 < 10 }

    var isASCIIUpper: Bool { self &- 0x41 < 26 }

    var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// The byte with an ASCII capital made small.
    var lowered: UInt8 { isASCIIUpper ? self | 0x20 : self }
}
