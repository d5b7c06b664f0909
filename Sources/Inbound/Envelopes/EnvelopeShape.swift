import EventModel
import JSON

/// One item of a webhook body without the wrapper that some senders put around it (reference inbound, 1.7).
///
/// Signatures and decoding both go through this, so that what was signed is what is read.
struct EnvelopeShape {
    /// The event's own object.
    let event: JSONValue
    /// Which wrapper was taken off.
    let note: Note?

    /// An item that is its own event, as SDKs send it.
    init(plain item: JSONValue) {
        event = item
        note = nil
    }

    /// An item of a webhook.
    init(_ item: JSONValue) {
        if let content = item.extensibleContent {
            event = content
            note = .unwrappedExtensible
        } else if let content = item.transformedContent {
            event = content
            note = .unwrappedTransformerPayload
        } else {
            event = item
            note = nil
        }
    }
}

extension JSONValue {
    /// What Segment's Extensible Webhook wrapped: the object under `json`, when that is the only member (row 108).
    var extensibleContent: JSONValue? {
        guard count == 1, let content = self[EnvelopeKey.json], content.kind == .object else { return nil }
        return content
    }

    /// The event in a RudderStack transformer's output, which users copy from Live Events (row 107).
    var transformedContent: JSONValue? {
        guard let content = self[EnvelopeKey.body]?[EnvelopeKey.transformedJSON], content.kind == .object,
            self[EnvelopeKey.endpoint] != nil, self[EnvelopeKey.method] != nil
        else { return nil }
        return content
    }
}

extension JSONValue {
    /// This value if it is of that kind, else nil.
    func ifKind(_ kind: JSONKind) -> JSONValue? { self.kind == kind ? self : nil }
}
