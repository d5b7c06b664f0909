import EventModel
import JSON
import Platform

/// Finds the click and browser ids of advertising platforms in one event (reference inbound, 8).
///
/// Values are kept byte for byte. What the identity graph remembers from earlier events is not looked at here.
struct ClickIDReader {
    private var finds = ClickIDFinds()
    /// What the platform-neutral names of this source's properties mean.
    private let platform: ClickIDPlatform?
    private let names: NameBook

    /// Reads one event.
    ///
    /// - Parameters:
    ///   - properties: The event's own properties: first place, and last for URLs.
    ///   - context: The envelope's context, with page, campaign and traits in it.
    ///   - traits: The envelope's own traits.
    ///   - integrations: Options for single destinations by display name.
    ///   - occurredAt: The creation time of an `fbc` that has to be made; "now" for one that was sent.
    ///   - source: Says what the ambiguous names of its properties mean.
    ///   - names: What the names in all of these mean.
    ///   - notes: Takes what was dropped and why.
    /// - Returns: Each id once, in the order of ``ClickIDKind``.
    static func read(
        properties: JSONValue?, context: JSONValue?, traits: JSONValue?, integrations: JSONValue?,
        occurredAt: Timestamp, source: SourceProfile, names: NameBook = NameBook(), notes: inout NoteList
    ) -> [UserData.ClickID] {
        let platform = source.clickIDPlatform.flatMap { ClickIDPlatform(name: Array($0.utf8)) }
        var reader = ClickIDReader(platform: platform, names: names)
        let pages = reader.readNames(
            properties: properties, context: context, traits: traits, integrations: integrations, notes: &notes)
        reader.readURLs(pages, notes: &notes)
        let latest = Timestamp(milliseconds: occurredAt.milliseconds &+ source.futureToleranceMilliseconds)
        reader.finds.settleFacebook(occurredAt: occurredAt, latest: latest, notes: &notes)
        return reader.finds.result
    }

    private init(platform: ClickIDPlatform?, names: NameBook) {
        self.platform = platform
        self.names = names
    }

    /// The URLs of an event, in the order in which they are looked at.
    private struct Pages {
        var url: JSONValue?
        var search: JSONValue?
        var referrer: JSONValue?
        var propertyURL: JSONValue?
        var propertySearch: JSONValue?
    }

    private static let traitsKey: JSONKey = "traits"
    private static let userKey: JSONKey = "user"
    private static let typeKey: JSONKey = "type"
    private static let idKey: JSONKey = "id"
    private static let btid = ClickIDTable.Slot(.btid)
    private static let urid = ClickIDTable.Slot(.urid)
    private static let gaClientID = ClickIDTable.Slot(.gaClientID)

    // MARK: Explicit names

    private mutating func readNames(
        properties: JSONValue?, context: JSONValue?, traits: JSONValue?, integrations: JSONValue?,
        notes: inout NoteList
    ) -> Pages {
        var pages = Pages()
        if let properties { readProperties(properties, into: &pages, notes: &notes) }
        if let integrations {
            for member in integrations.members where member.value.kind == .object {
                take(member.value, platform: ClickIDPlatform(name: member.nameText), notes: &notes)
            }
        }
        if let context {
            readContext(context, into: &pages, notes: &notes)
            take(context[Self.traitsKey], platform: nil, notes: &notes)
        }
        take(traits, platform: nil, notes: &notes)
        return pages
    }

    private mutating func readProperties(_ properties: JSONValue, into pages: inout Pages, notes: inout NoteList) {
        guard names.interests(of: properties).contains(.clickIDs) else { return }
        var nested: JSONValue?
        for member in properties.members {
            switch names[member].clickID {
            case .id(let slot, let wrapping): offer(member.value, for: slot, in: wrapping, notes: &notes)
            case .shared(let name):
                if let slot = platform?.slot(of: name) { offer(member.value, for: slot, notes: &notes) }
            case .url: pages.propertyURL = member.value
            case .search: pages.propertySearch = member.value
            case .context: nested = member.value
            default: break
            }
        }
        // RudderStack's TikTok destination reads `properties.context.user.ttp`.
        if let user = nested?[Self.userKey] { take(user, platform: nil, notes: &notes) }
    }

    private mutating func readContext(_ context: JSONValue, into pages: inout Pages, notes: inout NoteList) {
        guard names.interests(of: context).contains(.clickIDs) else { return }
        var groups: (clickIDs: JSONValue?, clientIDs: JSONValue?, campaign: JSONValue?, cookies: JSONValue?)
        for member in context.members {
            switch names[member].clickID {
            case .id(let slot, let wrapping): offer(member.value, for: slot, in: wrapping, notes: &notes)
            case .clickIDs: groups.clickIDs = member.value
            case .clientIDs: groups.clientIDs = member.value
            case .campaign: groups.campaign = member.value
            case .cookies: groups.cookies = member.value
            case .referrer: readReferrer(member.value, notes: &notes)
            case .page: readPage(member.value, into: &pages)
            default: break
            }
        }
        take(groups.clickIDs, platform: nil, notes: &notes)
        take(groups.clientIDs, platform: nil, notes: &notes)
        take(groups.campaign, platform: nil, notes: &notes)
        take(groups.cookies, platform: nil, notes: &notes)
    }

    private func readPage(_ page: JSONValue, into pages: inout Pages) {
        for member in page.members {
            switch names[member].clickID {
            case .url: pages.url = member.value
            case .search: pages.search = member.value
            case .referrer: pages.referrer = member.value
            default: break
            }
        }
    }

    /// Reads `context.referrer`, where analytics.js puts the ids of two ad networks.
    private mutating func readReferrer(_ referrer: JSONValue, notes: inout NoteList) {
        guard let type = referrer[Self.typeKey]?.text, let id = referrer[Self.idKey] else { return }
        if type.elementsEqual("dataxu".utf8) { offer(id, for: Self.btid, notes: &notes) }
        if type.elementsEqual("millennial-media".utf8) { offer(id, for: Self.urid, notes: &notes) }
    }

    /// Takes the ids directly in an object; the ambiguous names only for a platform.
    private mutating func take(_ object: JSONValue?, platform: ClickIDPlatform?, notes: inout NoteList) {
        guard let object, names.interests(of: object).contains(.clickIDs) else { return }
        for member in object.members {
            switch names[member].clickID {
            case .id(let slot, let wrapping): offer(member.value, for: slot, in: wrapping, notes: &notes)
            case .shared(let name):
                if let slot = platform?.slot(of: name) { offer(member.value, for: slot, notes: &notes) }
            case .googleAnalytics:
                if member.value.kind == .object {
                    take(member.value, platform: .googleAnalytics, notes: &notes)
                } else {
                    offer(member.value, for: Self.gaClientID, in: .googleClientID, notes: &notes)
                }
            default: break
            }
        }
    }

    private mutating func offer(
        _ value: JSONValue, for slot: ClickIDTable.Slot, in wrapping: ClickIDTable.Wrapping = .none,
        notes: inout NoteList
    ) {
        if finds.has(slot) || value.isNull { return }
        guard let text = value.scalarText?.trimmed, value.kind == .string || value.isInteger else {
            notes.add(.clickIDInvalid)
            return
        }
        if !text.isEmpty { finds.offer(text, for: slot, in: wrapping, from: .name, notes: &notes) }
    }

    // MARK: URLs

    private mutating func readURLs(_ pages: Pages, notes: inout NoteList) {
        readQuery(pages.url, from: .url, notes: &notes)
        readQuery(pages.search, from: .url, isBare: true, notes: &notes)
        readQuery(pages.propertyURL, from: .url, notes: &notes)
        readQuery(pages.propertySearch, from: .url, isBare: true, notes: &notes)
        guard let referrer = pages.referrer?.text, referrer.contains(UInt8(ascii: "=")),
            let page = (pages.url?.text ?? pages.propertyURL?.text).flatMap({ SiteHost.of($0.trimmed) }),
            let host = SiteHost.of(referrer.trimmed), SiteHost.isSameSite(page, host)
        else { return }
        readQuery(pages.referrer, from: .referrer, notes: &notes)
    }

    private mutating func readQuery(
        _ value: JSONValue?, from origin: ClickIDFinds.Origin, isBare: Bool = false, notes: inout NoteList
    ) {
        guard let value else { return }
        guard let text = value.text else {
            if isBare, value.kind == .object { take(value, platform: nil, notes: &notes) }
            return
        }
        let parameters = ClickIDTable.parameters
        for parameter in QueryText(text, isBare: isBare) {
            guard let slot = parameters[parameter.name], parameter.hasValue, !finds.has(slot) else { continue }
            let value = parameter.value
            if value.contains(UInt8(ascii: "%")) || value.contains(UInt8(ascii: "+")) {
                var decoded: [UInt8] = []
                QueryText.appendDecoded(value, to: &decoded)
                finds.offer(decoded, for: slot, in: .none, from: origin, notes: &notes)
            } else {
                finds.offer(value, for: slot, in: .none, from: origin, notes: &notes)
            }
        }
    }
}
