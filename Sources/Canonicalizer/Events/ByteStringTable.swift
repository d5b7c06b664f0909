/// An immutable map from byte strings to small numbers, looked up without allocating.
///
/// For tables that are built once from names we chose: the hash is fixed, which is safe because senders look names up
/// but never add any.
struct ByteStringTable: Sendable {
    private struct Slot {
        var hash: UInt32 = 0
        var start: Int32 = 0
        var count: Int32 = 0
        var value: Int32 = -1  // -1: free
    }

    private var slots: [Slot]
    private var bytes: [UInt8] = []
    private let mask: Int

    /// A table with room for `capacity` names.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        mask = size - 1
    }

    /// The value of a name, or nil.
    func value(of name: Span<UInt8>) -> Int? {
        let hash = Self.hash(name)
        var position = Int(hash) & mask
        while slots[position].value >= 0 {
            let slot = slots[position]
            if slot.hash == hash, Int(slot.count) == name.count, matches(slot, name) { return Int(slot.value) }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Adds a name unless it is there already.
    ///
    /// - Returns: The value that the name has now.
    mutating func insert(_ name: [UInt8], _ value: Int) -> Int {
        if let present = self.value(of: name.span) { return present }
        let hash = Self.hash(name.span)
        var position = Int(hash) & mask
        while slots[position].value >= 0 { position = (position + 1) & mask }
        slots[position] = Slot(
            hash: hash, start: Int32(bytes.count), count: Int32(name.count), value: Int32(value))
        bytes.append(contentsOf: name)
        return value
    }

    private func matches(_ slot: Slot, _ name: Span<UInt8>) -> Bool {
        let start = Int(slot.start)
        for index in name.indices where bytes[start + index] != name[index] { return false }
        return true
    }

    /// FNV-1a.
    private static func hash(_ name: Span<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for index in name.indices { hash = (hash ^ UInt32(name[index])) &* 0x0100_0193 }
        return hash ^ hash >> 15
    }
}
