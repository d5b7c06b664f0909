import EventModel
import JSON

/// Everything that the readers of this module make of a member's name, wherever the member stands.
///
/// Names repeat from event to event: they are looked up, folded and taken apart once, when ``NameBook`` meets them first.
struct MemberName: Sendable {
    let envelope: FieldSpelling
    let property: FieldSpelling
    let item: FieldSpelling
    let personID: FieldSpelling
    let personInTraits: PersonField?
    let personInProperties: PersonField?
    let personInAddress: PersonField?
    let context: ContextField?
    let clickID: ClickIDTable.Member?
    let consentInContext: ConsentTable.Member?
    let consentInProperties: ConsentTable.Member?
    let consentInTraits: ConsentTable.Member?
    let consentInConsent: ConsentTable.Member?
    let consentInDevice: ConsentTable.Member?
    let privacy: NamePrivacy
    /// The name's part of a fingerprint.
    let contentHash: ContentHash
    /// What an object with such a member is of interest for.
    let interests: NameInterests

    init(_ member: JSONMember) {
        let text = member.nameText
        envelope = EnvelopeField.table.find(member)
        property = PropertyField.table.find(member)
        item = ItemField.table.find(member)
        personID = PersonIDField.table.find(member)
        personInTraits = PersonField.inTraits[text]
        personInProperties = PersonField.inProperties[text]
        personInAddress = PersonField.inAddresses[text]
        context = ContextField.table[member]
        clickID = ClickIDTable.meaning(of: member)
        consentInContext = ConsentTable.context.folded(member)
        consentInProperties = ConsentTable.properties.folded(member)
        consentInTraits = ConsentTable.traits.folded(member)
        consentInConsent = ConsentTable.consent.folded(member)
        consentInDevice = ConsentTable.device.folded(member)
        privacy = NamePrivacy(member)
        contentHash = member.withNameText { ContentHash(.string, $0) }
        var interests: NameInterests = []
        if personInTraits != nil { interests.insert(.personInTraits) }
        if personInProperties != nil { interests.insert(.personInProperties) }
        if personID.rank != FieldSpelling.none { interests.insert(.personIDs) }
        if clickID != nil { interests.insert(.clickIDs) }
        switch consentInContext {
        case .traits, .device: interests.insert(.consentBelowContext)
        case nil: break
        default: interests.insert(.consentInContext)
        }
        if consentInDevice != nil { interests.insert(.consentInDevice) }
        if consentInProperties != nil { interests.insert(.consentInProperties) }
        if consentInTraits != nil { interests.insert(.consentInTraits) }
        if privacy.isSensitive { interests.insert(.privacy) }
        if privacy.isName { interests.insert(.plainName) }
        self.interests = interests
    }
}

/// What the names in an object make worth looking for there, so that readers pass over most objects.
struct NameInterests: OptionSet, Sendable {
    let rawValue: UInt32

    static let personInTraits = NameInterests(rawValue: 1)
    static let personInProperties = NameInterests(rawValue: 2)
    static let personIDs = NameInterests(rawValue: 4)
    static let clickIDs = NameInterests(rawValue: 8)
    static let consentInContext = NameInterests(rawValue: 16)
    static let consentInProperties = NameInterests(rawValue: 32)
    static let consentInTraits = NameInterests(rawValue: 64)
    /// A name says that its value must not be kept as it is.
    static let privacy = NameInterests(rawValue: 128)
    /// The same somewhere in the object, however deep.
    static let privacyBelow = NameInterests(rawValue: 256)
    /// Set for every object that was looked at.
    static let isKnown = NameInterests(rawValue: 512)
    /// `name` in any case.
    static let plainName = NameInterests(rawValue: 1024)
    /// Traits or a device, which may have consent in them.
    static let consentBelowContext = NameInterests(rawValue: 2048)
    static let consentInDevice = NameInterests(rawValue: 4096)
    static let everything = NameInterests(rawValue: 8191)
}

/// What a member's name says about whether its value may be kept.
struct NamePrivacy: Sendable {
    let meaning: SensitiveName?
    /// Whether the name itself has an e-mail address in it.
    let hasAddress: Bool
    /// `name` in any case, which in traits is a person's.
    let isName: Bool
    /// `name` or `holder` exactly, which beside a card's number are its holder's.
    let isHolder: Bool
    /// `number` exactly, which under a card is the card's.
    let isNumber: Bool
    let isDevice: Bool
    /// `writeKey` in any spelling: it is what the sender proves itself with.
    let isWriteKey: Bool
    /// Whether an event keeps such a member of a context elsewhere, or nobody needs it after ingestion.
    let isKeptElsewhere: Bool
    /// Whether such a member of a device names the device.
    let isDeviceID: Bool

    /// Whether the value of such a member may have to go wherever it stands.
    var isSensitive: Bool { meaning != nil || hasAddress || isWriteKey }

    init(_ member: JSONMember) {
        let text = member.nameText
        meaning = SensitiveName(text)
        hasAddress =
            AddressScanner.mayHold(text) && AddressScanner.firstAddress(in: text, from: text.startIndex) != nil
        isName = text.elementsEqual(Self.name, by: { $0 | 0x20 == $1 })
        isHolder = text.isEqual(to: Self.name) || text.isEqual(to: Self.holder)
        isNumber = text.isEqual(to: Self.number)
        isDevice = text.isEqual(to: Self.device)
        isWriteKey =
            8...9 ~= text.count && text.lazy.filter(ASCII.isLetter).map { $0 | 0x20 }.elementsEqual(Self.writeKey)
        isKeptElsewhere = Self.keptElsewhere[member] != nil
        isDeviceID = Self.deviceIDs[member] != nil
    }

    private static let writeKey = Array("writekey".utf8)
    private static let number = Array("number".utf8)
    private static let name = Array("name".utf8)
    private static let holder = Array("holder".utf8)
    private static let device = Array("device".utf8)

    private static let keptElsewhere = NameTable<Bool>(
        [
            "traits", "ip", "request_ip", "userAgent", "user_agent", "externalId", "externalIds", "consent",
            "consentManagement", "google_consent", "tcf", "tcString", "euconsent-v2", "gpp", "gpp_sid", "gppSid",
            "us_privacy", "gpc", "globalPrivacyControl", "dataProcessingOptions", "cookies", "writeKey",
        ].map { ($0, true) })

    private static let deviceIDs = NameTable<Bool>(
        ["id", "advertisingId", "token", "idfa", "idfv"].map { ($0, true) })
}
