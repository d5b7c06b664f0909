import Glibc
import JSON

/// The names that a canonicalizer has met, each with what its readers make of it.
///
/// ``mark(_:)`` looks up the names of a value once and leaves the places of their entries in the document; afterwards a
/// reader has what it wants to know of a name for two loads. Names that are not in the book are read anew wherever they
/// are asked for, so that a full book costs time and changes nothing.
///
/// Holds at most ``capacity`` names; a full book is emptied before the next event, so that a sender of ever new names
/// does not turn out those that all others use for good. Belongs to one thread.
@safe final class NameBook {
    // @safe: entries and their texts are written before their count includes them, and places come from `slots` or from
    // marks below the count.
    private let entries: UnsafeMutablePointer<Entry>
    private let slots: UnsafeMutablePointer<Slot>
    private var count = 1

    /// How many names a book holds.
    static let capacity = 2048
    private static var slotMask: Int { capacity * 2 - 1 }
    /// Longer names are not kept, in bytes.
    private static var nameByteLimit: Int { 64 }

    private struct Slot {
        var hash: UInt32
        /// The place of the entry; 0 is free.
        var place: UInt16
    }

    private struct Entry {
        let key: JSONNameKey
        let name: MemberName
        let text: InlineArray<64, UInt8>
    }

    /// An empty book.
    init() {
        unsafe entries = .allocate(capacity: Self.capacity)
        unsafe slots = .allocate(capacity: Self.slotMask + 1)
        unsafe slots.initialize(repeating: Slot(hash: 0, place: 0), count: Self.slotMask + 1)
    }

    deinit {
        unsafe entries.deallocate()
        unsafe slots.deallocate()
    }

    /// What the readers make of a member's name.
    @inline(__always)
    subscript(member: JSONMember) -> MemberName {
        let place = Int(member.mark)
        return place > 0 && place < count ? unsafe entries[place].name : Self.read(member)
    }

    @inline(never)
    private static func read(_ member: JSONMember) -> MemberName { MemberName(member) }

    /// What the names in an object make worth looking for there.
    @inline(__always)
    func interests(of object: JSONValue) -> NameInterests {
        let interests = NameInterests(rawValue: object.mark)
        return interests.contains(.isKnown) ? interests : .everything
    }

    /// Empties a full book: to be called before the first value of an event is marked, as marks do not outlive it.
    func beginEvent() {
        if count < Self.capacity { return }
        count = 1
        unsafe slots.update(repeating: Slot(hash: 0, place: 0), count: Self.slotMask + 1)
    }

    /// Looks up all names in a value for the readers that come after.
    func mark(_ value: JSONValue) { _ = markContainer(value) }

    /// Recursion is as deep as the text, which the parser has limited.
    ///
    /// - Returns: ``NameInterests/privacyBelow``, or nothing.
    private func markContainer(_ value: JSONValue) -> NameInterests {
        guard value.kind == .object else {
            var below: NameInterests = []
            for element in value.elements where element.isContainer { below.formUnion(markContainer(element)) }
            return below
        }
        var interests: NameInterests = .isKnown
        for member in value.allMembers {
            let place = place(of: member)
            member.mark = UInt16(truncatingIfNeeded: place)
            interests.formUnion(place > 0 ? unsafe entries[place].name.interests : .everything)
            if member.value.isContainer { interests.formUnion(markContainer(member.value)) }
        }
        if interests.contains(.privacy) { interests.insert(.privacyBelow) }
        value.mark = interests.rawValue
        return interests.intersection(.privacyBelow)
    }

    /// The place of a member's name, which is added if need be; 0 if it cannot be.
    ///
    /// Nearly every name is short, and found where its hash says; the rest is kept out of the way.
    @inline(__always)
    private func place(of member: JSONMember) -> Int {
        let key = member.nameKey
        let found = unsafe slots[Int(key.hash) & Self.slotMask]
        let isThere = unsafe found.place > 0 && entries[Int(found.place)].key == key && key.isWhole
        return isThere ? Int(found.place) : search(for: member)
    }

    @inline(never)
    private func search(for member: JSONMember) -> Int {
        let key = member.nameKey
        var slot = Int(key.hash) & Self.slotMask
        while true {
            let found = unsafe slots[slot]
            if found.place == 0 { return add(member, key, at: slot) }
            if found.hash == key.hash, isName(key, of: member, at: Int(found.place)) { return Int(found.place) }
            slot = (slot + 1) & Self.slotMask
        }
    }

    private func isName(_ key: JSONNameKey, of member: JSONMember, at place: Int) -> Bool {
        guard unsafe entries[place].key == key else { return false }
        return key.isWhole || hasText(of: member, at: place)
    }

    private func hasText(of member: JSONMember, at place: Int) -> Bool {
        member.withNameText { name in
            unsafe entries[place].text.span.extracting(first: name.count).hasSameBytes(as: name)
        }
    }

    private func add(_ member: JSONMember, _ key: JSONNameKey, at slot: Int) -> Int {
        let text = member.nameText
        guard count < Self.capacity, text.count <= Self.nameByteLimit else { return 0 }
        var bytes = InlineArray<64, UInt8>(repeating: 0)
        for (position, byte) in text.enumerated() { bytes[position] = byte }
        let place = count
        unsafe (entries + place).initialize(to: Entry(key: key, name: MemberName(member), text: bytes))
        unsafe slots[slot] = Slot(hash: key.hash, place: UInt16(place))
        count += 1
        return place
    }
}
