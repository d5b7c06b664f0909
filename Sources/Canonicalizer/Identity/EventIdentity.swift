import Crypto
import EventModel

/// What an event is known by downstream and told duplicates by (reference inbound, 6.6; design, section 7).
struct EventIdentity: Sendable, Equatable {
    /// The explicit id, else a business id that bears it, else the message id.
    var eventID: String
    /// `event_id`, the business id's name, or `message_id`.
    var source: String
    /// The name and value of the business id: `order_id:1001`; nil when only the message id counts.
    var businessKey: String?

    /// Decides the ids of one event; notes what is missing.
    ///
    /// - Parameters:
    ///   - definition: The event's row, or nil for a custom event.
    ///   - ids: What the event names.
    ///   - messageID: The id when there is no better one.
    ///   - data: The event's money and items, which tell partial refunds of one order apart.
    ///   - isStrict: Whether a missing required id refuses the event; an explicit event id serves as well.
    ///   - hasher: For marks of content.
    ///   - notes: Takes what is missing.
    /// - Throws: `business_id_missing` when the source is strict and the event names none of what its row requires.
    init(
        definition: EventDefinition?, ids: BusinessIDs, messageID: String, data: CustomData, isStrict: Bool,
        hasher: SHA256, notes: inout NoteList
    ) throws(Rejection) {
        eventID = messageID
        source = BusinessIDPart.messageID.rawValue
        if let definition, let (choice, value) = ids.first(of: definition.businessIDs) {
            if choice.isEventID {
                eventID = value
                source = choice.name
            }
            businessKey = Self.key(choice.name, value)
            if definition.valueRule == .refund, !choice.isEventID {
                // Several partial refunds share the order: only one with the same content is the same refund.
                notes.add(.refundIDMissing)
                businessKey = Self.key(choice.name, value) + "+" + Self.contentMark(data, hasher)
            }
        } else if let definition, definition.requiresBusinessID, ids.eventID == nil {
            let name = definition.businessIDs.first?.parts.first?.rawValue ?? "event_id"
            if isStrict {
                throw Rejection(
                    .businessIDMissing, field: "properties.\(name)",
                    "\(definition.name) needs \(name), and this source is strict about it: send it")
            }
            notes.add(.businessIDMissing)
        }
        if let explicit = ids.eventID {
            eventID = explicit
            source = "event_id"
        }
    }

    private static func key(_ name: String, _ value: String) -> String {
        let (name, value) = (name.utf8, value.utf8)
        return unsafe String(unsafeUninitializedCapacity: name.count + value.count + 1) { bytes in
            let colon = unsafe bytes.update(fromContentsOf: name)
            unsafe bytes[colon] = UInt8(ascii: ":")
            return unsafe bytes[(colon + 1)...].update(fromContentsOf: value)
        }
    }

    /// Sixteen hexadecimal digits over the value, currency and lines of an event.
    private static func contentMark(_ data: CustomData, _ hasher: SHA256) -> String {
        var text = "\(data.value?.description ?? "")|\(data.currency ?? "")"
        for item in data.items {
            let price = item.price?.description ?? ""
            let quantity = item.quantity?.description ?? ""
            text += "|\(item.contentID ?? item.name ?? ""):\(item.variant ?? ""):\(price):\(quantity)"
        }
        return String(hasher.digest(of: text).hex.prefix(16))
    }
}
