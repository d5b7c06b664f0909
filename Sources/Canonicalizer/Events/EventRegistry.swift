public import EventModel

/// Where in the funnel an event stands (reference inbound, 6.4).
public enum FunnelStage: String, Sendable, CaseIterable {
    case awareness, interest, acquisition, activation, revenue, product
    /// TrackLayer's and the CDPs' own events, which do not count among the 66.
    case ext
}

/// In which order an event's money is looked for (reference inbound, 6.5).
public enum ValueRule: Sendable, CaseIterable {
    /// `revenue`, `total`, `value`, `subtotal`, the sum of the items.
    case order
    /// `value`, `revenue`, `total`, the sum of the items.
    case checkout
    /// `value`, `price` times quantity, the sum of the items.
    case product
    /// `total`, `revenue`, `value`, the sum of the items; as a distance from zero.
    case refund
    /// `value`, `revenue`, `total`.
    case plain
}

/// A part of a business id, named as in records and answers.
public enum BusinessIDPart: String, Sendable, CaseIterable {
    case orderID = "order_id"
    case checkoutID = "checkout_id"
    case cartID = "cart_id"
    case leadID = "lead_id"
    case subscriptionID = "subscription_id"
    case trialID = "trial_id"
    case refundID = "refund_id"
    case disputeID = "dispute_id"
    case invoiceID = "invoice_id"
    case planID = "plan_id"
    case bookingID = "booking_id"
    case meetingID = "meeting_id"
    case conversationID = "conversation_id"
    case workspaceID = "workspace_id"
    case companyID = "company_id"
    case inviteID = "invite_id"
    case apiKeyID = "api_key_id"
    case uploadID = "upload_id"
    case jobID = "job_id"
    case opportunityID = "opportunity_id"
    case connectionID = "connection_id"
    case webhookID = "webhook_id"
    case deliveryID = "delivery_id"
    case reviewID = "review_id"
    /// `properties.message_id` of a chat, not the envelope's.
    case chatMessageID = "properties.message_id"
    case period
    case startDate = "start_date"
    case step
    /// The envelope's or the properties' `groupId`.
    case groupID = "group_id"
    /// The envelope's `userId`.
    case userID = "user_id"
    /// The envelope's `anonymousId`.
    case anonymousID = "anonymous_id"
    /// The envelope's `messageId`.
    case messageID = "message_id"
    /// `context.device.id`.
    case deviceID = "device_id"

    /// Whether the part names something of the business by itself, so that it is kept in the event's business ids.
    public var isBusinessID: Bool {
        switch self {
        case .period, .startDate, .step, .userID, .anonymousID, .messageID, .deviceID: false
        default: true
        }
    }
}

/// One way to name what an event is about: one id, or several that only count together.
public struct BusinessIDChoice: Sendable, Equatable {
    /// The parts, all of which must be present.
    public let parts: [BusinessIDPart]
    /// Whether the id, verbatim, is the event's `event_id` (the bold ids of reference inbound, 6.4).
    public let isEventID: Bool
    /// The parts' names, joined with `+`.
    public let name: String

    private init(_ parts: [BusinessIDPart], isEventID: Bool) {
        self.parts = parts
        self.isEventID = isEventID
        name = parts.map(\.rawValue).joined(separator: "+")
    }

    /// An id that also is the event id.
    public static func eventID(_ part: BusinessIDPart) -> Self { Self([part], isEventID: true) }

    /// An id that only tells duplicates.
    public static func key(_ parts: BusinessIDPart...) -> Self { Self(parts, isEventID: false) }
}

/// One row of the registry: a business action, its names and its rules.
///
/// A class so that every event shares its row instead of copying it.
public final class EventDefinition: Sendable {
    /// The canonical snake_case name.
    public let name: EventName
    /// TrackStack's PascalCase name; nil for the rows beyond the 66.
    public let trackStackName: String?
    /// Where in the funnel the event stands.
    public let stage: FunnelStage
    /// What a destination's list must say for the event to be sent.
    public let routing: RoutingClass
    /// In which order the event's money is looked for.
    public let valueRule: ValueRule
    /// The business ids in order of preference; empty when only the message id counts.
    public let businessIDs: [BusinessIDChoice]
    /// Whether an event without a business id is noted, or refused by a strict source.
    public let requiresBusinessID: Bool
    /// The names senders use, beside the canonical and TrackStack's.
    public let sourceNames: [String]
    /// Names (†) that mean this event only for accounts that say so.
    public let ambiguousNames: [String]

    init(
        _ name: String, _ trackStackName: String?, _ stage: FunnelStage, _ routing: RoutingClass = .ordinary,
        value valueRule: ValueRule = .plain, id businessIDs: [BusinessIDChoice] = [],
        isIDRequired requiresBusinessID: Bool = false, names: [String] = [], ambiguous: [String] = []
    ) {
        self.name = EventName(name)
        self.trackStackName = trackStackName
        self.stage = stage
        self.routing = routing
        self.valueRule = valueRule
        self.businessIDs = businessIDs
        self.requiresBusinessID = requiresBusinessID
        sourceNames = names
        ambiguousNames = ambiguous
    }
}

/// Every event the gateway has a name for; the table is in `EventRegistry+Table.swift`.
public enum EventRegistry {
    /// All rows: TrackStack's 66 by stage, then the others.
    public static let definitions: [EventDefinition] =
        awareness + interest + acquisition + activation + revenue + product + extensions

    /// The row of a canonical name, or nil.
    public static func definition(named name: String) -> EventDefinition? {
        byName[name]
    }

    /// The names under which business keys are kept (`order_id`, `checkout_id+step`, …), and `event_id`.
    public static let businessKeyNames: [String] =
        ["event_id"] + Set(definitions.flatMap { $0.businessIDs.map(\.name) }).sorted()

    private static let byName = Dictionary(uniqueKeysWithValues: definitions.map { ($0.name.text, $0) })
}
