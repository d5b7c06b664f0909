import JSON

/// Where an event may say who it is about, best first.
enum PersonSource: UInt8, Sendable {
    case traits, contextTraits, properties
}

/// The values that an event offers for each field, in the order in which they are to be tried.
///
/// Holds views into a document: to be emptied before the document changes.
struct PersonCandidates {
    struct Candidate {
        let field: PersonField
        let source: PersonSource
        /// Source, then place in the source, then place in an array; lower is better.
        let order: UInt16
        let name: JSONText
        let value: JSONValue
        /// The value's text, trimmed and not empty.
        let text: JSONText
    }

    private var candidates: [Candidate] = []
    /// One bit for each field that has a candidate.
    private var present: UInt32 = 0

    /// More than an honest event has; what comes later is not looked at.
    private static let countLimit = 64
    /// How many values of an array are looked at.
    private static let elementLimit: UInt16 = 8

    mutating func removeAll() {
        candidates.removeAll(keepingCapacity: true)
        present = 0
    }

    var isEmpty: Bool { present == 0 }

    func has(_ field: PersonField) -> Bool { present & 1 << UInt32(field.rawValue) != 0 }

    /// Whether something beside e-mail and phone has a candidate.
    var hasProfile: Bool {
        let contact: UInt32 = 1 << UInt32(PersonField.email.rawValue) | 1 << UInt32(PersonField.phone.rawValue)
        return present & ~contact != 0
    }

    /// Adds what an object offers; addresses inside it come before the same fields beside them.
    mutating func collect(_ object: JSONValue?, from source: PersonSource, _ names: NameBook) {
        let isProperties = source == .properties
        guard let object, names.interests(of: object).contains(isProperties ? .personInProperties : .personInTraits)
        else { return }
        for member in object.members {
            let name = names[member]
            guard let field = isProperties ? name.personInProperties : name.personInTraits else { continue }
            let value = member.value
            switch field {
            case .address: collectAddress(value, from: source, place: 0, names)
            case .shippingAddress: collectAddress(value, from: source, place: 1, names)
            case .billingAddress: collectAddress(value, from: source, place: 2, names)
            default: add(field, member.nameText, value, from: source, place: 3)
            }
        }
    }

    private mutating func collectAddress(
        _ value: JSONValue, from source: PersonSource, place: UInt8, _ names: NameBook
    ) {
        var address = value
        if value.kind == .array {
            guard let first = value.elements.first(where: { _ in true }) else { return }
            address = value.elements.first { $0[Self.defaultAddress]?.bool == true } ?? first
        }
        for member in address.members {
            guard let field = names[member].personInAddress else { continue }
            add(field, member.nameText, member.value, from: source, place: place)
        }
    }

    private static let defaultAddress: JSONKey = "defaultAddress"

    /// Adds a value; of an array each, so that the first good one counts.
    private mutating func add(
        _ field: PersonField, _ name: JSONText, _ value: JSONValue, from source: PersonSource, place: UInt8
    ) {
        let order = UInt16(source.rawValue << 4 | place) << 8
        guard value.kind == .array else { return add(field, name, value, from: source, order: order) }
        for (index, element) in zip(0..<Self.elementLimit, value.elements) {
            add(field, name, element, from: source, order: order | index)
        }
    }

    private mutating func add(
        _ field: PersonField, _ name: JSONText, _ value: JSONValue, from source: PersonSource, order: UInt16
    ) {
        guard let text = value.scalarText?.trimmed, !text.isEmpty, candidates.count < Self.countLimit else { return }
        candidates.append(Candidate(field: field, source: source, order: order, name: name, value: value, text: text))
        present |= 1 << UInt32(field.rawValue)
    }

    /// The best candidate for a field, or the best after another one.
    func next(_ field: PersonField, after previous: Candidate? = nil) -> Candidate? {
        guard has(field) else { return nil }
        var best: Candidate?
        for candidate in candidates where candidate.field == field {
            if let previous, !Self.isBetter(previous, than: candidate) { continue }
            if let present = best, !Self.isBetter(candidate, than: present) { continue }
            best = candidate
        }
        return best
    }

    /// Whether one candidate for a field is to be tried before another.
    ///
    /// Names are only compared where two stand side by side, which is rare. No two have the same rank: only the last of
    /// members with one name counts.
    private static func isBetter(_ one: Candidate, than other: Candidate) -> Bool {
        if one.order != other.order { return one.order < other.order }
        return one.field.rank(of: one.name) < other.field.rank(of: other.name)
    }
}
