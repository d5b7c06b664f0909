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
            let userID = event[.userID].flatMap { event.isImpersonal($0) && !event.isOfAPerson($0) ? $0 : nil }
            json.member("user_id", userID, characterLimit: 256)
            let device = GA4Device(event)
            device.writeDevice(to: &json)
            if !device.writeLocation(to: &json), options.sendsAddress { json.member("ip_override", event[.clientIP]) }
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
        for (trait, name) in options.properties {
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
                json.member("city", Self.letters(of: event[.city]))
                json.member("region", Self.letters(of: event[.state]))
                json.member("postal_code", postalCode.string.map { $0.filter { $0 != "." && $0 != "~" } })
                json.member("country", country.uppercased())
            }
        }
    }

    /// A place's name without digits and symbols (2.4); nil if nothing is left.
    private static func letters(of name: JSONValue?) -> String? {
        guard let name = name?.string else { return nil }
        let letters = name.filter { $0.isLetter || $0 == " " }
        let words = letters.split(separator: " ").joined(separator: " ")
        return words.isEmpty ? nil : words
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

extension PlatformEvent {
    /// Whether the sender's user id was an e-mail address or a phone number, of which the event keeps the hash: no less
    /// a person's.
    fileprivate func isOfAPerson(_ userID: JSONValue) -> Bool {
        guard let id = userID.utf8Bytes, id.count == 64 else { return false }
        if value(.event, .notes)?.elements.contains(where: { $0.isText("user_id_is_email") }) == true { return true }
        let isSame = { (identifier: JSONValue) in
            guard let type = identifier[.typeMember], type.isText("email") || type.isText("phone") else { return false }
            return identifier[.valueMember]?.utf8Bytes.map { $0.isEqual(to: id) } ?? false
        }
        return value(.event, .identifiers)?.elements.contains(where: isSame) ?? false
    }
}
