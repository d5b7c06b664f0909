public import CSIMDJSON

// Marks are numbers that one reader leaves in a document for its own later passes: what it has found out about a name
// or an object needs no second look. They are 0 after parsing, mean nothing to this module, and the next reader
// overwrites them.

extension JSONMember {
    /// What a reader has left at the member's name.
    @inlinable public var mark: UInt16 {
        get { value.document.pointee.nodes[Int(keyIndex)].count }
        nonmutating set { value.document.pointee.nodes[Int(keyIndex)].count = newValue }
    }

    /// What tells the name from others.
    @inlinable public var nameKey: JSONNameKey {
        let node = value.document.pointee.nodes[Int(keyIndex)]
        guard node.flags & UInt8(TL_JSON_ESCAPED.rawValue) == 0 else {
            return JSONNameKey(hash: node.next, byteCount: UInt32(nameText.count), prefix: nameText.prefix, suffix: 0)
        }
        let start = UnsafeRawPointer(value.document.pointee.source + Int(node.offset))
        let prefix = UInt64(bigEndian: start.loadUnaligned(as: UInt64.self))
        if node.length < 8 {
            let cut = prefix & ~(UInt64.max >> (8 * UInt64(node.length)))
            return JSONNameKey(hash: node.next, byteCount: node.length, prefix: cut, suffix: 0)
        }
        let suffix = start.loadUnaligned(fromByteOffset: Int(node.length) - 8, as: UInt64.self)
        return JSONNameKey(hash: node.next, byteCount: node.length, prefix: prefix, suffix: suffix)
    }

    /// The first eight bytes of the name as a number whose order is that of the bytes; shorter names end in zeros.
    @inlinable public var namePrefix: UInt64 {
        let node = value.document.pointee.nodes[Int(keyIndex)]
        guard node.flags & UInt8(TL_JSON_ESCAPED.rawValue) == 0 else { return nameText.prefix }
        // What lies beyond the name is read and cut off: the text is followed by padding.
        let start = UnsafeRawPointer(value.document.pointee.source + Int(node.offset))
        let word = UInt64(bigEndian: start.loadUnaligned(as: UInt64.self))
        return node.length >= 8 ? word : word & ~(UInt64.max >> (8 * UInt64(node.length)))
    }
}

/// What tells a name from others: of up to 16 bytes all, unless it was written with escapes.
public struct JSONNameKey: Sendable, Equatable {
    /// The hash that the parser made of the name.
    public let hash: UInt32
    /// How long the name is, in bytes.
    public let byteCount: UInt32
    /// Its first bytes; see ``JSONMember/namePrefix``.
    public let prefix: UInt64
    /// Its last eight bytes as they lie in memory; 0 if it is shorter or has escapes.
    public let suffix: UInt64

    @inlinable
    init(hash: UInt32, byteCount: UInt32, prefix: UInt64, suffix: UInt64) {
        self.hash = hash
        self.byteCount = byteCount
        self.prefix = prefix
        self.suffix = suffix
    }
}

extension JSONText {
    /// The first eight bytes as a number; see ``JSONMember/namePrefix``.
    @usableFromInline var prefix: UInt64 {
        var word: UInt64 = 0
        for (position, byte) in prefix(8).enumerated() { word |= UInt64(byte) << UInt64(56 - 8 * position) }
        return word
    }
}

extension JSONValue {
    /// What a reader has left at an object or array; 0 for anything else.
    @inlinable public var mark: UInt32 {
        get {
            let node = node
            return node.kind >= TL_JSON_ARRAY.rawValue ? node.arena : 0
        }
        nonmutating set {
            precondition(node.kind >= TL_JSON_ARRAY.rawValue, "only containers have room for a mark")
            document.pointee.nodes[Int(index)].arena = newValue
        }
    }

    /// Whether this is an object or an array.
    @inlinable public var isContainer: Bool { node.kind >= TL_JSON_ARRAY.rawValue }
}
