import EventModel
import JSON

/// Reads everything an event says about consent (reference inbound, 7.3).
///
/// Fails closed: what cannot be read counts as a refusal, with a note.
struct ConsentReader: ~Copyable {
    var state = ConsentState()
    /// One bit for each ``ConsentSignal`` that was found.
    var signals: UInt32 = 0
    var notes: NoteList
    let accountCategories: [String: [ConsentPurpose]]
    private let names: NameBook

    /// How many categories an event may bring.
    static let categoryLimit = 128

    /// Reads one event.
    ///
    /// - Parameters:
    ///   - body: The event's object, for a thin body's own `consent`.
    ///   - properties: The event's properties.
    ///   - context: The envelope's context, with `context.traits` in it.
    ///   - batchContext: The context of the batch that the event came in, beside one of its own: a denial there counts.
    ///   - traits: The envelope's own traits.
    ///   - integrations: Options for single destinations by display name.
    ///   - source: Says which categories mean which purposes.
    ///   - transport: Says whether the browser sent a privacy signal as a header.
    ///   - names: What the names in all of these mean.
    ///   - notes: Takes what could not be read.
    /// - Returns: What the event says; unknown where it says nothing.
    static func read(
        body: JSONValue, properties: JSONValue?, context: JSONValue?, batchContext: JSONValue? = nil,
        traits: JSONValue?, integrations: JSONValue?, source: SourceProfile, transport: TransportFacts,
        names: NameBook = NameBook(), notes: inout NoteList
    ) -> ConsentState {
        // Most events say nothing.
        let context = context.flatMap { says(something: $0, names) ? $0 : nil }
        let properties = properties.flatMap { names.interests(of: $0).contains(.consentInProperties) ? $0 : nil }
        let traits = traits.flatMap { names.interests(of: $0).contains(.consentInTraits) ? $0 : nil }
        let consent = names.interests(of: body).contains(.consentInTraits) ? body[consentKey] : nil
        let hasOptions = integrations?.members.contains { $0.value.kind == .object } ?? false
        if context == nil, batchContext == nil, properties == nil, traits == nil, consent == nil, !hasOptions,
            !transport.globalPrivacyControl
        {
            return ConsentState()
        }
        var reader = ConsentReader(notes: notes, accountCategories: source.consentCategories, names: names)
        if let context { reader.readPlace(context, .context) }
        if let batchContext { reader.readPlace(batchContext, .context) }
        if let properties { reader.readPlace(properties, .properties) }
        if let traits { reader.readPlace(traits, .traits) }
        if let consent { reader.readAnyShape(consent) }
        if let integrations { reader.readIntegrations(integrations) }
        if transport.globalPrivacyControl { reader.setGlobalPrivacyControl() }
        return reader.finish(notes: &notes)
    }

    /// Whether a context, or the traits or the device in it, has a name that may say something.
    private static func says(something context: JSONValue, _ names: NameBook) -> Bool {
        let interests = names.interests(of: context)
        if interests.contains(.consentInContext) { return true }
        guard interests.contains(.consentBelowContext) else { return false }
        for member in context.members {
            let kind = names[member].consentInContext
            if case .traits = kind, names.interests(of: member.value).contains(.consentInTraits) { return true }
            if case .device = kind, names.interests(of: member.value).contains(.consentInDevice) { return true }
        }
        return false
    }

    private static let consentKey: JSONKey = "consent"
    private static let consentsKey: JSONKey = "consents"
    /// How the names of Google's destinations begin.
    private static let googleNames = [Array("google".utf8), Array("ga4".utf8)]

    private init(notes: NoteList, accountCategories: [String: [ConsentPurpose]], names: NameBook) {
        self.names = names
        self.notes = notes
        self.accountCategories = accountCategories
    }

    // MARK: Places

    /// Reads the members of a place that its table knows.
    private mutating func readPlace(_ object: JSONValue, _ place: ConsentTable.Place) {
        var gpp: (text: JSONValue?, sections: JSONValue?)
        var meta: (options: JSONValue?, country: JSONValue?, state: JSONValue?)
        for member in object.members {
            guard let kind = kind(of: member, in: place), !member.value.isNull else { continue }
            let value = member.value
            switch kind {
            case .rudderstack:
                readRudderStack(value)
                state.vendorSignals.append(.rudderstack(RudderStackConsent(reading: value)))
            case .segment: readSegment(value)
            case .google: readGoogle(value)
            case .googlePurpose(let purpose): readAnswer(value, for: PurposeSet(purpose), .google)
            case .tcf: readTCF(value)
            case .gpp: gpp.text = value
            case .gppSections: gpp.sections = value
            case .usPrivacy: readUSPrivacy(value)
            case .globalPrivacyControl: readGlobalPrivacyControl(value)
            case .metaTriple: readMetaTriple(value)
            case .metaOptions: meta.options = value
            case .metaCountry: meta.country = value
            case .metaState: meta.state = value
            case .tiktokLimitedDataUse: readTikTok(value)
            case .optOut: readOptOut(value)
            case .device: readPlace(value, .device)
            case .adTracking: readAdTracking(value)
            case .trackingStatus: readTrackingStatus(value)
            case .consentObject:
                readConsentObject(value)
                if value.kind == .object { state.vendorSignals.append(.segment(SegmentConsent(reading: value))) }
            case .anyShape: readAnyShape(value)
            case .traits:
                if names.interests(of: value).contains(.consentInTraits) { readPlace(value, .traits) }
            case .rudderstackIDs: break
            }
        }
        if let text = gpp.text { readGPP(text, sections: gpp.sections) }
        if let options = meta.options { readMeta(options: options, country: meta.country, state: meta.state) }
    }

    private func kind(of member: JSONMember, in place: ConsentTable.Place) -> ConsentTable.Member? {
        switch place {
        case .context: names[member].consentInContext
        case .properties: names[member].consentInProperties
        case .traits: names[member].consentInTraits
        case .consent: names[member].consentInConsent
        case .device: names[member].consentInDevice
        case .googleOptions: ConsentTable.googleOptions[member]
        }
    }

    private mutating func readAnyShape(_ value: JSONValue) {
        switch value.kind {
        case .bool, .number, .string: readAnswer(value, for: .all, .plain)
        default: readConsentObject(value)
        }
    }

    /// Reads a `consent` of any of the known shapes; a member named like a category is an answer too.
    private mutating func readConsentObject(_ object: JSONValue) {
        guard isObject(object, .plain) else { return }
        var isRudderStack = false
        for member in object.members {
            switch names[member].consentInConsent {
            case .rudderstackIDs: isRudderStack = true
            case nil:
                let name = member.nameText
                guard ConsentTable.categories[name] != nil else { continue }
                addCategory(name.string, provider: "", reading: member.value, .plain)
            default: break
            }
        }
        if isRudderStack { readRudderStack(object) }
        readPlace(object, .consent)
    }

    /// Reads the options of Google's destinations, where RudderStack puts two of Google's answers.
    private mutating func readIntegrations(_ integrations: JSONValue) {
        for member in integrations.members where member.value.kind == .object {
            let name = member.nameText
            guard Self.googleNames.contains(where: name.hasPrefixIgnoringCase),
                let consents = member.value[Self.consentsKey]
            else { continue }
            if isObject(consents, .google) { readPlace(consents, .googleOptions) }
        }
    }

    private mutating func readGoogle(_ object: JSONValue) {
        if isObject(object, .google) { readPlace(object, .consent) }
    }

    // MARK: Answers

    /// Adds an answer for some purposes to those that are there: denied wins, then granted (7.3 rule 9).
    mutating func add(_ answer: ConsentAnswer, for purposes: PurposeSet, _ signal: ConsentSignal) {
        signals |= 1 << UInt32(signal.rawValue)
        for purpose in ConsentPurpose.allCases where purposes.contains(purpose) {
            state[purpose] = state[purpose].combined(with: answer)
        }
    }

    /// Notes that a signal cannot be read, and refuses.
    mutating func refuse(_ note: Note, _ signal: ConsentSignal, for purposes: PurposeSet = .all) {
        notes.add(note)
        add(.denied, for: purposes, signal)
    }

    mutating func readAnswer(_ value: JSONValue, for purposes: PurposeSet, _ signal: ConsentSignal) {
        if let answer = ConsentAnswer(reading: value) {
            add(answer, for: purposes, signal)
        } else {
            refuse(.consentMalformed, signal, for: purposes)
        }
    }

    /// Whether a container is one; refuses if it is something else, but for null and the empty array of PHP.
    mutating func isObject(_ value: JSONValue, _ signal: ConsentSignal) -> Bool {
        if value.kind == .object { return true }
        if value.isNull || value.kind == .array && value.count == 0 { return false }
        refuse(.consentMalformed, signal)
        return false
    }

    // MARK: Categories

    /// Adds the answer of a category and what it means for purposes.
    mutating func addCategory(_ id: String, provider: String, reading value: JSONValue, _ signal: ConsentSignal) {
        var answer = ConsentAnswer(reading: value)
        if answer == nil {
            notes.add(.consentMalformed)
            answer = .denied
        }
        if let answer { addCategory(id, provider: provider, answer, signal) }
    }

    /// Adds the answer of a category and what it means for purposes; of two answers for one id a denial wins.
    mutating func addCategory(_ id: String, provider: String, _ answer: ConsentAnswer, _ signal: ConsentSignal) {
        var answer = answer
        if let position = state.categories.firstIndex(where: { $0.id == id && $0.provider == provider }) {
            answer = state.categories[position].answer.combined(with: answer)
            state.categories[position] = ConsentState.Category(provider: provider, id: id, answer: answer)
        } else if state.categories.count < Self.categoryLimit {
            state.categories.append(ConsentState.Category(provider: provider, id: id, answer: answer))
        } else if answer != .denied {
            return  // Beyond the limit only refusals count.
        }
        add(answer, for: purposes(of: id), signal)
    }

    private func purposes(of category: String) -> PurposeSet {
        if !accountCategories.isEmpty, let purposes = accountCategories[category.lowercased()] {
            return PurposeSet(purposes)
        }
        return FoldedName(category.utf8).flatMap { ConsentTable.categories[$0] } ?? []
    }

    // MARK: The end

    /// Applies what flags mean for purposes and platforms (7.3 rules 7 and 8), and lists the signals.
    private consuming func finish(notes: inout NoteList) -> ConsentState {
        notes = self.notes
        if state.globalPrivacyControl || state.usOptOut {
            for purpose in [ConsentPurpose.adsUserData, .adsPersonalization] { state[purpose] = .denied }
            if state.limitedDataUse == nil {
                state.limitedDataUse = ConsentState.LimitedDataUse(options: ["LDU"], country: 0, state: 0)
            }
            if state.hasLimitedDataUse == nil { state.hasLimitedDataUse = true }
        }
        if signals != 0 {
            let signals = signals
            state.sources = ConsentSignal.allCases.filter { signals & 1 << UInt32($0.rawValue) != 0 }.map(\.name)
        }
        return state
    }
}
