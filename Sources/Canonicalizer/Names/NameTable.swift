import JSON

/// Values under exact member names, built once from literals and looked up by the hash that the document made.
///
/// A class so that to hold one while walking an object costs one reference, not three.
final class NameTable<Value: Sendable>: Sendable {
    private let rows: [(name: [UInt8], value: Value)]
    private let hashes: [UInt32]
    /// Positions in `rows` by hash, open addressing; -1 is free.
    private let slots: [Int16]

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
    }

    /// The value of a member's name, else of one that differs in capitals only.
    ///
    /// - Complexity: O(rows) for names that are in no spelling there; to be asked once a name.
    func folded(_ member: JSONMember) -> Value? {
        self[member] ?? rows.first { $0.name.elementsEqual(member.nameText, by: Self.isSameLetter) }?.value
    }

    private static func isSameLetter(_ one: UInt8, _ other: UInt8) -> Bool {
        ASCII.lowercased(one) == ASCII.lowercased(other)
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
