/// The members of a context that are asked for by name.
enum ContextField: Int, Sendable {
    case ip, userAgent, locale, device, externalIDs
    case channel, traits, page, isBot, snakeEventID, eventID, groupID, consentManagement, sessionID, clientHints
    case location, geo

    static let table = NameTable<ContextField>([
        ("ip", .ip), ("userAgent", .userAgent), ("user_agent", .userAgent), ("locale", .locale), ("device", .device),
        ("externalId", .externalIDs), ("externalIds", .externalIDs), ("channel", .channel), ("traits", .traits),
        ("page", .page), ("isBot", .isBot), ("event_id", .snakeEventID), ("eventId", .eventID), ("groupId", .groupID),
        ("consentManagement", .consentManagement), ("sessionId", .sessionID), ("ua-ch", .clientHints),
        ("location", .location), ("geo", .geo),
    ])
}
