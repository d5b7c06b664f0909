/// The platforms that can be delivered to.
public enum PlatformCatalog {
    /// All of them, in the order in which documentation shows them.
    public static let all: [any PlatformAPI.Type] = [
        MetaAPI.self, TikTokAPI.self, PinterestAPI.self, SnapchatAPI.self, RedditAPI.self, GA4API.self,
        GoogleAdsAPI.self, LinkedInAPI.self, XAPI.self, MicrosoftAPI.self, QuoraAPI.self,
    ]

    /// A platform's API by the kind of its destinations; nil if there is none.
    public static func api(of platform: AdPlatform) -> (any PlatformAPI.Type)? { all.first { $0.platform == platform } }
}

extension PlatformAPI {
    /// All settings of a destination of this kind, its own first.
    public static var allSettings: [PlatformSetting] { settings + commonSettings }

    /// The settings that destinations of all platforms have, with this one's defaults.
    public static var commonSettings: [PlatformSetting] { PlatformCommonSettings.descriptions(Self.self) }
}
