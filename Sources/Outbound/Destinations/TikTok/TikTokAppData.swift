import EventModel
import JSON

/// What an event says of its app, its campaign and its browser (reference tiktok, 2.2).
enum TikTokAppData {
    private static let app: JSONKey = "app"
    private static let adKey: JSONKey = "ad"
    private static let hintsKey: JSONKey = "userAgentData"

    /// `app`, and `ad` if a measurement partner said something.
    static func write(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.optionalObject("app") { json in
            json.member("app_id", id: event.context(app, "id") ?? event.context(app, "namespace"))
            json.member("app_name", event.context(app, "name").ifText)
            json.member("app_version", id: event.context(app, "version"))
        }
        guard let ad = event.property(adKey), ad.kind == .object else { return }
        json.optionalObject("ad") { json in
            json.member("callback", ad["callback"].ifText ?? event[.clickID(.ttclid)])
            json.member("campaign_id", id: ad["campaign_id"])
            json.member("ad_id", id: ad["ad_id"])
            json.member("creative_id", id: ad["creative_id"])
            if let flag = ad["is_retargeting"]?.flag { json.member("is_retargeting", flag) }
            if let flag = ad["attributed"]?.flag { json.member("attributed", flag) }
            json.member("attribution_type", ad["attribution_type"].ifText)
            json.member("attribution_provider", ad["attribution_provider"].ifText)
        }
    }

    /// `device`: the browser's client hints.
    static func writeHints(_ event: PlatformEvent, to json: inout JSONWriter) {
        guard let hints = event.context(hintsKey), hints.kind == .object else { return }
        json.member("platform", hints["platform"].ifText)
        json.member("platform_version", hints["platformVersion"].ifText)
        json.member("model", hints["model"].ifText)
        if let flag = hints["mobile"]?.flag { json.member("mobile", flag) }
        json.member("architecture", hints["architecture"].ifText)
        json.member("bitness", id: hints["bitness"])
    }
}
