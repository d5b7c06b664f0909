import EventModel
import JSON

/// `user` of an event (reference tiktok, 2.3).
enum TikTokPerson {
    /// A RudderStack `externalId` of this type stands for the user id (section 2.1).
    private static let externalIDType: StaticString = "tiktokExternalId"

    /// Whether a server's event says who it was.
    static func isKnown(_ event: PlatformEvent) -> Bool {
        event.hash(.email) != nil || event.hash(.phonePlus) != nil || event[.clickID(.ttclid)] != nil
            || event[.clickID(.ttp)] != nil
    }

    /// Whether TikTok would try to match.
    static func canBeMatched(_ event: PlatformEvent, from source: TikTokSource) -> Bool {
        isKnown(event) || event.personID(ofType: externalIDType) != nil
            || event.hasAddressAndBrowser
            || source == .app && event[.advertisingID] != nil
    }

    static func write(_ event: PlatformEvent, from source: TikTokSource, to json: inout JSONWriter) {
        json.list("email", event.hash(.email))
        json.list("phone", event.hash(.phonePlus))
        json.list("external_id", event.personID(ofType: externalIDType).flatMap { event.hash($0, .trimmed) })
        json.member("first_name", event.hash(.firstName))
        json.member("last_name", event.hash(.lastName))
        json.member("city", event.foldedCity)
        json.member("state", event[.state])
        json.member("zip_code", event.hash(.postalCode))
        json.member("country", event[.country])
        json.member("ttclid", event[.clickID(.ttclid)])
        json.member("ttp", event[.clickID(.ttp)])
        json.member("ip", event[.clientIP])
        json.member("user_agent", event[.userAgent])
        json.member("locale", event[.locale])
        if source == .app { writeDevice(event, to: &json) }
    }

    private static func writeDevice(_ event: PlatformEvent, to json: inout JSONWriter) {
        let advertisingID = event[.advertisingID].flatMap { event.hash($0, .trimmed) }
        switch event.operatingSystem {
        case .ios:
            if event.trackingStatus != 1, event.trackingStatus != 2 { json.member("idfa", advertisingID) }
            json.member("idfv", event[.deviceID])
            json.member("att_status", event.trackingStatus.flatMap(status))
        case .android:
            json.member("gaid", advertisingID)
            json.member("att_status", "NOT_APPLICABLE")
        case .other, nil: break
        }
    }

    private static func status(_ number: Int) -> String? {
        let words = ["NOT_DETERMINED", "RESTRICTED", "DENIED", "AUTHORIZED"]
        return words.indices.contains(number) ? words[number] : nil
    }
}
