public import CSIMDJSON

extension JSONValue {
    /// The elements of an array in order; empty for anything else.
    @inlinable public var elements: JSONElements {
        let node = node
        let isArray = node.kind == TL_JSON_ARRAY.rawValue
        return JSONElements(document: document, position: index + 1, end: isArray ? node.next : index + 1)
    }

    /// The members of an object in order; empty for anything else.
    ///
    /// A key that comes again later is passed over, so that the last one of a repeated key wins.
    @inlinable public var members: JSONMembers {
        let node = node
        let isObject = node.kind == TL_JSON_OBJECT.rawValue
        return JSONMembers(document: document, position: index + 1, end: isObject ? node.next : index + 1)
    }

    /// The value of a member; the last one if the key is repeated.
    ///
    /// Nil if this is no object or has no such member.
    ///
    /// - Complexity: O(members), one integer comparison each.
    public subscript(key: JSONKey) -> JSONValue? {
        for member in members where member.isNamed(key) { return member.value }
        return nil
    }

    /// The value of a member by a name that is only known at run time; see ``subscript(_:)-(JSONKey)``.
    public subscript(name name: String) -> JSONValue? { self[JSONKey(name)] }

    /// The keys of this object that occur more than once, each named once; empty for anything else.
    ///
    /// - Complexity: O(members).
    public var repeatedKeys: [String] {
        guard document.pointee.has_duplicates, node.kind == TL_JSON_OBJECT.rawValue else { return [] }
        var names: [String] = []
        var position = Int(index) + 1
        let end = Int(node.next)
        while position < end {
            let candidate = document.pointee.nodes[position]
            // Only the last of several equal keys repeats one without being shadowed itself.
            let marks = candidate.flags & UInt8(TL_JSON_REPEATS.rawValue | TL_JSON_SHADOWED.rawValue)
            if marks == UInt8(TL_JSON_REPEATS.rawValue) {
                names.append(String(decoding: text(of: candidate), as: UTF8.self))
            }
            position = Int(document.pointee.nodes[position + 1].next)
        }
        return names
    }
}

/// The elements of an array.
public struct JSONElements: Sequence, IteratorProtocol {
    @usableFromInline let document: UnsafePointer<tl_json_document>
    @usableFromInline var position: UInt32
    @usableFromInline let end: UInt32

    @inlinable
    init(document: UnsafePointer<tl_json_document>, position: UInt32, end: UInt32) {
        self.document = document
        self.position = position
        self.end = end
    }

    /// The next element, or nil after the last.
    @inlinable
    public mutating func next() -> JSONValue? {
        guard position < end else { return nil }
        let value = JSONValue(document: document, index: position)
        position = document.pointee.nodes[Int(position)].next
        return value
    }
}

/// One member of an object.
public struct JSONMember {
    @usableFromInline let keyIndex: UInt32
    /// The member's value.
    public let value: JSONValue

    @inlinable
    init(keyIndex: UInt32, value: JSONValue) {
        self.keyIndex = keyIndex
        self.value = value
    }

    /// The member's name.
    public var name: String { withName { String(decoding: $0, as: UTF8.self) } }

    /// Lends the UTF-8 of the member's name.
    public func withName<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(value.text(of: value.document.pointee.nodes[Int(keyIndex)]))
    }

    /// Whether the member has this name.
    @inlinable
    public func isNamed(_ key: JSONKey) -> Bool {
        nameHash == key.hash && nameText.isEqual(to: key.text)
    }

    /// The hash of the name, equal to that of a ``JSONKey`` of the same name in this process.
    @inlinable public var nameHash: UInt32 { value.document.pointee.nodes[Int(keyIndex)].next }
}

/// The members of an object; one whose name comes again later is passed over.
public struct JSONMembers: Sequence, IteratorProtocol {
    @usableFromInline var all: JSONAllMembers

    @inlinable
    init(document: UnsafePointer<tl_json_document>, position: UInt32, end: UInt32) {
        all = JSONAllMembers(document: document, position: position, end: end)
    }

    /// The next member, or nil after the last.
    @inlinable
    public mutating func next() -> JSONMember? {
        while let member = all.next() {
            if !member.isShadowed { return member }
        }
        return nil
    }
}

/// All members of an object, the void ones of repeated names included.
public struct JSONAllMembers: Sequence, IteratorProtocol {
    @usableFromInline let document: UnsafePointer<tl_json_document>
    @usableFromInline var position: UInt32
    @usableFromInline let end: UInt32

    @inlinable
    init(document: UnsafePointer<tl_json_document>, position: UInt32, end: UInt32) {
        self.document = document
        self.position = position
        self.end = end
    }

    /// The next member, or nil after the last.
    @inlinable
    public mutating func next() -> JSONMember? {
        guard position < end else { return nil }
        let key = position
        position = document.pointee.nodes[Int(key) + 1].next
        return JSONMember(keyIndex: key, value: JSONValue(document: document, index: key + 1))
    }
}
