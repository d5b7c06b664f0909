import EventModel
import JSON

/// What a request says of its one person (reference ga4, 2.1 to 2.4 and section 8).
struct GA4User {
    struct Options: Sendable {
        let isApp: Bool
        let fallsBack: Bool
        let sendsUserData: Bool
        let sendsAddress: Bool
        /// Traits with their names as user properties.
        let properties: [(JSONKey, String)]
    }

    private let id: JSONValue
    private let options: Options

    init(_ event: PlatformEvent, _ options: Options) throws(PlatformDrop) {
        self.options = options
        if options.isApp {
            let found =
                event.externalIDValue(ofType: "ga4AppInstanceId") ?? event.property(.appInstanceID).ifText
                ?? Self.option(.appInstanceIDOption, of: event)
            guard let found, found.idBytes?.count == 32 else {
                throw .noIdentifier("an app_instance_id of the Firebase SDK")
            }
            id = found
        } else {
            let found =
                Self.option(.clientID, of: event) ?? event.externalIDValue(ofType: "ga4ClientId")
                ?? event[.clickID(.gaClientID)]
            guard let id = found ?? (options.fallsBack ? event[.anonymousID] : nil) else {
                throw .noIdentifier("a client id of Google's, or an anonymous id with client_id_fallback anonymous_id")
            }
            self.id = id
        }
    }

    /// One JSON object with what all events of a request share: equal for two events, they can go together.
    func head(_ event: PlatformEvent) -> String {
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.member(options.isApp ? "app_instance_id" : "client_id", id: id)
            let userID = event[.userID].flatMap { event.isImpersonal($0) ? $0 : nil }
            json.member("user_id", userID, characterLimit: 256)
            json.member("user_agent", event[.userAgent])
            if options.sendsAddress { json.member("ip_override", event[.clientIP]) }
            json.optionalObject("consent") { writeConsent(event, to: &$0) }
            json.optionalObject("user_properties") { writeProperties(event, to: &$0) }
            if options.sendsUserData, userID != nil, event.consent?[.adsUserData]?.string != "denied" {
                json.optionalObject("user_data") { writeUserData(event, to: &$0) }
            }
        }
        return json.text
    }

    private func writeConsent(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.member("ad_user_data", Self.word(event.consent?[.adsUserData]))
        json.member("ad_personalization", Self.word(event.consent?[.adsPersonalization]))
    }

    private static func word(_ answer: JSONValue?) -> String? {
        switch answer?.string {
        case "granted": "GRANTED"
        case "denied": "DENIED"
        default: nil
        }
    }

    private func writeProperties(_ event: PlatformEvent, to json: inout JSONWriter) {
        for (trait, name) in options.properties.prefix(GA4Names.parameterLimit) where name.utf8.count <= 24 {
            guard let value = event.trait(trait), value.kind == .string || value.kind == .number,
                event.isImpersonal(value), let text = value.idText, text.count <= 36
            else { continue }
            json.key(name: name)
            json.object { json in
                json.key("value")
                json.raw(value)
            }
        }
    }

    private func writeUserData(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.list("sha256_email_address", event.hash(.emailGoogle))
        json.list("sha256_phone_number", event.hash(.phonePlus))
        guard let first = event.hash(.firstNameAnalytics), let last = event.hash(.lastNameAnalytics),
            let postalCode = event[.postalCode], let country = event[.country]?.string
        else { return }
        json.key("address")
        json.array { json in
            json.object { json in
                json.member("sha256_first_name", first)
                json.member("sha256_last_name", last)
                json.member("sha256_street", event.hash(.street))
                json.member("city", event[.city])
                json.member("region", event[.state])
                json.member("postal_code", postalCode)
                json.member("country", country.uppercased())
            }
        }
    }

    /// An option that the sender gave for Google Analytics among its integrations.
    static func option(_ name: PlatformKey, of event: PlatformEvent) -> JSONValue? {
        guard let integrations = event.value(.event, .integrations) else { return nil }
        for key in integrationNames {
            if let value = integrations[key]?[name], value.idBytes?.isEmpty == false { return value }
        }
        return nil
    }

    private static let integrationNames: [JSONKey] = ["Google Analytics 4", "Google Analytics 4 (GA4)", "GA4"]
}
