import Crypto
import EventModel
import JSON

/// The ids of the business that an event names (reference inbound, 6.2 and 6.6, rows 39, 50 and 78).
///
/// An id that is an e-mail address is kept as its SHA-256. A number that went through binary floating point may have
/// lost digits and names nothing.
struct BusinessIDs {
    /// The longest id, in bytes: ids become event ids and keys.
    static let byteLimit = 256

    private var values: [(part: BusinessIDPart, text: String)] = []
    /// The explicit `event_id`.
    private(set) var eventID: String?

    /// The value of a part, if the event has it.
    subscript(part: BusinessIDPart) -> String? { values.first { $0.part == part }?.text }

    /// The first of a row's choices that the event has all parts of, and its text.
    func first(of choices: [BusinessIDChoice]) -> (choice: BusinessIDChoice, text: String)? {
        for choice in choices {
            if let part = choice.parts.first, choice.parts.count == 1 {
                if let text = self[part] { return (choice, text) }
            } else if choice.parts.allSatisfy({ self[$0] != nil }) {
                return (choice, choice.parts.compactMap { self[$0] }.joined(separator: "+"))
            }
        }
        return nil
    }

    /// Reads everything the properties and the context say.
    ///
    /// - Throws: `lone_surrogate` for an id with half a surrogate pair.
    init(
        _ properties: FieldScanner<PropertyField>, envelope: borrowing ReadEnvelope, definition: EventDefinition?,
        hasher: SHA256, notes: inout NoteList
    ) throws(Rejection) {
        let context = envelope.contextMembers
        values.reserveCapacity(8)
        for explicit in [properties[.eventID], context[.snakeEventID], context[.eventID]] where eventID == nil {
            eventID = try Self.text(explicit, "event_id", hasher, &notes)
        }
        var rest = properties.present & PropertyField.businessIDMask
        while rest != 0 {
            let field = PropertyField(rawValue: rest.trailingZeroBitCount)
            rest &= rest - 1
            guard let field, let part = field.businessIDPart, let value = properties[field] else { continue }
            guard part.isBusinessID else {
                if let text = value.idText(notes: &notes) { set(part, text) }
                continue
            }
            if let text = try Self.text(value, part.rawValue, hasher, &notes) { set(part, text) }
        }
        if self[.orderID] == nil, let plain = properties[.plainID], definition?.takesPlainOrderID == true,
            let text = try Self.text(plain, "id", hasher, &notes)
        {
            set(.orderID, text)
        }
        if let group = envelope.groupID {
            set(.groupID, Self.protected(group, hasher))
        } else if self[.groupID] == nil, let value = context[.groupID],
            let text = try Self.text(value, "context.groupId", hasher, &notes)
        {
            set(.groupID, text)
        }
    }

    /// Adds or replaces a part that the envelope itself gives.
    mutating func set(_ part: BusinessIDPart, _ text: String?) {
        guard let text else { return }
        if let index = values.firstIndex(where: { $0.part == part }) {
            values[index].text = text
        } else {
            values.append((part, text))
        }
    }

    /// The ids to keep in the event, under their canonical names.
    var kept: [CustomData.BusinessID] {
        var kept: [CustomData.BusinessID] = []
        for (part, text) in values where part.isBusinessID {
            kept.append(CustomData.BusinessID(name: part == .chatMessageID ? "message_id" : part.rawValue, value: text))
        }
        return kept
    }

    /// The text of an id without a plain e-mail address.
    static func protected(_ id: SourceID, _ hasher: SHA256) -> String {
        id.mayBePlain ? protected(id.text, hasher) : id.text
    }

    /// The text of an id without a plain e-mail address or phone number: the hash of the one in it, if there is one.
    static func protected(_ text: String, _ hasher: SHA256) -> String {
        PersonalID(text, hasher: hasher)?.digest.hex ?? text
    }

    private static func text(
        _ value: JSONValue?, _ field: String, _ hasher: SHA256, _ notes: inout NoteList
    ) throws(Rejection) -> String? {
        guard let value else { return nil }
        switch SourceID.read(value, notes: &notes, byteLimit: byteLimit) {
        case .absent: return nil
        case .id(let id):
            if id.isLossy {
                notes.add(.numericIDLossy)
                return nil
            }
            return protected(id, hasher)
        case .loneSurrogate:
            throw Rejection(
                .loneSurrogate, field: field, "the id has half of a surrogate pair: send whole characters")
        case .wrongType, .tooLong:
            notes.add(.junkIdentifier)
            return nil
        }
    }
}

extension EventDefinition {
    /// Whether a bare `id` is the order's: purchases and refunds, when they name no order otherwise.
    fileprivate var takesPlainOrderID: Bool { name.text == "purchase" || name.text == "refund" }
}
