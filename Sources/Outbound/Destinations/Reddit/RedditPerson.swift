import EventModel
import JSON

/// `user` of an event: single strings, hashed (reference reddit, 2.3).
enum RedditPerson {
    /// A RudderStack `externalId` of this type stands for the user id (section 2.1).
    private static let externalIDType: StaticString = "redditExternalId"

    /// Whether Reddit would try to match.
    static func canBeMatched(_ event: PlatformEvent) -> Bool {
        event[.clickID(.redditClickID)] != nil || event[.clickID(.redditUUID)] != nil
            || event.hash(.emailReddit) != nil || event.hash(.phonePlus) != nil
            || event.personID(ofType: externalIDType) != nil
            || event.hasAddressAndBrowser
            || event.surface == .app && event[.advertisingID] != nil && event.operatingSystem != .other
    }

    static func write(_ event: PlatformEvent, hashesAddress: Bool, to json: inout JSONWriter) {
        json.member("email", event.hash(.emailReddit))
        json.member("phone_number", event.hash(.phonePlus))
        json.member("external_id", event.personID(ofType: externalIDType).flatMap { event.hash($0, .trimmed) })
        if let address = event[.clientIP] {
            if hashesAddress {
                json.member("ip_address", event.hash(address, .trimmed))
            } else {
                json.member("ip_address", address)
            }
        }
        if event.surface == .app, let id = event[.advertisingID] {
            switch event.operatingSystem {
            case .ios: json.member("idfa", event.hash(id, .uppercased))
            case .android: json.member("aaid", event.hash(id, .trimmed))
            case .other, nil: break
            }
        }
        json.member("user_agent", event[.userAgent])
        json.member("uuid", event[.clickID(.redditUUID)]?.string.map(uuid))
        writeScreen(event, to: &json)
        if event.isDataUseLimited { writeLimitedUse(event, to: &json) }
    }

    /// What the cookie `_rdt_uuid` has behind its time: `1794924000000.c3f1a7d2-…`.
    private static func uuid(_ cookie: String) -> String {
        guard let point = cookie.firstIndex(of: "."), cookie[..<point].allSatisfy(\.isNumber) else { return cookie }
        return String(cookie[point...].dropFirst())
    }

    private static func writeScreen(_ event: PlatformEvent, to json: inout JSONWriter) {
        guard let width = event.context(.screen, .width)?.amount?.roundedDown,
            let height = event.context(.screen, .height)?.amount?.roundedDown,
            (1..<32_768).contains(width), (1..<32_768).contains(height)
        else { return }
        json.key("screen_dimensions")
        json.object { json in
            json.member("width", width)
            json.member("height", height)
        }
    }

    /// Section 7: the country alone, or with its part if that is known by its two letters.
    private static func writeLimitedUse(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.key("data_processing_options")
        json.object { json in
            json.key("modes")
            json.array { $0.value("LDU") }
            guard let country = event[.country]?.string?.uppercased(), country.count == 2 else { return }
            json.member("country", country)
            guard let state = event[.state]?.string?.uppercased(), state.count == 2 else { return }
            json.member("region", "\(country)-\(state)")
        }
    }
}
