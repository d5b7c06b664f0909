import EventModel
import JSON

/// Puts the `name` and `category` of page and screen calls among their properties, as the vendors' libraries do.
///
/// Properties that say it themselves keep what they say.
enum PageNames {
    /// The properties with the call's name and category in front.
    ///
    /// - Parameters:
    ///   - envelope: The call.
    ///   - properties: Its properties as they are kept: one JSON object.
    ///   - notes: Takes a note on characters that were removed.
    /// - Returns: One JSON object.
    static func added(of envelope: borrowing ReadEnvelope, to properties: [UInt8], notes: inout NoteList) -> [UInt8] {
        guard envelope.type == .page || envelope.type == .screen else { return properties }
        let name = text(envelope.name, unless: envelope.properties?[nameKey], notes: &notes)
        let category = text(envelope.category, unless: envelope.properties?[categoryKey], notes: &notes)
        guard name != nil || category != nil else { return properties }
        var json = JSONWriter(capacity: properties.count + 128)
        json.object { json in
            json.member("name", name)
            json.member("category", category)
        }
        guard let start = properties.firstIndex(of: UInt8(ascii: "{")),
            let first = properties[(start + 1)...].firstIndex(where: { $0 > 0x20 }),
            properties[first] != UInt8(ascii: "}")
        else { return json.bytes }
        return json.bytes.dropLast() + [UInt8(ascii: ",")] + properties[first...]
    }

    private static func text(_ value: JSONValue?, unless own: JSONValue?, notes: inout NoteList) -> String? {
        if own != nil { return nil }
        return value?.cleanTextWithoutAddresses(notes: &notes)
    }

    private static let nameKey: JSONKey = "name"
    private static let categoryKey: JSONKey = "category"
}
