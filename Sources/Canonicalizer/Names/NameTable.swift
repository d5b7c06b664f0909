import JSON

/// Values under exact member names, built once from literals and looked up by the hash that the document made.
///
/// A class so that to hold one while walking an object costs one reference, not three.
final class NameTable<Value: Sendable>: Sendable {
    private let rows: [(name: [UInt8], value: Value)]
    private let hashes: [UInt32]
    /// Positions in `rows` by hash, open addressing; -1 is free.
    private let slots: [Int16]
    /// The same by the hash of the name in lower case; of names that differ in capitals only, the first.
    private let foldedSlots: [Int16]
    private let foldedNames: [[UInt8]]
    private let longestName: Int

    init(_ rows: [(name: String, value: Value)]) {
        self.rows = rows.map { (Array($0.name.utf8), $0.value) }
        hashes = rows.map { JSONKey($0.name).nameHash }
        var slotCount = 16
        while slotCount < rows.count * 4 { slotCount *= 2 }
        var slots = [Int16](repeating: -1, count: slotCount)
        for (position, hash) in hashes.enumerated() {
            var slot = Int(hash) & (slotCount - 1)
            while slots[slot] >= 0 {
                precondition(rows[Int(slots[slot])].name != rows[position].name, "a name stands twice in a table")
                slot = (slot + 1) & (slotCount - 1)
            }
            slots[slot] = Int16(position)
        }
        self.slots = slots
        foldedNames = self.rows.map { $0.name.map(ASCII.lowercased) }
        longestName = self.rows.map(\.name.count).max() ?? 0
        var foldedSlots = [Int16](repeating: -1, count: slotCount)
        for (position, row) in self.rows.enumerated() {
            var slot = Self.foldedHash(row.name) & (slotCount - 1)
            while foldedSlots[slot] >= 0 { slot = (slot + 1) & (slotCount - 1) }
            foldedSlots[slot] = Int16(position)
        }
        self.foldedSlots = foldedSlots
    }

    /// The value of a member's name, else of one that differs in capitals only.
    func folded(_ member: JSONMember) -> Value? {
        if let value = self[member] { return value }
        let text = member.nameText
        guard text.count <= longestName else { return nil }
        var slot = Self.foldedHash(text) & (foldedSlots.count - 1)
        while foldedSlots[slot] >= 0 {
            let position = Int(foldedSlots[slot])
            if text.isEqualIgnoringCase(foldedNames[position]) { return rows[position].value }
            slot = (slot + 1) & (foldedSlots.count - 1)
        }
        return nil
    }

    /// FNV-1a over the letters in lower case; seeds nothing, as the table's own names alone decide who meets whom.
    private static func foldedHash(_ name: some Sequence<UInt8>) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for byte in name { hash = (hash ^ UInt32(ASCII.lowercased(byte))) &* 0x0100_0193 }
        return Int(hash ^ hash >> 15)
    }

    /// The value of a member's name.
    subscript(member: JSONMember) -> Value? {
        let hash = member.nameHash
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let position = Int(slots[slot])
            if hashes[position] == hash, member.nameText.isEqual(to: rows[position].name) {
                return rows[position].value
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
