import Crypto
import EventModel
import JSON

/// What one envelope says, under one set of names, shapes checked (reference inbound, 4.1, 4.2 and 5).
///
/// Values look into the request's document, or into the reader's own for properties sent as a JSON string. Not copyable,
/// as it is large and read in many places.
struct ReadEnvelope: ~Copyable {
    var type = EnvelopeType.track
    var messageID = ""
    var isMessageIDGenerated = false
    var userID: SourceID?
    var anonymousID: SourceID?
    var previousID: SourceID?
    var groupID: SourceID?
    /// Objects, or nil when absent or empty.
    var properties: JSONValue?
    var traits: JSONValue?
    var contextTraits: JSONValue?
    var context: JSONValue?
    /// What the batch says for all of its items, where the item has a context of its own: a refusal in it counts too.
    var batchContext: JSONValue?
    /// The members of ``context``; the next envelope's when that is read.
    let contextMembers: ContextMembers
    var integrations: JSONValue?
    var event: JSONValue?
    var name: JSONValue?
    var category: JSONValue?
    var channel: JSONValue?
    var mergeProperties: JSONValue?
    var requestIP: JSONValue?
    var times = SourceTimes()
    /// RudderStack's own id of the person.
    var rudderID: String?
    /// Whether something in the body shows RudderStack as its sender; only looked for where it matters.
    var hasRudderStackMark = false
}

/// Reads envelopes of either vendor and of the thinned template into one shape.
struct EnvelopeReader {
    private let source: SourceProfile
    private let hasher: SHA256
    private let fields = FieldScanner<EnvelopeField>()
    private let names: NameBook
    /// The members of the context that was read last.
    let contextMembers = ContextMembers()
    /// Holds properties that came as a JSON string; they live until the next such event.
    private let stringified = JSONDocument()
    /// Holds an item's context with what the batch's adds to it; it lives until the next such event.
    private let joined = JSONDocument()

    /// A reader for one source.
    init(source: SourceProfile, hasher: SHA256, names: NameBook) {
        self.names = names
        self.source = source
        self.hasher = hasher
    }

    /// Reads one envelope into an empty one that has this reader's ``contextMembers``.
    ///
    /// - Throws: The rejection that rows 39 to 68 and 90 of reference inbound, section 9, name.
    func read(
        _ envelope: Envelope, into result: inout ReadEnvelope, notes: inout NoteList
    ) throws(Rejection) {
        guard envelope.body.kind == .object else {
            throw Rejection(.notAnObject, "the item is no JSON object: send one object an event")
        }
        try EnvelopeInspector.inspect(envelope.body, notes: &notes)
        names.beginEvent()
        names.mark(envelope.body)
        fields.scan(envelope.body, names)
        if fields.hasConflict { notes.add(.fieldConflict) }

        result.type = try readType(route: envelope.routeType)
        try readIDs(into: &result, body: envelope.body, notes: &notes)
        try readObjects(into: &result, envelope, notes: &notes)
        result.event = fields[.event]
        result.name = fields[.name]
        result.category = fields[.category]
        result.channel = fields[.channel] ?? contextMembers[.channel]
        result.requestIP = fields[.requestIP]
        result.times = readTimes(envelope)
        result.rudderID = readRudderID()
        result.hasRudderStackMark = hasRudderStackMark
    }

    // MARK: - Type

    private func readType(route: EnvelopeType?) throws(Rejection) -> EnvelopeType {
        if let route { return route }
        guard let value = fields[.type], value.kind == .string, !value.isBlank else {
            throw Rejection(.typeMissing, field: "type", "the event has no type: send track, identify, page, …")
        }
        let isTemplate = value.withText { JunkValue.isUnrendered($0.extracting($0.trimmed)) } ?? false
        if isTemplate {
            throw Rejection(
                .templateUnrendered, field: "type",
                "the template that makes this body was not rendered: check its field names and engine")
        }
        let type = value.withText { Self.type(named: $0.extracting($0.trimmed)) } ?? nil
        guard let type, type != .delete || source.takesDeletions else {
            throw Rejection(.typeUnsupported, field: "type", "the gateway takes no events of this type here")
        }
        return type
    }

    /// The type with this name in any case, or nil.
    ///
    /// Whether a source may send it is another question.
    static func type(named name: Span<UInt8>) -> EnvelopeType? {
        if name.isCaseInsensitively("track") { return .track }
        if name.isCaseInsensitively("page") { return .page }
        if name.isCaseInsensitively("identify") { return .identify }
        if name.isCaseInsensitively("screen") { return .screen }
        if name.isCaseInsensitively("group") { return .group }
        if name.isCaseInsensitively("alias") { return .alias }
        if name.isCaseInsensitively("merge") { return .merge }
        if name.isCaseInsensitively("delete") { return .delete }
        return nil
    }

    // MARK: - Ids

    private func readIDs(into result: inout ReadEnvelope, body: JSONValue, notes: inout NoteList) throws(Rejection) {
        let isAlias = result.type == .alias
        result.userID = try readID(.userID, isAlias ? .to : nil, isStrict: true, notes: &notes)
        result.anonymousID = try readID(.anonymousID, isStrict: false, notes: &notes)
        result.previousID = try readID(.previousID, isAlias ? .from : nil, isStrict: false, notes: &notes)
        result.groupID = try readID(.groupID, isStrict: false, notes: &notes)
        if isAlias, result.previousID == nil {
            throw Rejection(
                .previousIDMissing, field: "previousId", "an alias needs the id that the user had before")
        }
        try readMessageID(into: &result, body: body, notes: &notes)
        result.mergeProperties = result.type == .merge ? fields[.mergeProperties] : nil
    }

    /// Reads a person's or group's id; a strict one must be a string or a number.
    private func readID(
        _ field: EnvelopeField, _ alternative: EnvelopeField? = nil, isStrict: Bool, notes: inout NoteList
    ) throws(Rejection) -> SourceID? {
        switch SourceID.read(fields[field] ?? alternative.flatMap { fields[$0] }, notes: &notes) {
        case .absent: return nil
        case .id(let id):
            if id.isNumeric { notes.add(id.isLossy ? .numericIDLossy : .numericID) }
            return id
        case .loneSurrogate:
            throw Rejection(
                .loneSurrogate, field: field.spellings[0],
                "the id has half of a surrogate pair: send whole characters")
        case .wrongType where isStrict:
            throw Rejection(
                .userIDInvalid, field: field.spellings[0], "the user id is neither a string nor a number")
        case .tooLong where isStrict:
            throw Rejection(
                .userIDInvalid, field: field.spellings[0],
                "the user id has more than \(SourceID.byteLimit) bytes: send a short one")
        case .wrongType, .tooLong:
            notes.add(.junkIdentifier)
            return nil
        }
    }

    private func readRudderID() -> String? {
        // It decides nothing, so that nobody needs to hear what is odd about it.
        var ignored = NoteList()
        guard case .id(let id) = SourceID.read(fields[.rudderID], notes: &ignored) else { return nil }
        return BusinessIDs.protected(id, hasher)
    }

    /// The longest message id, in bytes.
    private static let messageIDByteLimit = 256

    private func readMessageID(
        into result: inout ReadEnvelope, body: JSONValue, notes: inout NoteList
    ) throws(Rejection) {
        switch SourceID.read(fields[.messageID], notes: &notes, byteLimit: Self.messageIDByteLimit) {
        case .id(let id):
            if id.isNumeric { notes.add(.messageIDNumeric) }
            result.messageID = BusinessIDs.protected(id, hasher)
        case .absent, .wrongType:
            notes.add(.messageIDGenerated)
            result.messageID = generatedMessageID(of: body)
            result.isMessageIDGenerated = true
        case .tooLong:
            throw Rejection(
                .messageIDTooLong, field: "messageId",
                "the message id has more than \(Self.messageIDByteLimit) bytes: send a UUID")
        case .loneSurrogate:
            throw Rejection(
                .loneSurrogate, field: "messageId", "the id has half of a surrogate pair: send whole characters")
        }
    }

    /// `gen-` and the SHA-256 of the source's name, a zero byte and the item as sent.
    private func generatedMessageID(of body: JSONValue) -> String {
        var text = Array(source.name.utf8)
        text.append(0)
        body.withSource { bytes in for index in bytes.indices { text.append(bytes[index]) } }
        return "gen-" + hasher.digest(of: text).hex
    }

    // MARK: - Objects

    private func readObjects(
        into result: inout ReadEnvelope, _ envelope: Envelope, notes: inout NoteList
    ) throws(Rejection) {
        result.context = try Self.object(fields[.context], .contextNotObject, "context")
        if let batchContext = envelope.batchContext {
            try EnvelopeInspector.inspect(batchContext, isEnvelope: false, notes: &notes)
            names.mark(batchContext)
            // PHP's empty list is no context of its own.
            if let own = result.context {
                result.batchContext = batchContext
                result.context = join(own, to: batchContext)
            } else {
                result.context = batchContext
            }
        }
        contextMembers.scan(result.context, names)
        let contextTraits = contextMembers[.traits] ?? fields[.contextTraits]
        result.contextTraits = try Self.object(contextTraits, .traitsNotObject, "context.traits")
        result.traits = try Self.object(fields[.traits], .traitsNotObject, "traits")
        let integrations = fields[.integrations] ?? envelope.batchIntegrations
        if fields[.integrations] == nil, let integrations { names.mark(integrations) }
        result.integrations = integrations?.kind == .object ? integrations : nil
        result.properties = try readProperties(notes: &notes)
    }

    /// The item's own context with the members that only the batch's has (1.7).
    private func join(_ own: JSONValue, to batch: JSONValue) -> JSONValue {
        var json = JSONWriter(capacity: own.sourceByteCount + batch.sourceByteCount + 2)
        var present: Set<String> = []
        json.beginObject()
        for member in own.members {
            present.insert(member.name)
            json.key(name: member.name)
            json.raw(member.value)
        }
        for member in batch.members where !present.contains(member.name) {
            json.key(name: member.name)
            json.raw(member.value)
        }
        json.endObject()
        // Both have been parsed before, one of them within this depth; the size is the decoder's to bound.
        let limits = JSONLimits(valueCount: Int(UInt32.max), acceptsNonFinite: true)
        guard let context = try? joined.parse(json.bytes, limits: limits) else { return own }
        names.mark(context)
        return context
    }

    private func readProperties(notes: inout NoteList) throws(Rejection) -> JSONValue? {
        guard let value = fields[.properties], value.kind == .string else {
            return try Self.object(fields[.properties], .propertiesNotObject, "properties")
        }
        if let text = value.string, let object = try? stringified.parse(text), object.kind == .object {
            // The parser's complaint about a string that is no JSON adds nothing to the rejection below.
            notes.add(.propertiesStringified)
            try EnvelopeInspector.inspect(object, notes: &notes)
            names.mark(object)
            return object
        }
        throw Rejection(.propertiesNotObject, field: "properties", "properties are a string that holds no JSON object")
    }

    /// The object, or nil for what counts as empty: nothing, null and `[]`.
    private static func object(
        _ value: JSONValue?, _ code: Rejection.Code, _ field: String
    ) throws(Rejection) -> JSONValue? {
        guard let value, !value.isNull, !value.isEmptyArray else { return nil }
        guard value.kind == .object else { throw Rejection(code, field: field, "\(field) must be a JSON object") }
        return value
    }

    // MARK: - Time and dialect

    private func readTimes(_ envelope: Envelope) -> SourceTimes {
        var times = SourceTimes()
        times.timestamp = fields[.timestamp]
        times.originalTimestamp = fields[.originalTimestamp]
        times.occurredAt = fields[.occurredAt]
        times.sentAt = fields[.sentAt] ?? envelope.batchSentAt
        times.receivedAt = fields[.receivedAt]
        // Camel case is the first spelling of each, snake case the second.
        let marks: [EnvelopeField] = [.messageID, .anonymousID, .userID, .sentAt]
        let hasSnake = marks.contains { fields.has($0, spelling: 1) }
        let hasCamel = marks.contains { fields.has($0, spelling: 0) }
        times.isThin = hasSnake && !hasCamel
        return times
    }

    /// The marks of reference inbound, 4.7, less the one that headers carry.
    private var hasRudderStackMark: Bool {
        if fields[.rudderID] != nil || fields[.requestIP] != nil { return true }
        if fields[.originalTimestamp] != nil, fields[.timestamp] == nil { return true }
        return contextMembers[.consentManagement] != nil || contextMembers[.sessionID] != nil
            || contextMembers[.clientHints] != nil
    }
}

extension SourceProfile {
    /// Whether its `delete` calls erase people (reference inbound, 2.3 and row 105).
    ///
    /// Webhooks prove who sends them. A write key is public: whoever reads it in a page could have anybody erased.
    fileprivate var takesDeletions: Bool {
        switch kind {
        case .rudderstack, .segment: true
        case .native, .trackstack: false
        }
    }
}
