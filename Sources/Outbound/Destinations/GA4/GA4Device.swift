import EventModel
import JSON

/// What a request says of the person's device and place (reference ga4, 2.2).
struct GA4Device {
    private let event: PlatformEvent

    init(_ event: PlatformEvent) { self.event = event }

    /// Writes the device of an app, or the browser, from which Google makes a device itself.
    ///
    /// Google ignores the browser beside a device, and of a browser it knows more by its own words.
    func writeDevice(to json: inout JSONWriter) {
        guard event.surface == .app || event[.userAgent] == nil, let category,
            let system = event.context(.os, .nameMember).ifText
        else { return json.member("user_agent", event[.userAgent]) }
        let limit = GA4Names.valueLimit
        json.key("device")
        json.object { json in
            json.member("category", category)
            json.member("language", event[.locale]?.string?.lowercased().cut(to: limit))
            json.member("screen_resolution", screenResolution)
            json.member("operating_system", system, characterLimit: limit)
            json.member("operating_system_version", event.context(.os, .version).ifText, characterLimit: limit)
            json.member("model", event.context(.device, .model).ifText, characterLimit: limit)
            json.member("brand", event.context(.device, .manufacturer).ifText, characterLimit: limit)
        }
    }

    /// Which kind of device it is, where that is certain.
    private var category: String? {
        if let type = event.context(.device, .typeMember)?.string?.lowercased(), Self.categories.contains(type) {
            return type
        }
        // Of Android, phones and tablets look alike.
        switch event.context(.os, .nameMember)?.string?.lowercased() {
        case "ipados": return "tablet"
        case "ios", "iphone os":
            return event.context(.device, .model)?.string?.hasPrefix("iPad") == true ? "tablet" : "mobile"
        default: return nil
        }
    }

    private static let categories: Set<String> = ["desktop", "mobile", "tablet"]

    private var screenResolution: String? {
        guard let width = event.context(.screen, .width)?.amount?.roundedDown,
            let height = event.context(.screen, .height)?.amount?.roundedDown, width > 0, height > 0
        else { return nil }
        return "\(width)x\(height)"
    }

    /// Writes where the person is, as far as the context says it for certain: a country's code, with it the rest.
    ///
    /// - Returns: Whether it did; Google ignores an address beside it.
    func writeLocation(to json: inout JSONWriter) -> Bool {
        guard let location = event.context(.location), location.kind == .object,
            let country = location[.country]?.string?.uppercased(), country.utf8.count == 2,
            country.utf8.allSatisfy(\.isASCIIUpper)
        else { return false }
        let region = Self.region(location[.region]?.string?.uppercased(), of: country)
        json.key("user_location")
        json.object { json in
            // Google finds a city of the United States by its state only.
            if country != "US" || region != nil {
                json.member("city", location[.city].ifText, characterLimit: GA4Names.valueLimit)
            }
            json.member("region_id", region)
            json.member("country_id", country)
        }
        return true
    }

    /// The code of ISO 3166-2, if that is what it is: `US-CA`, or `CA` where two letters can be nothing else.
    private static func region(_ text: String?, of country: String) -> String? {
        guard let text else { return nil }
        if text.hasPrefix("\(country)-") {
            let rest = text.utf8.dropFirst(3)
            return (1...3).contains(rest.count) && rest.allSatisfy(\.isASCIILetterOrDigit) ? text : nil
        }
        let isState = text.utf8.count == 2 && text.utf8.allSatisfy(\.isASCIIUpper)
        return isState && (country == "US" || country == "CA") ? "\(country)-\(text)" : nil
    }
}
