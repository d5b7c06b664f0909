import EventModel
import JSON

/// What Google can match a person by (reference google_ads, 1.2 and 1.3).
struct GoogleAdsIdentifiers {
    /// One of gclid, wbraid and gbraid, in this order of preference.
    let click: (name: StaticString, value: JSONValue)?
    let dclid: JSONValue?
    let sessionAttributes: JSONValue?
    let mobileDeviceID: JSONValue?
    let email: JSONValue?
    let phone: JSONValue?
    let address: Address?
    let clientIP: JSONValue?
    let userAgent: JSONValue?

    /// All four are needed.
    struct Address {
        let givenName: JSONValue
        let familyName: JSONValue
        let regionCode: String
        let postalCode: JSONValue
    }

    init(_ event: PlatformEvent, _ options: GoogleAdsOptions) {
        if let gclid = event[.clickID(.gclid)] {
            click = ("gclid", gclid)
        } else if let wbraid = event[.clickID(.wbraid)] {
            click = ("wbraid", wbraid)
        } else if let gbraid = event[.clickID(.gbraid)] {
            click = ("gbraid", gbraid)
        } else {
            click = nil
        }
        dclid = event[.clickID(.dclid)]
        sessionAttributes = event[.clickID(.googleSessionAttributes)] ?? event.property(.sessionAttributes).ifText
        mobileDeviceID = event.surface == .app ? event[.advertisingID] : nil
        let sendsUserData = options.sendsUserData && event.consent?[.adsUserData]?.string != "denied"
        email = sendsUserData ? event.hash(.emailGoogle) : nil
        phone = sendsUserData ? event.hash(.phonePlus) : nil
        if sendsUserData, let first = event.hash(.firstNameGoogle), let last = event.hash(.lastNameGoogle),
            let country = event[.country]?.string, let postalCode = event[.postalCode]
        {
            address = Address(
                givenName: first, familyName: last, regionCode: country.uppercased(), postalCode: postalCode)
        } else {
            address = nil
        }
        clientIP = options.sendsAddress && Self.isOutsideEurope(event) ? event[.clientIP] : nil
        userAgent = options.sendsAddress ? event[.userAgent] : nil
    }

    /// Whether all that is known of where the person lives and was is outside of the EEA, the United Kingdom and
    /// Switzerland, whose addresses must not be sent; false if nothing is known, or no code of a country.
    private static func isOutsideEurope(_ event: PlatformEvent) -> Bool {
        let countries = [event[.country], event.consent?[.country], event.context(.location, .country)]
            .compactMap { $0?.string?.lowercased() }
        return !countries.isEmpty
            && countries.allSatisfy { $0.utf8.count == 2 && ConsentRegime(country: $0) == .optOut }
    }

    /// Whether the Google Ads API would take it, which is told the click and hashes of e-mail and phone alone.
    var isSufficientForUpload: Bool { click != nil || email != nil || phone != nil }

    /// Whether the Data Manager would take it; otherwise it answers `NO_IDENTIFIERS_PROVIDED`.
    var isSufficient: Bool {
        click != nil || dclid != nil || sessionAttributes != nil || mobileDeviceID != nil || email != nil
            || phone != nil || address != nil || clientIP != nil
    }
}
