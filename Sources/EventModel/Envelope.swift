public import JSON
public import Platform

/// One item of a request, unwrapped from its transport dialect but not read yet.
///
/// Looks into the request's ``JSONDocument``: valid while that lives and has not parsed another text.
public struct Envelope {
    /// The event's own object, after unwrapping.
    public var body: JSONValue
    /// What the typed route says the type is; wins over the body's.
    public var routeType: EnvelopeType?
    /// Batch-level values that apply where the item has none.
    public var batchContext: JSONValue?
    /// The batch's `integrations` object, which applies where the item has none.
    public var batchIntegrations: JSONValue?
    /// When the sender says it sent the batch, which applies where the item does not say; for the clock's correction.
    public var batchSentAt: JSONValue?
    /// What unwrapping had to say.
    public var notes: NoteList
    /// The item as it came, where ``body`` is a rewritten form of it.
    public var original: JSONValue?

    /// Whether the event is made of a third party's payload, which has no place for an id of whom it is about.
    public var isPayload = false

    /// An envelope outside any batch; the decoder adds what the batch says.
    public init(body: JSONValue, routeType: EnvelopeType? = nil, notes: NoteList = NoteList()) {
        self.body = body
        self.routeType = routeType
        self.notes = notes
    }
}

extension Envelope {
    /// The sender's message id as it stands, for an answer about an item that is not taken; nil if it is no short text.
    public var messageID: String? {
        guard let text = (body[Self.camelMessageID] ?? body[Self.snakeMessageID])?.string, text.utf8.count <= 256 else {
            return nil
        }
        return text
    }

    private static let camelMessageID = JSONKey("messageId")
    private static let snakeMessageID = JSONKey("message_id")
}

/// Facts of the request that items may need.
public struct TransportFacts: Sendable {
    /// The `SentAt` header of RudderStack's JavaScript SDK.
    public var sentAt: String?
    /// Whether `Sec-GPC: 1` or `DNT: 1` was set.
    public var globalPrivacyControl: Bool
    /// The browser's address, for native routes behind trusted proxies.
    public var clientIP: String?
    /// Whether a header shows RudderStack as the sender, which decides whose rules for times apply (4.7).
    public var hasRudderStackHeader = false
    /// The browser's user agent, for native routes.
    public var userAgent: String?
    /// When the gateway had the whole request.
    public var receivedAt: Timestamp

    /// The facts of a request that said nothing in its headers.
    public init(receivedAt: Timestamp) {
        self.receivedAt = receivedAt
        globalPrivacyControl = false
    }
}
