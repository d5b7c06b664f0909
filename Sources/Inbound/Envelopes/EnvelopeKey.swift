import JSON

/// The member names that decoding and authentication look up, hashed once.
enum EnvelopeKey {
    static let batch: JSONKey = "batch"
    static let body: JSONKey = "body"
    static let context: JSONKey = "context"
    static let endpoint: JSONKey = "endpoint"
    static let event: JSONKey = "event"
    static let eventName: JSONKey = "event_name"
    static let integrations: JSONKey = "integrations"
    static let json: JSONKey = "json"
    static let messageID: JSONKey = "messageId"
    static let method: JSONKey = "method"
    static let sentAt: JSONKey = "sentAt"
    static let thinMessageID: JSONKey = "message_id"
    static let thinSentAt: JSONKey = "sent_at"
    static let transformedJSON: JSONKey = "JSON"
    static let type: JSONKey = "type"
    static let writeKey: JSONKey = "writeKey"
}
