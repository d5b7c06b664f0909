import EventModel

/// The platforms that say `click_id`, `uuid` or `clientId` and mean their own.
enum ClickIDPlatform: Sendable {
    case snapchat, pinterest, reddit, nextdoor, tiktok, googleAnalytics

    private static let words: [(text: [UInt8], platform: ClickIDPlatform)] = {
        let words: [(String, ClickIDPlatform)] = [
            ("snap", .snapchat), ("pinterest", .pinterest), ("reddit", .reddit), ("nextdoor", .nextdoor),
            ("tiktok", .tiktok), ("google analytics", .googleAnalytics), ("ga4", .googleAnalytics),
        ]
        return words.map { (Array($0.0.utf8), $0.1) }
    }()

    /// The platform in a destination's display name (`Snap Conversions Api`) or a configured name, if it is one.
    init?(name: some RandomAccessCollection<UInt8>) {
        for word in Self.words {
            var rest = name[...]
            while rest.count >= word.text.count {
                if rest.hasPrefixIgnoringCase(word.text) {
                    self = word.platform
                    return
                }
                rest = rest.dropFirst()
            }
        }
        return nil
    }

    /// The id that a shared name means here.
    func slot(of name: ClickIDTable.SharedName) -> ClickIDTable.Slot? {
        switch (self, name) {
        case (.snapchat, .clickID): Self.slots.snapchat
        case (.pinterest, .clickID): Self.slots.pinterest
        case (.reddit, .clickID): Self.slots.reddit
        case (.reddit, .uuid): Self.slots.redditUUID
        case (.nextdoor, .clickID): Self.slots.nextdoor
        case (.tiktok, .clickID): Self.slots.tiktok
        case (.googleAnalytics, .clientID): Self.slots.client
        case (.googleAnalytics, .sessionID): Self.slots.session
        default: nil
        }
    }

    private static let slots = (
        snapchat: ClickIDTable.Slot(.scClickID), pinterest: ClickIDTable.Slot(.epik),
        reddit: ClickIDTable.Slot(.redditClickID), redditUUID: ClickIDTable.Slot(.redditUUID),
        nextdoor: ClickIDTable.Slot(.ndclid), tiktok: ClickIDTable.Slot(.ttclid),
        client: ClickIDTable.Slot(.gaClientID), session: ClickIDTable.Slot(.gaSessionID)
    )
}
