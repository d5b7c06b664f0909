import EventModel
import JSON

/// `app_info` and `device_info` of an app's events, and the language (reference pinterest, 2.2).
enum PinterestDevice {

    static func write(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.optionalObject("app_info") { json in
            json.member("app_id", id: event.context(.app, .idMember))
            json.member("app_name", event.context(.app, .nameMember).ifText)
            json.member("app_version", id: event.context(.app, .version))
            json.member("app_package_name", event.context(.app, .namespace).ifText)
        }
        json.key("device_info")
        json.object { json in
            json.member("brand", event.context(.device, .manufacturer).ifText)
            json.member("model", event.context(.device, .model).ifText)
            json.member("type", event.context(.device, .typeMember).ifText)
            json.member("carrier", event.context(.network, .carrier).ifText)
            json.member("os_family", event.operatingSystem == .ios ? "ios" : "android")
            json.member("os_version", id: event.context(.os, .version))
            json.member("locale", event[.locale])
            write("screen_width", event.context(.screen, .width), to: &json)
            write("screen_height", event.context(.screen, .height), to: &json)
            write("screen_density", event.context(.screen, .density), to: &json)
            json.member("timezone", event.context(.timezone).ifText)
            if event.context(.network, .wifi)?.flag == true { json.member("network_type", "wifi") }
        }
    }

    /// Whole numbers only.
    private static func write(_ name: StaticString, _ value: JSONValue?, to json: inout JSONWriter) {
        guard let number = value?.amount?.roundedDown, number > 0 else { return }
        json.member(name, number)
    }

    /// The two letters of a locale such as `en-US`, lower-case; nil if it does not begin with two.
    static func language(_ event: PlatformEvent) -> String? {
        guard let locale = event[.locale]?.utf8Bytes else { return nil }
        let language = locale.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
        guard language.count == 2, language.allSatisfy({ $0.isASCIILower || $0.isASCIIUpper }) else { return nil }
        return String(decoding: language, as: UTF8.self).lowercased()
    }
}
