import JSON

/// Values under folded names, built once from literals.
final class FoldedTable<Value: Sendable>: Sendable {
    private let keys: [FoldedName]
    private let values: [Value]
    /// Positions in `keys` by hash, open addressing; -1 is free.
    private let slots: [Int16]
    /// For each first letter, the second letters that some name has: turns most names away at two loads.
    private let secondLetters: [UInt32]

    init(_ rows: [(name: String, value: Value)]) {
        keys = rows.map { FoldedName(known: $0.name) }
        values = rows.map(\.value)
        var slotCount = 16
        while slotCount < rows.count * 3 { slotCount *= 2 }
        var slots = [Int16](repeating: -1, count: slotCount)
        var secondLetters = [UInt32](repeating: 0, count: 32)
        for (position, row) in rows.enumerated() {
            var slot = Self.slot(of: keys[position], mask: slotCount - 1)
            while slots[slot] >= 0 {
                precondition(keys[Int(slots[slot])] != keys[position], "\(row.name) stands twice in a table")
                slot = (slot + 1) & (slotCount - 1)
            }
            slots[slot] = Int16(position)
            let start = Array(row.name.utf8.prefix(2))
            secondLetters[Int(start[0] & 31)] |= 1 << UInt32(start.count > 1 ? start[1] & 31 : 0)
        }
        self.slots = slots
        self.secondLetters = secondLetters
    }

    /// The value of a name.
    subscript(name: FoldedName) -> Value? {
        var slot = Self.slot(of: name, mask: slots.count - 1)
        while slots[slot] >= 0 {
            let position = Int(slots[slot])
            if keys[position] == name { return values[position] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The value of a name as it is written; folds it only if it begins like one of the table's.
    subscript(text: JSONText) -> Value? {
        guard text.count >= 2 else { return FoldedName(text).flatMap { self[$0] } }
        let first = text[text.startIndex]
        let second = text[text.startIndex + 1]
        if ASCII.isLetter(first), ASCII.isLetter(second),
            secondLetters[Int(first & 31)] & 1 << UInt32(second & 31) == 0
        {
            return nil
        }
        return FoldedName(text).flatMap { self[$0] }
    }

    private static func slot(of name: FoldedName, mask: Int) -> Int {
        let mixed = (UInt64(truncatingIfNeeded: name.packed) ^ UInt64(truncatingIfNeeded: name.packed >> 61))
        return Int(truncatingIfNeeded: mixed &* 0x9E37_79B9_7F4A_7C15 >> 40) & mask
    }
}
