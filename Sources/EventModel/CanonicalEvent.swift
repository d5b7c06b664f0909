public import Crypto
public import Platform

/// The canonical record of one business action: what every destination is fed from.
///
/// `docs/canonical-event.md` describes its JSON, which `CanonicalEvent+JSON.swift` writes. A class that never changes once
/// it is made: a copy of so many parts would cost as much as making some of them.
public final class CanonicalEvent: Sendable {
    /// What happened, by its name in the registry, or `custom.<slug>`; what filters and templates go by.
    public let name: EventName
    /// Stable for ever: every destination, retry and replay carries it (reference inbound, 6.6).
    public let eventID: String
    /// The business id's name when ``eventID`` is one (`order_id`), `event_id` when explicit, else `message_id`.
    public let eventIDSource: String
    /// The sender's `messageId`, or one made from the content (see ``isMessageIDGenerated``); the transport's dedup
    /// key.
    public let messageID: String
    /// Whether the gateway made the message id; such ids deduplicate for five minutes only.
    public let isMessageIDGenerated: Bool
    /// The call the sender made (`track`, `identify`, …).
    public let type: EnvelopeType
    /// The sender's own name for a track event.
    public let sourceEvent: String?
    /// Which rule named the event: `type:page`, `registry:Order Completed`, `override:…`, `custom`.
    public let mappingRule: String
    /// The account and environment, from the configuration of the source that the request authenticated as.
    public let tenant: Tenant
    /// The configured name of the source.
    public let source: String
    /// Where the business runs (`shopify`, `web`, …), for filters; from `properties.platform`, else the channel.
    public let platform: String?
    /// Where the action happened as advertising platforms see it; from the channel, else from the call and the context.
    public let actionSource: ActionSource
    /// When it happened, corrected for the sender's clock (reference inbound, 4.4).
    public let occurredAt: Timestamp
    /// When the gateway had the whole request.
    public let receivedAt: Timestamp
    /// The times that the sender gave, as it gave them: one JSON object, or empty.
    public let sourceTimes: [UInt8]
    /// RudderStack's own id of the person; never a reason to join anybody (reference inbound, 4.1).
    public let rudderID: String?
    /// Who did it: hashes, platform ids and what is no personal data by itself.
    public let userData: UserData
    /// What it was worth and about: money, items and business ids.
    public let customData: CustomData
    /// What the person allows, from every signal that the envelope and the request gave.
    public let consent: ConsentState
    /// For the identity graph, strongest first, each once, blocked and junk values left out.
    public let identifiers: [Identifier]
    /// Business-level dedup key beyond ``eventID``; nil when only the message id counts.
    public let businessKey: String?
    /// Where the action happened, without user info and personal data; nil for other schemes than http(s).
    public let pageURL: String?
    /// The source's own properties, personal data and card data removed: one JSON object.
    public let properties: [UInt8]
    /// The envelope's context without what the fields above took and without personal data: one JSON object.
    public let context: [UInt8]
    /// Consent options a sender gave destinations by name: the envelope's `integrations`, one JSON object or empty.
    public let integrations: [UInt8]
    /// What the sender said about which destinations shall get the event; part of ``integrations``, not kept by itself.
    public let integrationChoices: IntegrationChoices
    /// Whether the sender marked the event as made by a bot.
    public let isBot: Bool
    /// What the sender should know of this event, each code once; `docs/notes.md` explains them.
    public let notes: NoteList
    /// Stands for what the sender said, without transport times: tells a duplicate from a conflict.
    public let fingerprint: Digest

    /// `{}`.
    public static let emptyObject = Array("{}".utf8)

    /// An event from all its parts, which it takes over.
    public init(
        name: EventName, eventID: consuming String, eventIDSource: String, messageID: consuming String,
        isMessageIDGenerated: Bool, type: EnvelopeType, sourceEvent: consuming String?, mappingRule: String,
        tenant: Tenant, source: String, platform: consuming String?, actionSource: ActionSource, occurredAt: Timestamp,
        receivedAt: Timestamp, sourceTimes: consuming [UInt8], rudderID: consuming String?,
        userData: consuming UserData, customData: consuming CustomData,
        consent: consuming ConsentState, identifiers: consuming [Identifier], businessKey: consuming String?,
        pageURL: consuming String?, properties: consuming [UInt8], context: consuming [UInt8],
        integrations: consuming [UInt8], integrationChoices: consuming IntegrationChoices, isBot: Bool,
        notes: consuming NoteList, fingerprint: Digest
    ) {
        self.name = name
        self.eventID = eventID
        self.eventIDSource = eventIDSource
        self.messageID = messageID
        self.isMessageIDGenerated = isMessageIDGenerated
        self.type = type
        self.sourceEvent = sourceEvent
        self.mappingRule = mappingRule
        self.tenant = tenant
        self.source = source
        self.platform = platform
        self.actionSource = actionSource
        self.occurredAt = occurredAt
        self.receivedAt = receivedAt
        self.sourceTimes = sourceTimes
        self.rudderID = rudderID
        self.userData = userData
        self.customData = customData
        self.consent = consent
        self.identifiers = identifiers
        self.businessKey = businessKey
        self.pageURL = pageURL
        self.properties = properties
        self.context = context
        self.integrations = integrations
        self.integrationChoices = integrationChoices
        self.isBot = isBot
        self.notes = notes
        self.fingerprint = fingerprint
    }
}

/// Why one item was not taken (reference inbound, section 9: the codes of the "item" rows).
public struct Rejection: Error, Sendable, Equatable {
    /// What is wrong with an item.
    ///
    /// Raw values are contracts.
    public enum Code: String, Sendable, CaseIterable {
        case notAnObject = "not_an_object"
        case nestedBatch = "nested_batch"
        case typeMissing = "type_missing"
        case typeUnsupported = "type_unsupported"
        case eventMissing = "event_missing"
        case eventNameTooLong = "event_name_too_long"
        case messageIDTooLong = "message_id_too_long"
        case userIDInvalid = "user_id_invalid"
        case previousIDMissing = "previous_id_missing"
        case noIdentity = "no_identity"
        case propertiesNotObject = "properties_not_object"
        case traitsNotObject = "traits_not_object"
        case contextNotObject = "context_not_object"
        case duplicateKey = "duplicate_key"
        case loneSurrogate = "lone_surrogate"
        case templateUnrendered = "template_unrendered"
        case tooManyProperties = "too_many_properties"
        case eventTooLarge = "event_too_large"
        case businessIDMissing = "business_id_missing"
        case unsignedItem = "unsigned_item"
        case writeKeyConflict = "write_key_conflict"
        case filtered = "filtered"
        case erased = "erased"
    }

    /// The fault; what callers and answers go by.
    public var code: Code
    /// The path of the field at fault (`properties`, `userId`), if one is.
    public var field: String?
    /// What is wrong and what to do, without any value of the payload.
    public var message: String

    /// A rejection for a fault, with a message that holds no value of the payload.
    public init(_ code: Code, field: String? = nil, _ message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    /// Whether the item is answered `ignored` (200) rather than `rejected`.
    public var isIgnored: Bool { code == .typeUnsupported || code == .filtered || code == .erased }
}
