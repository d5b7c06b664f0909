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
        guard node.flags & UInt8(TL_JSON_ESCAPED.rawValue) == 0 else { return escapedNameKey }
        let start = UnsafeRawPointer(value.document.pointee.source + Int(node.offset))
        let prefix = start.loadUnaligned(as: UInt64.self)
        if node.length < 8 {
            // What lies beyond the name is read and cut off: the text is followed by padding.
            let cut = prefix & (1 << (8 * UInt64(node.length)) &- 1)
            return JSONNameKey(hash: node.next, byteCount: node.length, prefix: cut, suffix: 0)
        }
        let suffix = start.loadUnaligned(fromByteOffset: Int(node.length) - 8, as: UInt64.self)
        return JSONNameKey(hash: node.next, byteCount: node.length, prefix: prefix, suffix: suffix)
    }

    @usableFromInline @inline(never)
    var escapedNameKey: JSONNameKey {
        JSONNameKey(hash: nameHash, byteCount: UInt32(nameText.count), prefix: nameText.prefix, suffix: 0)
    }
}

/// What tells a name from others: of up to 16 bytes all, unless it was written with escapes.
public struct JSONNameKey: Sendable, Equatable {
    /// The hash that the parser made of the name.
    public let hash: UInt32
    /// How long the name is, in bytes.
    public let byteCount: UInt32
    /// Its first eight bytes as they lie in memory, zeros after the end of a shorter name.
    public let prefix: UInt64
    /// Its last eight bytes as they lie in memory; 0 if it is shorter or has escapes.
    public let suffix: UInt64

    /// Whether names with this key are the same without a look at the rest of them.
    @inlinable public var isWhole: Bool { byteCount <= 8 || byteCount <= 16 && suffix != 0 }

    @inlinable
    init(hash: UInt32, byteCount: UInt32, prefix: UInt64, suffix: UInt64) {
        self.hash = hash
        self.byteCount = byteCount
        self.prefix = prefix
        self.suffix = suffix
    }
}

extension JSONText {
    /// The first eight bytes as they lie in memory; see ``JSONNameKey/prefix``.
    @usableFromInline var prefix: UInt64 {
        var word: UInt64 = 0
        for (position, byte) in prefix(8).enumerated() { word |= UInt64(byte) << UInt64(8 * position) }
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

    /// Whether a reader has left a mark at a string; see ``markString()``.
    @inlinable public var isMarkedString: Bool {
        let node = node
        return node.kind == TL_JSON_STRING.rawValue && node.flags & UInt8(TL_JSON_MARKED.rawValue) != 0
    }

    /// Leaves a mark at a string.
    @inlinable public func markString() {
        precondition(node.kind == TL_JSON_STRING.rawValue, "only strings have such a mark")
        document.pointee.nodes[Int(index)].flags |= UInt8(TL_JSON_MARKED.rawValue)
    }

    /// Whether this is an object or an array.
    @inlinable public var isContainer: Bool { node.kind >= TL_JSON_ARRAY.rawValue }
}
