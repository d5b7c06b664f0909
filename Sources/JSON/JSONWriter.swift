/// Writes one JSON text into a byte array, without building a tree.
///
/// The caller keeps begins and ends balanced; commas and colons come by themselves.
public struct JSONWriter: Sendable {
    /// The text so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// A writer with room for `capacity` bytes before it has to grow.
    public init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// The text so far, as a string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets the text but keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    // MARK: - Containers

    /// Opens an object.
    public mutating func beginObject() { open("{") }

    /// Closes the innermost object.
    public mutating func endObject() { close("}") }

    /// Opens an array.
    public mutating func beginArray() { open("[") }

    /// Closes the innermost array.
    public mutating func endArray() { close("]") }

    /// Writes an object with the members that `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// Writes an array with the elements that `body` writes.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    // MARK: - Names and values

    /// Writes a member's name known at compile time: ASCII without quotes and backslashes.
    public mutating func key(_ name: StaticString) {
        append(upTo: name.utf8CodeUnitCount + 3) { $0.put(key: name) }
        needsComma = false
    }

    /// Writes a member's name.
    public mutating func key(name: String) {
        appendQuoted(name, followedByColon: true)
        needsComma = false
    }

    /// Writes a string.
    public mutating func value(_ text: String) {
        appendQuoted(text)
        needsComma = true
    }

    /// Writes a string from UTF-8 bytes.
    public mutating func value(utf8 text: UnsafeBufferPointer<UInt8>) {
        appendQuoted(text)
        needsComma = true
    }

    /// Writes an integer of at most 64 bits.
    ///
    /// Inlined because a generic call that is not specialized costs ten times as much as the digits.
    @inlinable
    public mutating func value(_ number: some FixedWidthInteger) {
        appendDecimal(UInt64(number.magnitude), isNegative: number < 0)
    }

    /// Writes true or false.
    public mutating func value(_ flag: Bool) { appendWord(flag ? "true" : "false") }

    /// Writes null.
    public mutating func null() { appendWord("null") }

    /// Writes text that is one JSON value already.
    public mutating func raw(_ json: some Collection<UInt8>) {
        let isDone: Void? = json.withContiguousStorageIfAvailable { raw(UnsafeRawBufferPointer($0)) }
        if isDone == nil { Array(json).withUnsafeBytes { raw($0) } }
    }

    /// Writes text that is one JSON value already.
    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        append(upTo: json.count) { $0.put(json) }
        needsComma = true
    }

    /// Writes a value as it stands in its document, but `null` for `NaN` and infinities, which are no JSON.
    public mutating func raw(_ value: JSONValue) {
        let text = value.rawBytes
        guard value.hasNonFiniteNumber else { return raw(text) }
        let origin = value.offset
        var start = 0
        for token in value.nonFiniteTokens {
            append(upTo: text.count + 4) { room in
                room.put(UnsafeRawBufferPointer(rebasing: text[start..<(token.lowerBound - origin)]))
                room.put("null")
            }
            needsComma = false
            start = token.upperBound - origin
        }
        raw(UnsafeRawBufferPointer(rebasing: text[start...]))
    }

    // MARK: - Members

    /// Writes a member with a string value.
    public mutating func member(_ name: StaticString, _ text: String) {
        var text = text
        text.withUTF8 { text in
            guard !JSONEscape.isNeeded(for: text) else {
                key(name)
                return value(utf8: text)
            }
            append(upTo: name.utf8CodeUnitCount + text.count + 5) { room in
                room.put(key: name)
                room.put(quote)
                room.put(UnsafeRawBufferPointer(text))
                room.put(quote)
            }
            needsComma = true
        }
    }

    /// Writes a member with a string value, or nothing if there is none.
    public mutating func member(_ name: StaticString, _ text: String?) {
        if let text { member(name, text) }
    }

    /// Writes a member with an integer value of at most 64 bits.
    @inlinable
    public mutating func member(_ name: StaticString, _ number: some FixedWidthInteger) {
        key(name)
        value(number)
    }

    /// Writes a member with a truth value.
    public mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        value(flag)
    }

    // MARK: - Bytes

    /// Appends a comma if one is due, and what `fill` writes: one check of the array's memory for many bytes.
    ///
    /// - Parameters:
    ///   - capacity: The most bytes that `fill` writes.
    ///   - fill: Writes into the room it is given, and not beyond `capacity`.
    @inline(__always)
    private mutating func append(upTo capacity: Int, _ fill: (inout Room) -> Void) {
        let isCommaDue = needsComma
        bytes.append(addingCapacity: capacity + 1) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = buffer.baseAddress else { return }
                var room = Room(next: start + count)
                room.put(comma, if: isCommaDue)
                fill(&room)
                count = room.next - start
            }
        }
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        append(upTo: 1) { $0.put(UInt8(ascii: bracket)) }
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func appendWord(_ word: StaticString) {
        append(upTo: word.utf8CodeUnitCount) { $0.put(word) }
        needsComma = true
    }

    @usableFromInline
    mutating func appendDecimal(_ magnitude: UInt64, isNegative: Bool) {
        append(upTo: 21) { room in
            room.put(minus, if: isNegative)
            var limit: UInt64 = 10
            var digitCount = 1
            while digitCount < 20, magnitude >= limit {
                digitCount += 1
                limit = digitCount < 20 ? limit * 10 : limit
            }
            var rest = magnitude
            for position in stride(from: digitCount - 1, through: 0, by: -1) {
                room.next[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            }
            room.next += digitCount
        }
        needsComma = true
    }

    private mutating func appendQuoted(_ text: String, followedByColon: Bool = false) {
        var text = text
        text.withUTF8 { appendQuoted($0, followedByColon: followedByColon) }
    }

    private mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>, followedByColon: Bool = false) {
        guard JSONEscape.isNeeded(for: text) else {
            return append(upTo: text.count + 3) { room in
                room.put(quote)
                room.put(UnsafeRawBufferPointer(text))
                room.put(quote)
                room.put(colon, if: followedByColon)
            }
        }
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        JSONEscape.append(text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        if followedByColon { bytes.append(UInt8(ascii: ":")) }
    }
}

private let quote = UInt8(ascii: "\"")
private let colon = UInt8(ascii: ":")
private let comma = UInt8(ascii: ",")
private let minus = UInt8(ascii: "-")

/// Where the next bytes of a text go.
private struct Room {
    var next: UnsafeMutablePointer<UInt8>

    @inline(__always)
    mutating func put(_ byte: UInt8, if isWanted: Bool = true) {
        next.pointee = byte
        next += isWanted ? 1 : 0
    }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func put(key name: StaticString) {
        put(quote)
        put(name)
        put(quote)
        put(colon)
    }

    @inline(__always)
    mutating func put(_ text: UnsafeRawBufferPointer) {
        guard let start = text.baseAddress else { return }
        UnsafeMutableRawPointer(next).copyMemory(from: start, byteCount: text.count)
        next += text.count
    }
}
