public import CSIMDJSON

extension JSONValue {
    /// The UTF-8 of a string with escapes resolved; nil if this is no string.
    ///
    /// Points into the document: valid as long as this value.
    @inlinable public var utf8Bytes: UnsafeBufferPointer<UInt8>? {
        let node = node
        return node.kind == TL_JSON_STRING.rawValue ? text(of: node) : nil
    }
}

extension JSONMember {
    /// The UTF-8 of the member's name with escapes resolved.
    ///
    /// Points into the document: valid as long as the member's value.
    @inlinable
    public var nameBytes: UnsafeBufferPointer<UInt8> { value.text(of: value.document.pointee.nodes[Int(keyIndex)]) }
}

extension JSONKey {
    /// The hash that ``JSONMember/nameHash`` has for members of this name in this process.
    public static func hash(of name: [UInt8]) -> UInt32 { tl_json_hash(name, name.count) }
}
