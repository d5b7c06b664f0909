import JSON

/// The look-up from spellings to fields behind ``MemberName``; made once for a process.
///
/// A name that is spelled as listed is found by the hash that the parser has made of it. Only the rest is folded, and
/// only if it begins and ends like some listed name.
struct FieldTable<Field: ScannedField>: Sendable {
    private struct Spelling: Sendable {
        var hash: UInt32
        var start: Int32
        var count: Int32
        var meaning: FieldSpelling
    }

    /// Open addressing by hash; -1 is free, anything else a place in `spellings`.
    private let slots: [Int32]
    private let spellings: [Spelling]
    /// The listed names, one after another.
    private let names: [UInt8]
    private let folded: ByteStringTable
    /// For each folded first letter, the last letters that some name has with it.
    private let endings: [UInt32]
    /// No listed name is longer.
    private static var nameByteLimit: Int { 32 }

    /// The table of a kind of object.
    init() {
        var spellings: [Spelling] = []
        var names: [UInt8] = []
        var folded = ByteStringTable(capacity: Field.allCases.reduce(0) { $0 + $1.spellings.count })
        var endings = [UInt32](repeating: 0, count: 32)
        precondition(Field.allCases.map(\.rawValue) == Array(0..<Field.allCases.count), "fields must count from 0")
        for field in Field.allCases {
            for (position, spelling) in field.spellings.enumerated() {
                let name = Array(spelling.utf8)
                precondition(name.count <= Self.nameByteLimit, "\(spelling) is too long for a table of fields")
                let first = folded.insert(Self.fold(name), spellings.count)
                let isVariant = first < spellings.count
                precondition(
                    !isVariant || Int(spellings[first].meaning.field) == field.rawValue, "\(spelling) names two fields")
                // The odd ranks are for spellings that are not listed.
                spellings.append(
                    Spelling(
                        hash: JSONKey.hash(of: name), start: Int32(names.count), count: Int32(name.count),
                        meaning: FieldSpelling(field: UInt8(field.rawValue), rank: UInt8(position * 2))))
                names.append(contentsOf: name)
                endings[Self.letter(name[0])] |= 1 << UInt32(Self.letter(name[name.count - 1]))
            }
        }
        var size = 16
        while size < spellings.count * 3 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        for (index, spelling) in spellings.enumerated() {
            var slot = Int(spelling.hash) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index)
        }
        self.slots = slots
        self.spellings = spellings
        self.names = names
        self.folded = folded
        self.endings = endings
    }

    /// The field that a member's name spells, and how much that spelling is preferred: 0 most.
    func find(_ member: JSONMember) -> FieldSpelling {
        let hash = member.nameHash
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let spelling = spellings[Int(slots[slot])]
            if spelling.hash == hash {
                let start = Int(spelling.start)
                let name = names.span.extracting(start..<start + Int(spelling.count))
                if member.withNameText({ $0.hasSameBytes(as: name) }) { return spelling.meaning }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return member.withNameText { findVariant($0) }
    }

    private func findVariant(_ name: Span<UInt8>) -> FieldSpelling {
        guard name.count > 0, name.count <= Self.nameByteLimit,
            endings[Self.letter(name[0])] >> UInt32(Self.letter(name[name.count - 1])) & 1 == 1
        else { return FieldSpelling() }
        var buffer = InlineArray<32, UInt8>(repeating: 0)
        var count = 0
        for index in name.indices where !Self.isSeparator(name[index]) {
            buffer[count] = name[index].lowered
            count += 1
        }
        let bytes = buffer.span
        guard let index = folded.value(of: bytes.extracting(first: count)) else { return FieldSpelling() }
        return FieldSpelling(field: spellings[index].meaning.field, rank: spellings[index].meaning.rank + 1)
    }

    /// A number below 32 that is the same for a letter of either case.
    private static func letter(_ byte: UInt8) -> Int { Int(byte & 31) }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == 0x20
    }

    private static func fold(_ name: [UInt8]) -> [UInt8] { name.filter { !isSeparator($0) }.map(\.lowered) }
}
