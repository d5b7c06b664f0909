import JSON

/// `app_data` of an app's events (reference meta, 2.5).
enum MetaAppData {

    /// Whether Meta would take the event as an app's.
    static func isComplete(_ event: PlatformEvent) -> Bool {
        (event.operatingSystem == .ios || event.operatingSystem == .android) && event.context(.os, .version) != nil
    }

    static func write(_ event: PlatformEvent, to json: inout JSONWriter) {
        let allowsTracking = event.allowsAppTracking ? 1 : 0
        json.member("advertiser_tracking_enabled", allowsTracking)
        json.member("application_tracking_enabled", allowsTracking)
        json.key("extinfo")
        json.array { json in
            json.value(event.operatingSystem == .ios ? "i2" : "a2")
            write(event.context(.app, .namespace), to: &json)
            write(event.context(.app, .version), to: &json)
            write(event.context(.app, .build), to: &json)
            write(event.context(.os, .version), to: &json)
            write(event.context(.device, .model), to: &json)
            json.value(event[.locale]?.string?.replacing("-", with: "_") ?? "")
            json.value("")
            write(event.context(.network, .carrier), to: &json)
            write(event.context(.screen, .width), to: &json)
            write(event.context(.screen, .height), to: &json)
            write(event.context(.screen, .density), to: &json)
            for _ in 12...14 { json.value("") }
            write(event.context(.timezone), to: &json)
        }
    }

    /// Every entry is a string; what is unknown is empty.
    private static func write(_ value: JSONValue?, to json: inout JSONWriter) { json.value(value?.idText ?? "") }
}
