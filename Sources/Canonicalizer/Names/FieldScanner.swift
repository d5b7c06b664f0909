import JSON

/// The members of one kind of object that mean something, with the spellings senders use.
protocol ScannedField: CaseIterable, Hashable, RawRepresentable, Sendable where RawValue == Int {
    /// The field's names in order of preference.
    ///
    /// Capitals, `_`, `-` and blanks do not matter for finding a member, only for preferring one (reference inbound,
    /// 2.3 and 4.3: customers' casing varies).
    var spellings: [String] { get }

    /// Whether the field holds an id, of which a placeholder such as `undefined` counts for nothing beside another spelling.
    var isID: Bool { get }

    /// The field of this kind that a name spells.
    static func spelling(of name: MemberName) -> FieldSpelling
}

extension ScannedField {
    /// False.
    var isID: Bool { false }
}

/// A field that a name spells.
struct FieldSpelling: Sendable, Equatable {
    /// The raw value of the field; meaningless if there is none.
    var field: UInt8 = 0
    /// How much the spelling is preferred, 0 most; ``none`` if the name spells no field.
    var rank = Self.none

    /// The rank of names that spell no field.
    static var none: UInt8 { 255 }
}

/// Finds all known members of an object in one pass, and keeps the preferred one of each field.
///
/// The values are those of the last object: they live as long as its document. Null members count as absent.
@safe final class FieldScanner<Field: ScannedField> {
    // @safe: there is one slot a field, `rawValue` of a field without gaps is its place, and a slot is read only if its
    // bit in `present` says that it was written.
    private let slots: UnsafeMutablePointer<Slot>
    /// One bit for each field that the last object has, by its raw value.
    private(set) var present: UInt64 = 0
    /// Whether two spellings of a field were there with different values.
    private(set) var hasConflict = false

    private struct Slot {
        let value: JSONValue
        let rank: UInt8
    }

    /// A scanner for a kind of object.
    init() {
        precondition(Field.allCases.count <= 64, "there are more fields than bits")
        unsafe slots = .allocate(capacity: Field.allCases.count)
    }

    deinit { unsafe slots.deallocate() }

    /// The value of a field in the last object.
    subscript(field: Field) -> JSONValue? {
        @inline(__always) get { has(field) ? unsafe slots[field.rawValue].value : nil }
    }

    @inline(__always)
    private func has(_ field: Field) -> Bool { present >> UInt64(field.rawValue) & 1 == 1 }

    /// Whether the last object has a field, and spells it exactly as the listed spelling at `position`.
    func has(_ field: Field, spelling position: Int) -> Bool {
        unsafe has(field) && Int(slots[field.rawValue].rank) == position * 2
    }

    /// Reads an object; nil is one without members.
    func scan(_ object: JSONValue?, _ names: NameBook) {
        present = 0
        hasConflict = false
        guard let object else { return }
        for member in object.members {
            let spelling = Field.spelling(of: names[member])
            if spelling.rank == FieldSpelling.none { continue }
            let value = member.value
            if value.isNull { continue }
            let place = Int(spelling.field)
            let bit: UInt64 = 1 << UInt64(place)
            if present & bit != 0 {
                let other = unsafe slots[place]
                if Field(rawValue: place)?.isID == true {
                    if value.isJunkID { continue }
                    if other.value.isJunkID {
                        unsafe (slots + place).initialize(to: Slot(value: value, rank: spelling.rank))
                        continue
                    }
                }
                if !other.value.hasSameSource(as: value) { hasConflict = true }
                if other.rank <= spelling.rank { continue }
            }
            present |= bit
            unsafe (slots + place).initialize(to: Slot(value: value, rank: spelling.rank))
        }
    }
}

extension JSONValue {
    /// Whether the value is a text that stands where an id should be and names nothing (reference inbound, 4.5).
    var isJunkID: Bool {
        kind == .string && withText { text in JunkValue.matches(text.extracting(text.trimmed)) } ?? false
    }
}
