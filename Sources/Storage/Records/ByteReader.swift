import Crypto
import EventModel
import Platform

/// Bytes that are not what was written.
package struct MalformedRecord: Error {
    /// What was expected and not found; a constant, so that no stored value gets into a message.
    let reason: StaticString

    /// The error for the record at `key`.
    func storeError(_ family: Family, _ key: [UInt8], fileID: StaticString = #fileID, line: UInt = #line) -> StoreError
    {
        StoreError(
            .corrupt,
            "the record \(family.rawValue)/\(Hex.encode(key)) cannot be read: \(reason); restore the data directory from a "
                + "backup",
            fileID: fileID, line: line)
    }
}

/// Reads what the `append…` methods of an array of bytes wrote.
///
/// Never traps, whatever the bytes are.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes that were not read yet.
    private var remaining: Int { bytes.count - position }

    /// Checks that everything was read.
    func finish() throws(MalformedRecord) {
        guard remaining == 0 else { throw MalformedRecord(reason: "it is longer than its contents") }
    }

    /// The next big-endian integer.
    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(MalformedRecord) -> Integer {
        let count = Integer.bitWidth / 8
        guard remaining >= count else { throw MalformedRecord(reason: "it ends within a number") }
        let start = position
        position += count
        return bytes.withUnsafeBytes {
            Integer(bigEndian: $0.loadUnaligned(fromByteOffset: start, as: Integer.self))
        }
    }

    /// The next number of variable length (LEB128, at most 64 bits).
    mutating func varint() throws(MalformedRecord) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < bytes.count else { throw MalformedRecord(reason: "it ends within a number") }
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { throw MalformedRecord(reason: "a number has more than 64 bits") }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// The next number of variable length as a narrower type.
    mutating func varint<Integer: FixedWidthInteger>(as type: Integer.Type) throws(MalformedRecord) -> Integer {
        guard let value = Integer(exactly: try varint()) else {
            throw MalformedRecord(reason: "a number is out of range")
        }
        return value
    }

    /// The next signed number of variable length (zigzag).
    mutating func signedVarint() throws(MalformedRecord) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// The next bytes, which their number precedes.
    mutating func section() throws(MalformedRecord) -> [UInt8] {
        let count = try varint()
        guard count <= UInt64(remaining) else { throw MalformedRecord(reason: "it ends within a section") }
        defer { position += Int(count) }
        return Array(bytes[position..<position + Int(count)])
    }

    /// The next text, which the number of its bytes precedes.
    mutating func text() throws(MalformedRecord) -> String {
        guard let text = String(validating: try section(), as: UTF8.self) else {
            throw MalformedRecord(reason: "a text is not UTF-8")
        }
        return text
    }

    /// The next point in time, in an order-keeping form.
    mutating func time() throws(MalformedRecord) -> Timestamp {
        Timestamp(milliseconds: Int64(bitPattern: try integer(UInt64.self) ^ (1 << 63)))
    }

    /// The next graph node.
    mutating func node() throws(MalformedRecord) -> NodeID {
        NodeID(high: try integer(UInt64.self), low: try integer(UInt64.self))
    }

    /// The next digest.
    mutating func digest() throws(MalformedRecord) -> Digest {
        Digest(
            words: (
                try integer(UInt64.self), try integer(UInt64.self), try integer(UInt64.self), try integer(UInt64.self)
            ))
    }

    /// The next account.
    mutating func account() throws(MalformedRecord) -> AccountNumber { AccountNumber(try integer(UInt32.self)) }

    /// The next position in the order of commits.
    mutating func sequence() throws(MalformedRecord) -> EventSequence { EventSequence(try integer(UInt64.self)) }
}

extension [UInt8] {
    /// Appends an integer, big-endian, so that the order of bytes is the order of numbers.
    mutating func appendInteger(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a number in as few bytes as it needs (LEB128).
    mutating func appendVarint(_ value: some UnsignedInteger) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends a signed number in as few bytes as it needs (zigzag).
    mutating func appendSignedVarint(_ value: Int64) {
        appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    /// Appends bytes behind their number.
    mutating func appendSection(_ bytes: [UInt8]) {
        appendVarint(UInt(bytes.count))
        append(contentsOf: bytes)
    }

    /// Appends a text behind the number of its bytes.
    mutating func appendText(_ text: String) {
        appendVarint(UInt(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    /// Appends a point in time so that the order of bytes is the order of times, before 1970 too.
    mutating func appendTime(_ time: Timestamp) { appendInteger(UInt64(bitPattern: time.milliseconds) ^ (1 << 63)) }

    /// Appends a digest.
    mutating func appendDigest(_ digest: Digest) {
        appendInteger(digest.words.0)
        appendInteger(digest.words.1)
        appendInteger(digest.words.2)
        appendInteger(digest.words.3)
    }

    /// Appends a graph node.
    mutating func appendNode(_ node: NodeID) {
        appendInteger(node.high)
        appendInteger(node.low)
    }
}
