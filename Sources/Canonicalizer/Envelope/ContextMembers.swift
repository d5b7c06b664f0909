import JSON

/// The known members of the context in hand, found in one pass; those that are null count as present.
///
/// The values are those of the last context: they live as long as its document.
@safe final class ContextMembers {
    // @safe: there is one place for every field.
    private let values: UnsafeMutablePointer<JSONValue?>
    /// One bit for each field that is there.
    private var present: UInt32 = 0

    private static var capacity: Int { 32 }

    /// Members of no context yet.
    init() {
        unsafe values = .allocate(capacity: Self.capacity)
        unsafe values.initialize(repeating: nil, count: Self.capacity)
    }

    deinit { unsafe values.deallocate() }

    /// The value of a member; of two spellings of one, the last.
    subscript(field: ContextField) -> JSONValue? {
        @inline(__always) get { present >> UInt32(field.rawValue) & 1 == 1 ? unsafe values[field.rawValue] : nil }
    }

    /// Reads a context; nil is one without members.
    func scan(_ context: JSONValue?, _ names: NameBook) {
        present = 0
        guard let context else { return }
        for member in context.members {
            guard let field = names[member].context else { continue }
            present |= 1 << UInt32(field.rawValue)
            unsafe values[field.rawValue] = member.value
        }
    }
}
