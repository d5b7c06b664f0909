import JSON

/// The snake_case names of envelope fields (reference inbound, section 5) and their camelCase twins.
enum ThinFields {
    private static let twins: [(thin: JSONKey, full: JSONKey)] = [
        ("message_id", "messageId"), ("anonymous_id", "anonymousId"), ("user_id", "userId"), ("sent_at", "sentAt"),
        ("group_id", "groupId"), ("previous_id", "previousId"), ("received_at", "receivedAt"),
        ("original_timestamp", "originalTimestamp"),
    ]

    /// Whether a field is there under both names with different values; the camelCase one is then used (row 92).
    static func conflict(in event: JSONValue) -> Bool {
        event.members.contains { member in
            guard member.withName({ $0.contains(UInt8(ascii: "_")) }), !member.value.isNull,
                let twin = twins.first(where: { member.isNamed($0.thin) }), let full = event[twin.full]
            else { return false }
            return !hasSameText(member.value, full)
        }
    }

    private static func hasSameText(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let text = left.string, let other = right.string { return text == other }
        return left.rawBytes.elementsEqual(right.rawBytes)
    }
}
