public import CSIMDJSON
public import Glibc

/// The UTF-8 of a string, a name or a stretch of source text in a ``JSONDocument``: a view, nothing is copied.
///
/// Valid as long as the ``JSONValue`` it came from. Indices count bytes; a slice keeps those of its whole.
public struct JSONText: RandomAccessCollection {
    @usableFromInline let base: UnsafePointer<UInt8>
    /// Where the text begins, in bytes.
    public let startIndex: Int
    /// Where the text ends, in bytes.
    public let endIndex: Int

    @inlinable
    init(base: UnsafePointer<UInt8>, startIndex: Int = 0, endIndex: Int) {
        self.base = base
        self.startIndex = startIndex
        self.endIndex = endIndex
    }

    @inlinable
    init(_ buffer: UnsafeBufferPointer<UInt8>) {
        // Every buffer of a document has an address, even an empty one.
        base = buffer.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        startIndex = 0
        endIndex = buffer.count
    }

    /// The byte at a position; outside of the text it traps.
    ///
    /// One byte.
    @inlinable
    public subscript(position: Int) -> UInt8 {
        precondition(position >= startIndex && position < endIndex, "a position outside of the text")
        return base[position]
    }

    /// A part of the text; outside of the text it traps.
    ///
    /// A stretch of the text; indices stay those of the whole.
    @inlinable
    public subscript(bounds: Range<Int>) -> JSONText {
        precondition(bounds.lowerBound >= startIndex && bounds.upperBound <= endIndex, "a range outside of the text")
        return JSONText(base: base, startIndex: bounds.lowerBound, endIndex: bounds.upperBound)
    }

    /// Lends the bytes.
    ///
    /// Lends the bytes; there always is contiguous storage.
    @inlinable
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try body(UnsafeBufferPointer(start: base + startIndex, count: endIndex - startIndex))
    }

    /// Where `byte` occurs first.
    @inlinable
    public func firstIndex(of byte: UInt8) -> Int? {
        guard let found = memchr(base + startIndex, Int32(byte), endIndex - startIndex) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Whether `byte` occurs.
    @inlinable
    public func contains(_ byte: UInt8) -> Bool { firstIndex(of: byte) != nil }

    /// Whether the text has exactly these bytes.
    @inlinable
    public func isEqual(to other: [UInt8]) -> Bool {
        count == other.count && memcmp(base + startIndex, other, count) == 0
    }

    /// Appends the bytes to an array.
    @inlinable
    public func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: base + startIndex, count: count))
    }

    /// The bytes as an array.
    public var bytes: [UInt8] { [UInt8](UnsafeBufferPointer(start: base + startIndex, count: count)) }

    /// The text as a string.
    public var string: String {
        String(decoding: UnsafeBufferPointer(start: base + startIndex, count: count), as: UTF8.self)
    }
}

extension JSONKey {
    /// The hash of the name, equal to that of a ``JSONMember`` of the same name in this process.
    @inlinable
    public var nameHash: UInt32 { hash }
}

extension JSONMember {
    /// The UTF-8 of the member's name, escapes resolved.
    @inlinable
    public var nameText: JSONText { JSONText(value.text(of: value.document.pointee.nodes[Int(keyIndex)])) }

    /// Where the name stands in the document's text, from its opening quote.
    @inlinable
    public var nameOffset: Int { Int(value.document.pointee.nodes[Int(keyIndex)].offset) - 1 }

    /// Whether the same name comes again later in the object, which makes this one void.
    @inlinable
    public var isShadowed: Bool {
        value.document.pointee.nodes[Int(keyIndex)].flags & UInt8(TL_JSON_SHADOWED.rawValue) != 0
    }
}

extension JSONValue {
    /// The UTF-8 of a string, escapes resolved; nil if this is no string.
    @inlinable
    public var text: JSONText? {
        let node = node
        return node.kind == TL_JSON_STRING.rawValue ? JSONText(text(of: node)) : nil
    }

    /// The UTF-8 of a string, or the digits of a number exactly as sent; nil for anything else.
    @inlinable
    public var scalarText: JSONText? {
        let node = node
        switch UInt32(node.kind) {
        case TL_JSON_STRING.rawValue: return JSONText(text(of: node))
        case TL_JSON_NUMBER.rawValue: return sourceText
        default: return nil
        }
    }

    /// The text of this value exactly as sent, strings with their quotes.
    ///
    /// Its indices are offsets in the document's text, as ``offset`` is.
    @inlinable
    public var sourceText: JSONText {
        let node = node
        let quoteCount = node.kind == TL_JSON_STRING.rawValue ? 1 : 0
        let start = Int(node.offset) - quoteCount
        return JSONText(
            base: document.pointee.source, startIndex: start, endIndex: start + Int(node.length) + 2 * quoteCount)
    }

    /// Where this value ends in the document's text.
    @inlinable
    public var endOffset: Int {
        let node = node
        return Int(node.offset) + Int(node.length) + (node.kind == TL_JSON_STRING.rawValue ? 1 : 0)
    }

    /// The members of an object in order, the void ones of repeated names included; see ``JSONMember/isShadowed``.
    @inlinable
    public var allMembers: JSONAllMembers {
        let node = node
        let isObject = node.kind == TL_JSON_OBJECT.rawValue
        return JSONAllMembers(document: document, position: index + 1, end: isObject ? node.next : index + 1)
    }
}
