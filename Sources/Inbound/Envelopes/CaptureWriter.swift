import EventModel
import JSON

/// Writes flat captures as a list of track envelopes.
struct CaptureWriter: ~Copyable {
    private var json = JSONWriter(capacity: 2048)
    /// What there is to say about the capture written last.
    private(set) var notes = NoteList()

    init() { json.beginArray() }

    /// The text of all envelopes.
    mutating func finish() -> [UInt8] {
        json.endArray()
        return json.bytes
    }

    /// Writes one capture.
    ///
    /// - Throws: `properties_not_object` when there are properties beside a `properties` that is no object: they would be
    ///   lost. Other parts that are no object are written as they are, for the canonicalizer to judge.
    mutating func write(_ envelope: Envelope) throws(Rejection) {
        notes = NoteList()
        var parts = Parts()
        collect(envelope.body, into: &parts)
        if parts.context.object == nil { parts.context.object = envelope.batchContext }
        parts.page.object = parts.context.object?[Self.page]
        guard parts.properties.isComplete else {
            throw Rejection(
                .propertiesNotObject, field: "properties", "properties are no object: send an object of properties")
        }
        json.beginObject()
        json.member("type", EnvelopeType.track.rawValue)
        writeMembers(of: parts.envelope)
        write("traits", parts.traits)
        write("properties", parts.properties)
        writeContext(parts)
        json.endObject()
    }

    // MARK: - Collecting

    /// An object of the envelope: members that stood elsewhere, and the object that the capture has for it.
    private struct Part {
        private(set) var members: [(name: String, value: JSONValue)] = []
        private var positions: [String: Int] = [:]
        var object: JSONValue?

        /// Adds a member, or returns the one that means the same: of several the first counts.
        mutating func add(_ value: JSONValue, _ name: String) -> JSONValue? {
            let folded = CaptureField.folded(name)
            if let present = positions[folded] { return members[present].value }
            positions[folded] = members.count
            members.append((name, value))
            return nil
        }

        /// What stood elsewhere under a name.
        func member(_ name: String) -> JSONValue? {
            members.isEmpty ? nil : positions[CaptureField.folded(name)].map { members[$0].value }
        }

        /// Whether the members can stand with the object.
        var isComplete: Bool {
            guard let object, !members.isEmpty else { return true }
            return object.kind == .object || object.kind == .array && object.count == 0
        }
    }

    private struct Parts {
        var envelope = Part()
        var traits = Part()
        var properties = Part()
        var context = Part()
        var page = Part()
    }

    /// Puts every member in its place; the reader's limit on depth bounds the recursion.
    private mutating func collect(_ object: JSONValue, into parts: inout Parts) {
        for member in object.members where !member.value.isNull {
            let (name, value) = (member.name, member.value)
            switch CaptureField.named(CaptureField.folded(name)) {
            case .envelope(let name): add(value, "\(name)", to: &parts.envelope)
            case .trait: add(value, name, to: &parts.traits)
            case .context(let name): add(value, "\(name)", to: &parts.context)
            case .page(let name): add(value, "\(name)", to: &parts.page)
            case .property(let name): add(value, "\(name)", to: &parts.properties)
            case .flat where value.kind == .object: collect(value, into: &parts)
            case .part(.traits): addObject(value, to: &parts.traits)
            case .part(.properties): addObject(value, to: &parts.properties)
            case .part(.context): addObject(value, to: &parts.context)
            case .dropped: break
            case .flat, nil: add(value, name, to: &parts.properties)
            }
        }
    }

    private mutating func add(_ value: JSONValue, _ name: String, to part: inout Part) {
        if let present = part.add(value, name) { noteConflict(present, value) }
    }

    /// Of two objects for one part, such as `properties` and `custom_data`, the members of the second join the first.
    private mutating func addObject(_ value: JSONValue, to part: inout Part) {
        guard part.object != nil, value.kind == .object else {
            part.object = part.object ?? value
            return
        }
        for member in value.members where !member.value.isNull { add(member.value, member.name, to: &part) }
    }

    private mutating func noteConflict(_ one: JSONValue, _ other: JSONValue) {
        if !one.rawBytes.elementsEqual(other.rawBytes) { notes.add(.fieldConflict) }
    }

    // MARK: - Writing

    private mutating func write(_ name: StaticString, _ part: Part) {
        guard part.isComplete, !part.members.isEmpty else {
            if let object = part.object {
                json.key(name)
                json.raw(object)
            }
            return
        }
        json.key(name)
        json.beginObject()
        writeMembers(of: part)
        json.endObject()
    }

    /// Writes what stood elsewhere, and what the object has beyond that.
    private mutating func writeMembers(of part: Part, except name: JSONKey? = nil) {
        for (name, value) in part.members {
            json.key(name: name)
            json.raw(value)
        }
        guard let object = part.object else { return }
        for member in object.members {
            if let name, member.isNamed(name) { continue }
            if let present = part.member(member.name) {
                if !member.value.isNull { noteConflict(present, member.value) }
                continue
            }
            json.key(name: member.name)
            json.raw(member.value)
        }
    }

    private mutating func writeContext(_ parts: Parts) {
        let isObject = parts.context.object.map { $0.kind == .object || $0.kind == .array && $0.count == 0 } ?? true
        guard isObject, !parts.page.members.isEmpty else { return write("context", parts.context) }
        json.key("context")
        json.beginObject()
        write("page", parts.page)
        writeMembers(of: parts.context, except: Self.page)
        json.endObject()
    }

    private static let page: JSONKey = "page"
}
