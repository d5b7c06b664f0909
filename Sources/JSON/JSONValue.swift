public import CSIMDJSON

/// The kinds of JSON value.
@frozen public enum JSONKind: Sendable {
    case null, bool, number, string, array, object
}

/// A member name to look up, with its hash made once.
public struct JSONKey: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    @usableFromInline let text: [UInt8]
    @usableFromInline let hash: UInt32

    /// A key for `name`.
    public init(_ name: String) {
        text = Array(name.utf8)
        hash = tl_json_hash(text, text.count)
    }

    /// A key for a name known at compile time.
    public init(stringLiteral name: String) { self.init(name) }

    /// The name.
    public var name: String { String(decoding: text, as: UTF8.self) }

    /// The name.
    public var description: String { name }
}

/// A value inside a ``JSONDocument``: two words that look into it, nothing copied.
///
/// Valid as long as the document has not read another text; see ``JSONDocument/parse(_:limits:)``.
public struct JSONValue {
    @usableFromInline let document: UnsafePointer<tl_json_document>
    @usableFromInline let index: UInt32
    @usableFromInline let generation: UInt32

    @inlinable
    init(document: UnsafePointer<tl_json_document>, index: UInt32) {
        self.document = document
        self.index = index
        generation = document.pointee.generation
    }

    @inlinable var node: tl_json_node {
        assert(generation == document.pointee.generation, "a JSONValue outlived its document's text")
        return document.pointee.nodes[Int(index)]
    }

    /// What kind of value this is.
    @inlinable public var kind: JSONKind {
        @inline(__always) get {
            switch UInt32(node.kind) {
            case TL_JSON_NULL.rawValue: .null
            case TL_JSON_FALSE.rawValue, TL_JSON_TRUE.rawValue: .bool
            case TL_JSON_NUMBER.rawValue: .number
            case TL_JSON_STRING.rawValue: .string
            case TL_JSON_ARRAY.rawValue: .array
            default: .object
            }
        }
    }

    /// Whether this is null.
    @inlinable public var isNull: Bool { node.kind == TL_JSON_NULL.rawValue }

    /// Whether this is null because the text said `NaN` or an infinity.
    public var isNonFinite: Bool { node.flags & UInt8(TL_JSON_NON_FINITE.rawValue) != 0 && isNull }

    /// The truth value, if this is one.
    @inlinable public var bool: Bool? {
        switch UInt32(node.kind) {
        case TL_JSON_TRUE.rawValue: true
        case TL_JSON_FALSE.rawValue: false
        default: nil
        }
    }

    /// The text of a string with escapes resolved, if this is one.
    public var string: String? { withString { String(decoding: $0, as: UTF8.self) } }

    /// Lends the UTF-8 of a string with escapes resolved; nil if this is no string.
    public func withString<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        let node = node
        guard node.kind == TL_JSON_STRING.rawValue else { return nil }
        return body(text(of: node))
    }

    /// Whether the string had a lone surrogate escape, which now reads U+FFFD.
    @inlinable public var hasLoneSurrogate: Bool { node.flags & UInt8(TL_JSON_LONE_SURROGATE.rawValue) != 0 }

    /// Whether the string has a character below U+0020.
    @inlinable public var hasControlCharacter: Bool { node.flags & UInt8(TL_JSON_CONTROL.rawValue) != 0 }

    /// The digits of a number exactly as sent, if this is one.
    public var numberText: String? {
        kind == .number ? String(decoding: rawBytes, as: UTF8.self) : nil
    }

    /// Whether this is a number written without fraction and exponent.
    @inlinable public var isInteger: Bool {
        node.kind == TL_JSON_NUMBER.rawValue && node.flags & UInt8(TL_JSON_INTEGER.rawValue) != 0
    }

    /// The value of a number written as an integer that fits 64 bits.
    public var int64: Int64? { isInteger ? numberText.flatMap { Int64($0) } : nil }

    /// The nearest binary value of a number.
    ///
    /// Not for money.
    public var double: Double? { numberText.flatMap { Double($0) } }

    /// What the whole text that this value is part of has somewhere.
    public var textOddities: JSONOddities {
        var oddities: JSONOddities = []
        if document.pointee.has_duplicates { oddities.insert(.repeatedKeys) }
        if document.pointee.has_lone_surrogates { oddities.insert(.loneSurrogates) }
        if document.pointee.has_non_finite { oddities.insert(.nonFiniteNumbers) }
        return oddities
    }

    /// How many elements or members this has; 65 535 stands for that many or more; 0 for scalars.
    @inlinable public var count: Int { Int(node.count) }

    /// How many values and keys lie in this value, itself included.
    ///
    /// - Complexity: O(1).
    @inlinable public var nodeCount: Int { Int(node.next - index) }

    /// How many members the objects in this value have together; an object counts 65 535 members at most.
    ///
    /// - Complexity: O(``nodeCount``).
    public var memberCount: Int {
        let nodes = document.pointee.nodes
        return (Int(index)..<Int(node.next)).reduce(0) { sum, position in
            let candidate = nodes[position]
            return candidate.kind == TL_JSON_OBJECT.rawValue ? sum + Int(candidate.count) : sum
        }
    }

    /// Whether this value is, or has somewhere below it, a null that the text wrote as `NaN` or an infinity.
    ///
    /// - Complexity: O(1) when the whole text has none, else O(``nodeCount``).
    public var hasNonFiniteNumber: Bool { document.pointee.has_non_finite && !nonFiniteTokens.isEmpty }

    /// Whether an object in this value, itself included, repeats a key.
    ///
    /// - Complexity: O(1) when the whole text repeats none, else O(``nodeCount``).
    public var hasRepeatedKeys: Bool {
        guard document.pointee.has_duplicates else { return false }
        let nodes = document.pointee.nodes
        return (Int(index)..<Int(node.next)).contains { nodes[$0].flags & UInt8(TL_JSON_REPEATS.rawValue) != 0 }
    }

    /// Where in the text the `NaN` and infinities of this value stand, in order.
    var nonFiniteTokens: [Range<Int>] {
        let nodes = document.pointee.nodes
        return (Int(index)..<Int(node.next)).compactMap { position in
            let token = nodes[position]
            guard token.flags & UInt8(TL_JSON_NON_FINITE.rawValue) != 0 else { return nil }
            return Int(token.offset)..<Int(token.offset + token.length)
        }
    }

    /// The text of this value exactly as sent; strings include their quotes.
    @inlinable public var rawBytes: UnsafeRawBufferPointer {
        let node = node
        let quoteCount = node.kind == TL_JSON_STRING.rawValue ? 1 : 0
        return UnsafeRawBufferPointer(
            start: document.pointee.source + Int(node.offset) - quoteCount, count: Int(node.length) + 2 * quoteCount)
    }

    /// Where this value starts in the text, in bytes.
    @inlinable public var offset: Int { Int(node.offset) - (node.kind == TL_JSON_STRING.rawValue ? 1 : 0) }

    @inlinable
    func text(of node: tl_json_node) -> UnsafeBufferPointer<UInt8> {
        guard node.flags & UInt8(TL_JSON_ESCAPED.rawValue) != 0 else {
            return UnsafeBufferPointer(start: document.pointee.source + Int(node.offset), count: Int(node.length))
        }
        let start = document.pointee.arena + Int(node.arena)
        let length = UnsafeRawPointer(start - 4).loadUnaligned(as: UInt32.self)
        return UnsafeBufferPointer(start: start, count: Int(length))
    }
}
