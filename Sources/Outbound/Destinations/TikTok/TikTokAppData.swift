import EventModel
import JSON

/// What an event says of its app, its campaign and its browser (reference tiktok, 2.2).
enum TikTokAppData {

    /// `app`, and `ad` if a measurement partner said something.
    static func write(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.optionalObject("app") { json in
            json.member("app_id", id: event.context(.app, .idMember) ?? event.context(.app, .namespace))
            json.member("app_name", event.context(.app, .nameMember).ifText)
            json.member("app_version", id: event.context(.app, .version))
        }
        guard let ad = event.property(.adMember), ad.kind == .object else { return }
        json.optionalObject("ad") { json in
            json.member("callback", ad[.callback].ifText ?? event[.clickID(.ttclid)])
            json.member("campaign_id", id: ad[.campaignID])
            json.member("ad_id", id: ad[.adID])
            json.member("creative_id", id: ad[.creativeID])
            if let flag = ad[.isRetargeting]?.flag { json.member("is_retargeting", flag) }
            if let flag = ad[.attributed]?.flag { json.member("attributed", flag) }
            json.member("attribution_type", ad[.attributionType].ifText)
            json.member("attribution_provider", ad[.attributionProvider].ifText)
        }
    }

    /// `device`: the browser's client hints.
    static func writeHints(_ event: PlatformEvent, to json: inout JSONWriter) {
        guard let hints = event.context(.userAgentData), hints.kind == .object else { return }
        json.member("platform", hints[.platform].ifText)
        json.member("platform_version", hints[.platformVersion].ifText)
        json.member("model", hints[.model].ifText)
        if let flag = hints[.mobile]?.flag { json.member("mobile", flag) }
        json.member("architecture", hints[.architecture].ifText)
        json.member("bitness", id: hints[.bitness])
    }
}
