/// Writes one JSON text into memory of its own, without building a tree.
///
/// The caller keeps begins and ends balanced; commas and colons come by themselves. Not copyable, so that its memory has
/// one owner: an array would ask before every piece whether it is shared.
public struct JSONWriter: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    @usableFromInline var count = 0
    @usableFromInline var needsComma = false

    /// A writer with room for `capacity` bytes before it has to grow.
    public init(capacity: Int = 512) {
        self.capacity = capacity
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The text so far.
    ///
    /// - Complexity: O(bytes), a copy.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            buffer.baseAddress?.initialize(from: base, count: count)
            written = count
        }
    }

    /// The text so far, as a string.
    public var text: String { String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self) }

    /// Lends the text so far.
    public borrowing func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Forgets the text but keeps the memory, unless it is more than `keepByteCount`.
    public mutating func removeAll(keepByteCount: Int = .max) {
        count = 0
        needsComma = false
        if capacity <= keepByteCount { return }
        base.deallocate()
        capacity = keepByteCount
        base = .allocate(capacity: capacity)
    }

    // MARK: - Containers

    /// Opens an object.
    @inlinable @inline(__always)
    public mutating func beginObject() { open("{") }

    /// Closes the innermost object.
    @inlinable @inline(__always)
    public mutating func endObject() { close("}") }

    /// Opens an array.
    @inlinable @inline(__always)
    public mutating func beginArray() { open("[") }

    /// Closes the innermost array.
    @inlinable @inline(__always)
    public mutating func endArray() { close("]") }

    /// Writes an object with the members that `body` writes.
    @inlinable @inline(__always)
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// Writes an array with the elements that `body` writes.
    @inlinable @inline(__always)
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        beginArray()
        body(&self)
        endArray()
    }

    // MARK: - Names and values

    /// Writes a member's name known at compile time: ASCII without quotes and backslashes.
    ///
    /// Inlined, so that the name's length is known where it is written and it takes a few moves.
    @inlinable @inline(__always)
    public mutating func key(_ name: StaticString) {
        let length = name.utf8CodeUnitCount
        reserve(length + 4)
        // One pointer for all of it: what is written through it might change `base` and `count`, for all Swift knows.
        var end = base + count
        end.pointee = UInt8(ascii: ",")
        end += needsComma ? 1 : 0
        end.pointee = quote
        UnsafeMutableRawPointer(end + 1).copyMemory(from: name.utf8Start, byteCount: length)
        end[length + 1] = quote
        end[length + 2] = colon
        count = end - base + length + 3
        needsComma = false
    }

    /// Writes a member's name that needs no escape, such as an identifier of our own.
    public mutating func key(plain name: String) {
        let isDone: Void? = name.utf8.withContiguousStorageIfAvailable { name in
            reserve(name.count + 4)
            putComma()
            put(quote)
            put(UnsafeRawBufferPointer(name))
            put(quote)
            put(colon)
            needsComma = false
        }
        if isDone == nil { key(name: name) }
    }

    /// Writes a member's name.
    public mutating func key(name: String) {
        value(name)
        reserve(1)
        put(colon)
        needsComma = false
    }

    /// Writes a string.
    @inline(never)
    public mutating func value(_ text: String) {
        if text.utf8.withContiguousStorageIfAvailable({ putString($0) }) != nil { return }
        var text = text
        text.withUTF8 { value(utf8: $0) }
    }

    /// Writes a string from UTF-8 bytes.
    public mutating func value(utf8 text: UnsafeBufferPointer<UInt8>) { putString(text) }

    @inline(__always)
    private mutating func putString(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count + 3)
        var end = base + count
        end.pointee = UInt8(ascii: ",")
        end += needsComma ? 1 : 0
        end.pointee = quote
        end += 1
        needsComma = true
        // Looks for what needs an escape while it copies, and begins anew if it finds some.
        if JSONEscape.copy(text, to: end) { return putEscaped(text, at: end - base) }
        end += text.count
        end.pointee = quote
        count = end - base + 1
    }

    /// Writes a string of ASCII that needs no escape, such as digits and identifiers of our own.
    @inlinable @inline(__always)
    public mutating func value(plain text: UnsafeRawBufferPointer) {
        reserve(text.count + 3)
        putComma()
        put(quote)
        put(text)
        put(quote)
        needsComma = true
    }

    /// Writes a decimal number of so many millionths, without zeros at its end: `129.99`, `-0.5`, `10`.
    public mutating func value(millionths magnitude: UInt64, isNegative: Bool) {
        let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        appendDecimal(whole, isNegative: isNegative)
        if fraction == 0 { return }
        reserve(7)
        var rest = fraction
        var digitCount = 6
        while rest % 10 == 0 {
            rest /= 10
            digitCount -= 1
        }
        put(UInt8(ascii: "."))
        for position in stride(from: digitCount - 1, through: 0, by: -1) {
            base[count + position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        count += digitCount
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
    @inlinable @inline(__always)
    public mutating func raw(_ json: [UInt8]) { json.withUnsafeBytes { raw($0) } }

    /// Writes text that is one JSON value already.
    @inlinable @inline(__always)
    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        reserve(json.count + 1)
        putComma()
        put(json)
        needsComma = true
    }

    /// Writes a value as it stands in its document, but `null` for `NaN` and infinities, which are no JSON.
    public mutating func raw(_ value: JSONValue) {
        let text = value.rawBytes
        guard value.hasNonFiniteNumber else { return raw(text) }
        let origin = value.offset
        var start = 0
        for token in value.nonFiniteTokens {
            raw(UnsafeRawBufferPointer(rebasing: text[start..<(token.lowerBound - origin)]))
            needsComma = false
            null()
            needsComma = false
            start = token.upperBound - origin
        }
        raw(UnsafeRawBufferPointer(rebasing: text[start...]))
    }

    // MARK: - Members

    /// Writes a member with a string value.
    @inlinable @inline(__always)
    public mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        value(text)
    }

    /// Writes a member with a string value, or nothing if there is none.
    @inlinable @inline(__always)
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
    @inlinable @inline(__always)
    public mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        value(flag)
    }

    /// Writes a member with the object that `body` writes, or nothing if that has no member.
    public mutating func optionalObject(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        let (start, neededComma) = (count, needsComma)
        key(name)
        beginObject()
        let opened = count
        body(&self)
        guard count == opened else { return endObject() }
        (count, needsComma) = (start, neededComma)
    }

    /// Writes a member with the array that `body` writes, or nothing if that has no element.
    public mutating func optionalArray(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        let (start, neededComma) = (count, needsComma)
        key(name)
        beginArray()
        let opened = count
        body(&self)
        guard count == opened else { return endArray() }
        (count, needsComma) = (start, neededComma)
    }

    // MARK: - Bytes

    /// Makes room for so many bytes; what `put` writes afterwards must fit.
    @inlinable @inline(__always)
    mutating func reserve(_ addition: Int) {
        if count + addition > capacity { grow(addition) }
    }

    @usableFromInline @inline(never)
    mutating func grow(_ addition: Int) {
        capacity = max(capacity * 2, count + addition)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }

    @inlinable @inline(__always)
    mutating func open(_ bracket: Unicode.Scalar) {
        reserve(2)
        putComma()
        put(UInt8(ascii: bracket))
        needsComma = false
    }

    @inlinable @inline(__always)
    mutating func close(_ bracket: Unicode.Scalar) {
        reserve(1)
        put(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func appendWord(_ word: StaticString) {
        reserve(word.utf8CodeUnitCount + 1)
        putComma()
        put(UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        needsComma = true
    }

    @usableFromInline
    mutating func appendDecimal(_ magnitude: UInt64, isNegative: Bool) {
        reserve(22)
        putComma()
        if isNegative { put(UInt8(ascii: "-")) }
        if magnitude < 10 {
            put(UInt8(truncatingIfNeeded: 48 + magnitude))
            needsComma = true
            return
        }
        var limit: UInt64 = 10
        var digitCount = 1
        while digitCount < 20, magnitude >= limit {
            digitCount += 1
            limit = digitCount < 20 ? limit * 10 : limit
        }
        var rest = magnitude
        for position in stride(from: digitCount - 1, through: 0, by: -1) {
            base[count + position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        count += digitCount
        needsComma = true
    }

    // These write without a check: `reserve` comes first.

    @inlinable @inline(__always)
    mutating func putComma() {
        base[count] = UInt8(ascii: ",")
        count += needsComma ? 1 : 0
    }

    @inlinable @inline(__always)
    mutating func put(_ byte: UInt8) {
        base[count] = byte
        count += 1
    }

    @inlinable @inline(__always)
    mutating func put(_ text: UnsafeRawBufferPointer) {
        guard let start = text.baseAddress else { return }
        UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: text.count)
        count += text.count
    }

    /// Writes text with escapes at a position behind a quote, and the quote after it.
    @inline(never)
    private mutating func putEscaped(_ text: UnsafeBufferPointer<UInt8>, at start: Int) {
        count = start
        reserve(text.count * JSONEscape.byteCountMax + 1)
        count += JSONEscape.write(text, to: base + count)
        put(quote)
    }
}

@usableFromInline var quote: UInt8 { UInt8(ascii: "\"") }
@usableFromInline var colon: UInt8 { UInt8(ascii: ":") }
