import JSON

/// What a batch says for all of its items (reference inbound, 1.7).
struct BatchMembers {
    let context: JSONValue?
    let integrations: JSONValue?
    let sentAt: JSONValue?
    /// How long the objects are that every item is handled and stored with, in bytes.
    let byteCount: Int
    /// How many values and keys they have.
    let nodeCount: Int

    /// What the object around the items says; nil if there is none.
    init(_ batch: JSONValue?) {
        context = batch?[EnvelopeKey.context]?.ifKind(.object)
        integrations = batch?[EnvelopeKey.integrations]?.ifKind(.object)
        sentAt = batch?[EnvelopeKey.sentAt] ?? batch?[EnvelopeKey.thinSentAt]
        byteCount = (context?.rawBytes.count ?? 0) + (integrations?.rawBytes.count ?? 0)
        nodeCount = (context?.nodeCount ?? 0) + (integrations?.nodeCount ?? 0)
    }

    /// How many members the objects have at all depths.
    var memberCount: Int { (context?.memberCount ?? 0) + (integrations?.memberCount ?? 0) }
}
