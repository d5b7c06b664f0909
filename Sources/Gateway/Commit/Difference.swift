import EventModel
import JSON

/// Compares two canonical events that should have been one.
enum Difference {
    static let eventID = JSONKey("event_id")
    private static let userData = JSONKey("user_data")
    private static let rememberedIDs = JSONKey("remembered_ids")
    private static let identifiers = JSONKey("identifiers")
    private static let type = JSONKey("type")
    private static let value = JSONKey("value")
    /// Members that say nothing about content, or that follow from others.
    private static let incidental: Set<String> = [
        "event_id", "event_id_source", "message_id", "received_at", "source_times", "rudder_id", "source",
        "fingerprint", "identifiers", "notes",
        "business_key",
    ]
    /// Members that are compared one level down, so that the answer names `custom_data.value` and not `custom_data`.
    private static let nested: Set<String> = ["user_data", "custom_data", "consent", "properties", "context"]
    private static let fieldLimit = 20

    /// The names of the fields in which two canonical events differ, at most 20, in their order.
    ///
    /// What the first event has of earlier clicks was not in it when it came, so it differs in nothing.
    static func fields(_ first: JSONValue, _ second: JSONValue) -> [String] {
        var names: [String] = []
        collect(first, second, prefix: "", into: &names)
        if let remembered = first[userData]?[rememberedIDs] {
            let borrowed = Set(remembered.elements.compactMap { $0.string.map { "user_data.\($0)" } })
            names.removeAll { borrowed.contains($0) || $0 == "user_data.remembered_ids" }
        }
        return Array(names.prefix(fieldLimit))
    }

    /// Whether both events name a user, and not the same one.
    static func haveDifferentUsers(_ first: JSONValue, _ second: JSONValue) -> Bool {
        guard let one = userID(of: first), let other = userID(of: second) else { return false }
        return one != other
    }

    private static func collect(_ first: JSONValue, _ second: JSONValue, prefix: String, into names: inout [String]) {
        for member in first.members {
            let name = member.name
            if prefix.isEmpty, incidental.contains(name) { continue }
            guard let other = second[name: name] else {
                names.append(prefix + name)
                continue
            }
            if prefix.isEmpty, nested.contains(name) {
                collect(member.value, other, prefix: "\(name).", into: &names)
            } else if !member.value.rawBytes.elementsEqual(other.rawBytes) {
                names.append(prefix + name)
            }
        }
        for member in second.members where first[name: member.name] == nil {
            if prefix.isEmpty, incidental.contains(member.name) { continue }
            names.append(prefix + member.name)
        }
    }

    private static func userID(of event: JSONValue) -> String? {
        event[identifiers]?.elements.first { $0[type]?.string == IdentifierType.userID.name }?[value]?.string
    }
}
