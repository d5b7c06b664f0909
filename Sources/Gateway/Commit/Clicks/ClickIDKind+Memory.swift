import EventModel

/// How long click and browser ids are remembered for later events (reference inbound, 8.1, place 9).
extension ClickIDKind {
    /// How long after the click a remembered value counts; nil for ids that belong to one event or session.
    ///
    /// Meta drops an `fbc` of more than 90 days, Google and Microsoft take clicks of 90 days, Quora's cookie lives as
    /// long (reference destinations: meta 2.4, google_ads 5, microsoft 4, quora 3); TikTok's lives 30 days
    /// (destinations/tiktok), which also stands for the platforms that say nothing.
    var memory: Duration? {
        switch self {
        case .fbclid, .fbc, .fbp, .gclid, .gbraid, .wbraid, .dclid, .msclkid, .qclid, .ttp, .scCookie, .redditUUID,
            .gaClientID:
            Self.days(90)
        case .ttclid, .scClickID, .epik, .redditClickID, .twclid, .linkedInFirstParty, .ndclid, .dubID, .rtid, .queryID,
            .btid, .urid:
            Self.days(30)
        case .googleSessionAttributes, .gaSessionID: nil
        }
    }

    /// The longest of all memories.
    static let longestMemory = days(90)

    /// Whether the id names a browser rather than a click: it is only given to events of the same anonymous id.
    var isOfBrowser: Bool {
        switch self {
        case .fbp, .ttp, .scCookie, .redditUUID, .gaClientID: true
        default: false
        }
    }

    private static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
