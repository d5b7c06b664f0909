/// Where a member of a flat capture belongs in an envelope.
enum CaptureField: Sendable {
    /// The envelope itself, under this name.
    case envelope(StaticString)
    /// The person's traits, under the name that the sender gave it.
    case trait
    /// `context`, under this name.
    case context(StaticString)
    /// `context.page`, under this name.
    case page(StaticString)
    /// The properties, under this name.
    case property(StaticString)
    /// An object whose members belong where they would if they stood outside of it.
    case flat
    /// An object whose members join those of the same part.
    case part(CapturePart)
    /// A secret.
    case dropped

    /// The field of a name, whatever its capitals, `_` and `-`; nil for the sender's own, which are properties.
    static func named(_ folded: String) -> CaptureField? { table[folded] }

    /// A name as it is looked up.
    static func folded(_ name: String) -> String {
        String(decoding: name.utf8.lazy.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }, as: UTF8.self)
            .lowercased()
    }

    private static let table: [String: CaptureField] = [
        // The shape that captures are documented with.
        "event": .envelope("event"), "eventid": .property("event_id"), "email": .trait, "phone": .trait,
        "externalid": .envelope("userId"), "pageurl": .page("url"), "referrer": .page("referrer"),
        "properties": .part(.properties), "context": .part(.context),
        // The stored event's names, with which some senders post: `event_name`, `user_data`, `custom_data`.
        "eventname": .envelope("event"), "occurredat": .envelope("occurredAt"), "userdata": .flat,
        "customdata": .part(.properties), "clientip": .context("ip"), "clientuseragent": .context("userAgent"),
        // What an envelope has, too.
        "messageid": .envelope("messageId"), "userid": .envelope("userId"), "anonymousid": .envelope("anonymousId"),
        "groupid": .envelope("groupId"), "timestamp": .envelope("timestamp"),
        "originaltimestamp": .envelope("originalTimestamp"), "sentat": .envelope("sentAt"),
        "receivedat": .envelope("receivedAt"), "channel": .envelope("channel"),
        "integrations": .envelope("integrations"), "traits": .part(.traits), "writekey": .dropped,
        // Who it was.
        "phonenumber": .trait, "firstname": .trait, "lastname": .trait, "name": .trait, "gender": .trait,
        "birthday": .trait, "dateofbirth": .trait, "address": .trait, "city": .trait, "state": .trait,
        "region": .trait, "zip": .trait, "postalcode": .trait, "country": .trait,
        // Where it was.
        "pagetitle": .page("title"), "pagepath": .page("path"), "ip": .context("ip"), "ipaddress": .context("ip"),
        "useragent": .context("userAgent"), "locale": .context("locale"), "timezone": .context("timezone"),
        "consent": .context("consent"),
    ]
}

/// A part of an envelope that is an object.
enum CapturePart: Sendable {
    case traits, context, properties
}
