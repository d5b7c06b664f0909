/// The top-level members of an envelope (reference inbound, 4.1 and 5).
///
/// Camel case stands first and wins over the snake case of a thin body.
enum EnvelopeField: Int, ScannedField {
    case type, messageID, userID, anonymousID, previousID, from, to, groupID, mergeProperties
    case event, name, category, channel
    case properties, traits, contextTraits, context, integrations
    case timestamp, originalTimestamp, occurredAt, sentAt, receivedAt
    case requestIP, rudderID, projectID, metadata, version, writeKey

    static let table = FieldTable<EnvelopeField>()

    static func spelling(of name: MemberName) -> FieldSpelling { name.envelope }

    var isID: Bool {
        switch self {
        case .messageID, .userID, .anonymousID, .previousID, .groupID: true
        default: false
        }
    }

    var spellings: [String] {
        switch self {
        case .type: ["type"]
        case .messageID: ["messageId", "message_id"]
        case .userID: ["userId", "user_id"]
        case .anonymousID: ["anonymousId", "anonymous_id"]
        case .previousID: ["previousId", "previous_id"]
        case .from: ["from"]
        case .to: ["to"]
        case .groupID: ["groupId", "group_id"]
        case .mergeProperties: ["mergeProperties", "merge_properties"]
        case .event: ["event"]
        case .name: ["name"]
        case .category: ["category"]
        case .channel: ["channel"]
        case .properties: ["properties"]
        case .traits: ["traits"]
        case .contextTraits: ["contextTraits", "context_traits"]
        case .context: ["context"]
        case .integrations: ["integrations"]
        case .timestamp: ["timestamp"]
        case .originalTimestamp: ["originalTimestamp", "original_timestamp"]
        case .occurredAt: ["occurredAt", "occurred_at"]
        case .sentAt: ["sentAt", "sent_at"]
        case .receivedAt: ["receivedAt", "received_at"]
        case .requestIP: ["request_ip", "requestIp"]
        case .rudderID: ["rudderId", "rudder_id"]
        case .projectID: ["projectId", "project_id"]
        case .metadata: ["_metadata"]
        case .version: ["version"]
        case .writeKey: ["writeKey", "write_key"]
        }
    }
}
