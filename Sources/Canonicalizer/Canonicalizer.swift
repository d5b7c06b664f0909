public import EventModel
import Crypto
import JSON
import Platform

/// Turns a sender's envelope into the canonical event, or says why it cannot.
///
/// A pure function of the envelope, the request's facts and the source's configuration: no clock, no I/O, no
/// randomness. Owns scratch memory and hashing contexts, so it belongs to one thread at a time; make one a thread and
/// source. One event costs a few microseconds.
public final class Canonicalizer {
    private let source: SourceProfile
    private let hasher = SHA256()
    private let reader: EnvelopeReader
    private var matcher: EventNameMatcher
    private let eventNames = EventNameMemo()
    private let names = NameBook()
    private let properties = FieldScanner<PropertyField>()
    private let money: MoneyReader
    private var person: PersonReader
    private let sanitizer: Sanitizer
    private var identifiers: IdentifierCollector
    private let fingerprint: Fingerprint

    /// The most characters of a track event's name.
    public static let eventNameCharacterLimit = 512

    /// A canonicalizer for one source.
    public init(source: SourceProfile) {
        self.source = source
        reader = EnvelopeReader(source: source, hasher: hasher, names: names)
        matcher = EventNameMatcher(source: source)
        money = MoneyReader(source: source, names: names)
        person = PersonReader(source: source, hasher: hasher, names: names)
        sanitizer = Sanitizer(hasher: hasher, keepsPlain: source.keepsPlainUserData, names: names)
        identifiers = IdentifierCollector(source: source, hasher: hasher, names: names)
        fingerprint = Fingerprint(names: names)
    }

    /// Makes the canonical event of one envelope (reference inbound, sections 4 to 8, 9 and 11).
    ///
    /// - Parameters:
    ///   - envelope: One item of a request; its document must not have parsed another text.
    ///   - transport: Facts of the request; its `receivedAt` is the only "now" there is.
    /// - Returns: The event, or which rule of the reference refuses it.
    public func canonicalize(_ envelope: Envelope, _ transport: TransportFacts) -> Result<CanonicalEvent, Rejection> {
        do throws(Rejection) {
            return .success(try makeEvent(envelope, transport))
        } catch {
            return .failure(error)
        }
    }

    /// An envelope as it came, byte for byte, but for card data and write keys, which are never stored (reference inbound,
    /// section 9, row 84, and section 4.1).
    ///
    /// - Parameter envelope: An item of a request; its document must not have parsed another text.
    /// - Returns: Its JSON, with `"[removed]"` for what is left out; of a capture, the capture's.
    public func rawCopy(of envelope: Envelope) -> [UInt8] {
        var notes = NoteList()
        let item = envelope.original ?? envelope.body
        names.beginEvent()
        names.mark(item)
        return sanitizer.copy(item, role: .envelope, notes: &notes)
    }

    /// Reads all parts first and puts the event together last, which spares it from being copied.
    private func makeEvent(_ item: Envelope, _ transport: TransportFacts) throws(Rejection) -> CanonicalEvent {
        var notes = item.notes
        // Large values are filled where they are: to return one copies it.
        var envelope = ReadEnvelope(contextMembers: reader.contextMembers)
        try reader.read(item, into: &envelope, notes: &notes)
        let match = try match(envelope)
        properties.scan(envelope.properties, names)
        let occurredAt = eventTime(envelope, transport).occurredAt(notes: &notes)
        var userData = UserData()
        readPerson(envelope, transport, occurredAt, into: &userData, &notes)
        try requireIdentity(item, &envelope, &userData, &notes)
        let consent = readConsent(item, envelope, transport, livesIn: userData.country, &notes)
        let ids = try readIDs(envelope, match.definition, userData, &notes)
        var data = CustomData()
        readData(match, ids, into: &data, &notes)
        let identity = try EventIdentity(
            definition: match.definition, ids: ids, messageID: envelope.messageID, data: data,
            isStrict: source.requiresBusinessID, hasher: hasher, notes: &notes)
        let channel = SourceChannel.name(of: envelope.channel, notes: &notes)

        let sourceEvent = sourceName(envelope, &notes)
        let persons = identifiers.collect(envelope, userData: userData, properties: properties, notes: &notes)
        let platform = properties[.platform]?.cleanText(notes: &notes)?.lowercased() ?? channel
        let pageURL = PageURL.clean(pageURL(of: envelope), notes: &notes)
        // The person's own traits lose more than properties do, such as a bare name.
        let role: Sanitizer.Role = envelope.type == .identify && envelope.properties == nil ? .traits : .properties
        let ownData = copy(sourceData(of: envelope), role, &notes) ?? CanonicalEvent.emptyObject
        let sourceProperties = PageNames.added(of: envelope, to: ownData, notes: &notes)
        let context = addingTraits(
            of: envelope, to: copy(envelope.context, .context, &notes) ?? CanonicalEvent.emptyObject, &notes)
        let integrations = copy(envelope.integrations, .integrations, &notes) ?? []
        return CanonicalEvent(
            name: match.name, eventID: identity.eventID, eventIDSource: identity.source,
            messageID: envelope.messageID, isMessageIDGenerated: envelope.isMessageIDGenerated, type: envelope.type,
            sourceEvent: sourceEvent, mappingRule: match.rule, tenant: source.tenant, source: source.name,
            platform: platform, actionSource: SourceChannel.actionSource(channel: channel, envelope),
            occurredAt: occurredAt, receivedAt: transport.receivedAt,
            sourceTimes: envelope.times.kept(sentAtHeader: transport.sentAt), rudderID: envelope.rudderID,
            userData: consume userData, customData: consume data, consent: consume consent, identifiers: persons,
            businessKey: identity.businessKey,
            pageURL: pageURL,
            properties: sourceProperties, context: context, integrations: integrations,
            integrationChoices: envelope.integrations.map { IntegrationChoices(reading: $0, from: source.kind) }
                ?? IntegrationChoices(),
            isBot: envelope.contextMembers[.isBot]?.bool == true, notes: notes,
            fingerprint: fingerprint.digest(of: envelope))
    }

    // MARK: - Name

    /// What the event is called here: by its type, or for track events by its name (reference inbound, 6.1).
    private func match(_ envelope: borrowing ReadEnvelope) throws(Rejection) -> EventNameMatcher.Match {
        switch envelope.type {
        case .track: return try matchTrack(envelope.event)
        case .page: return .page
        case .screen: return .screen
        case .identify: return .identify
        case .group: return .group
        case .alias: return .alias
        case .merge: return .merge
        case .delete: return .delete
        }
    }

    private func matchTrack(_ event: JSONValue?) throws(Rejection) -> EventNameMatcher.Match {
        let missing = Rejection(.eventMissing, field: "event", "a track event needs a name: send event as text")
        guard let event, event.kind == .string else { throw missing }
        if event.hasLoneSurrogate {
            throw Rejection(
                .loneSurrogate, field: "event", "the event's name has half of a surrogate pair: send whole characters")
        }
        var isTooLong = false
        let match = event.withText { text -> EventNameMatcher.Match? in
            if let match = eventNames.match(text) { return match }
            let name = text.extracting(text.trimmed)
            isTooLong = name.characterCount > Self.eventNameCharacterLimit
            if isTooLong || JunkValue.isNoName(name) { return nil }
            guard name.contains(UInt8(ascii: "@")) else {
                let match = matcher.match(name)
                if let match { eventNames.remember(text, match) }
                return match
            }
            // An address in the name must not get into a custom event's.
            return EmailText.redacted(name.text(in: 0..<name.count)).withText { matcher.match($0) }
        }
        if isTooLong {
            throw Rejection(
                .eventNameTooLong, field: "event",
                "the event's name has more than \(Self.eventNameCharacterLimit) characters: send a short one")
        }
        guard let match = match ?? nil else { throw missing }
        return match
    }

    /// The sender's own name for a track event, without control characters and addresses.
    private func sourceName(_ envelope: borrowing ReadEnvelope, _ notes: inout NoteList) -> String? {
        guard envelope.type == .track, let event = envelope.event else { return nil }
        return event.cleanTextWithoutAddresses(notes: &notes)
    }

    // MARK: - Person

    private func readPerson(
        _ envelope: borrowing ReadEnvelope, _ transport: TransportFacts, _ occurredAt: Timestamp,
        into userData: inout UserData, _ notes: inout NoteList
    ) {
        person.read(
            contextTraits: envelope.contextTraits, traits: envelope.traits, properties: envelope.properties,
            context: envelope.context, type: envelope.type, requestIP: envelope.requestIP, transport: transport,
            into: &userData, notes: &notes)
        if let id = envelope.userID {
            userData.externalID = BusinessIDs.protected(id, hasher)
            if id.mayBeAddress, userData.externalID != id.text { notes.add(.userIDIsEmail) }
        } else if let id = userData.externalID {
            userData.externalID = BusinessIDs.protected(id, hasher)
        }
        userData.anonymousID = envelope.anonymousID.map { BusinessIDs.protected($0, hasher) }
        userData.clickIDs = ClickIDReader.read(
            properties: envelope.properties, context: envelope.context,
            traits: envelope.traits ?? envelope.contextTraits, integrations: envelope.integrations,
            occurredAt: occurredAt, source: source, names: names, notes: &notes)
    }

    /// Refuses an event that says nothing about who it is about (reference inbound, row 61), but for a payload.
    ///
    /// That has no place for an id: if nothing in it tells, it gets one of its own, which it has again when it is sent
    /// again and shares with no other payload.
    private func requireIdentity(
        _ item: Envelope, _ envelope: inout ReadEnvelope, _ userData: inout UserData, _ notes: inout NoteList
    ) throws(Rejection) {
        if Self.namesSomebody(envelope, userData) { return }
        guard item.isPayload else {
            throw Rejection(
                .noIdentity,
                "the event names nobody: send a user id, an anonymous id, an e-mail address or a phone number")
        }
        // A payload has no place for a message id either, so that one was made from the same bytes.
        let id = SourceID(text: envelope.messageID)
        envelope.anonymousID = id
        userData.anonymousID = id.text
        notes.add(.anonymousIDGenerated)
    }

    private static func namesSomebody(_ envelope: borrowing ReadEnvelope, _ userData: UserData) -> Bool {
        if userData.externalID != nil || userData.anonymousID != nil { return true }
        if envelope.type == .alias, envelope.previousID != nil { return true }
        if userData[.email] != nil || userData[.phone] != nil { return true }
        guard envelope.type == .merge, let pairs = envelope.mergeProperties else { return false }
        return pairs.kind == .array && pairs.count > 0
    }

    /// What the event says about consent, and where the person was if no address says where they live.
    private func readConsent(
        _ item: Envelope, _ envelope: borrowing ReadEnvelope, _ transport: TransportFacts, livesIn country: String?,
        _ notes: inout NoteList
    ) -> ConsentState {
        var consent = ConsentReader.read(
            body: item.body, properties: envelope.properties, context: envelope.context,
            batchContext: envelope.batchContext,
            traits: envelope.traits ?? envelope.contextTraits, integrations: envelope.integrations, source: source,
            transport: transport, names: names, notes: &notes)
        if country == nil { consent.country = Self.country(in: envelope.contextMembers) }
        return consent
    }

    private func eventTime(_ envelope: borrowing ReadEnvelope, _ transport: TransportFacts) -> EventTime {
        let kind: EventTime.Kind
        if envelope.times.isThin {
            kind = .thin
        } else if source.kind == .native {
            let isRudderStack = envelope.hasRudderStackMark || transport.hasRudderStackHeader
            kind = .client(source.dialect ?? (isRudderStack ? .rudderstack : .segment))
        } else {
            kind = .webhook
        }
        return EventTime(
            times: envelope.times, kind: kind, sentAtHeader: transport.sentAt, now: transport.receivedAt,
            futureToleranceMilliseconds: source.futureToleranceMilliseconds)
    }

    // MARK: - Business

    private func readIDs(
        _ envelope: borrowing ReadEnvelope, _ definition: EventDefinition?, _ userData: UserData,
        _ notes: inout NoteList
    ) throws(Rejection) -> BusinessIDs {
        var ids = try BusinessIDs(
            properties, envelope: envelope, definition: definition, hasher: hasher, notes: &notes)
        ids.set(.messageID, envelope.messageID)
        ids.set(.userID, envelope.userID?.isLossy == true ? nil : userData.externalID)
        ids.set(.anonymousID, envelope.anonymousID?.isLossy == true ? nil : userData.anonymousID)
        ids.set(.deviceID, userData.deviceID)
        return ids
    }

    private func readData(
        _ match: EventNameMatcher.Match, _ ids: BusinessIDs, into data: inout CustomData, _ notes: inout NoteList
    ) {
        money.read(properties, rule: match.definition?.valueRule ?? .plain, into: &data, notes: &notes)
        data.businessIDs = ids.kept
        switch match.name.text {
        case "search": data.searchQuery = properties[.query]?.cleanTextWithoutAddresses(notes: &notes)
        case "view_content":
            let hasProduct = properties[.productID] != nil || properties[.sku] != nil || !data.items.isEmpty
            data.contentKind = match.namesProduct || hasProduct ? "product" : "article"
        default: break
        }
    }

    // MARK: - Everything else

    private func pageURL(of envelope: borrowing ReadEnvelope) -> JSONValue? {
        if let url = envelope.contextMembers[.page]?[Self.url], !url.isBlank { return url }
        // The `url` of a track event is usually a product's.
        if envelope.type == .page, let url = properties[.url], !url.isBlank { return url }
        return properties[.pageURL]
    }

    /// What the event's own properties are: an identify or group call has traits where others have properties.
    private func sourceData(of envelope: borrowing ReadEnvelope) -> JSONValue? {
        if let properties = envelope.properties { return properties }
        switch envelope.type {
        case .identify: return envelope.traits ?? envelope.contextTraits
        case .group: return envelope.traits
        default: return nil
        }
    }

    /// A context with what may be kept of the person's traits, which an identify call has among its properties already.
    private func addingTraits(of envelope: borrowing ReadEnvelope, to context: [UInt8], _ notes: inout NoteList)
        -> [UInt8]
    {
        guard envelope.type != .identify, let traits = envelope.contextTraits, traits.count > 0,
            !sanitizer.keepsNothing(of: traits, role: .traits)
        else { return context }
        let kept = sanitizer.copy(traits, role: .traits, notes: &notes)
        guard kept.contains(UInt8(ascii: ":")) else { return context }
        var result = context
        result.removeLast()
        if result.count > 1 { result.append(UInt8(ascii: ",")) }
        result.append(contentsOf: "\"traits\":".utf8)
        result.append(contentsOf: kept)
        result.append(UInt8(ascii: "}"))
        return result
    }

    /// The object without personal and card data, or nil if there is none.
    private func copy(_ object: JSONValue?, _ role: Sanitizer.Role, _ notes: inout NoteList) -> [UInt8]? {
        object.map { sanitizer.copy($0, role: role, notes: &notes) }
    }

    /// Where a context says that the person was (reference inbound, 7.4).
    private static func country(in context: ContextMembers) -> String? {
        for place in [context[.location], context[.geo]] {
            guard let text = place?[countryKey]?.text, let country = CountryCode(text: text) else { continue }
            return String(decoding: country.bytes, as: UTF8.self)
        }
        return nil
    }

    private static let countryKey: JSONKey = "country"
    private static let url: JSONKey = "url"
}

extension EventNameMatcher.Match {
    static let page = EventNameMatcher.Match(type: "page", "page_view")
    static let screen = EventNameMatcher.Match(type: "screen", "screen_view")
    static let identify = EventNameMatcher.Match(type: "identify", "profile_update")
    static let group = EventNameMatcher.Match(type: "group", "group_update")
    static let alias = EventNameMatcher.Match(type: "alias", "identity_link")
    static let merge = EventNameMatcher.Match(type: "merge", "identity_link")
    static let delete = EventNameMatcher.Match(type: "delete", "privacy_delete")

    private convenience init(type: String, _ name: String) {
        self.init(
            definition: EventRegistry.definition(named: name), name: EventName(name), rule: "type:\(type)",
            namesProduct: false)
    }
}
