import EventModel
import JSON

/// Reads TrackStack's flat captures as the track envelopes that canonicalization knows.
///
/// A capture says everything side by side: `event`, `eventId`, `email`, `phone`, `externalId`, `pageUrl`, `referrer`,
/// click ids, `value`, `currency` (``CaptureField``). Here each finds the place that an envelope has for it, so that one
/// canonicalizer reads all senders. What a capture has beside that goes to the properties, where click ids are looked for
/// first (reference inbound, 8.1). `eventId` becomes `properties.event_id`, the explicit id of reference inbound, 6.6.
///
/// An item with a `type` is an envelope already and stays as it is. Reuses its memory; belongs to one thread at a time.
public final class CaptureReader {
    private let document = JSONDocument()

    /// A reader that has read nothing yet.
    public init() {}

    /// The items of a body with envelopes for captures.
    ///
    /// - Parameter body: The items; their document must not have parsed another text.
    /// - Returns: The items in order, valid as long as the given ones and until the next call.
    /// - Throws: A fault of the body as a whole, which only a body at the edge of the limits has.
    public func read(_ body: DecodedBody) throws(RequestFault) -> DecodedBody {
        document.trim()
        var writer = CaptureWriter()
        var items = body.items
        var rewritten: [Int] = []
        for (index, item) in items.enumerated() {
            guard case .success(var envelope) = item, envelope.body[EnvelopeKey.type] == nil else { continue }
            do {
                try writer.write(envelope)
                envelope.notes.add(writer.notes)
                items[index] = .success(envelope)
                rewritten.append(index)
            } catch {
                items[index] = .failure(RefusedItem(rejection: error, messageID: envelope.messageID))
            }
        }
        guard !rewritten.isEmpty else { return DecodedBody(form: body.form, items: items) }
        let texts = try parse(writer.finish())
        for (index, text) in zip(rewritten, texts.elements) {
            items[index] = items[index].map { envelope in
                var envelope = envelope
                envelope.original = envelope.body
                envelope.body = text
                return envelope
            }
        }
        return DecodedBody(form: body.form, items: items)
    }

    /// Whether an object is a capture or an envelope rather than a batch of them.
    static func isEvent(_ object: JSONValue) -> Bool {
        object[EnvelopeKey.type] != nil || object[EnvelopeKey.event] != nil || object[EnvelopeKey.eventName] != nil
    }

    /// The text was read once, so that only its limits can fail; a capture gets a few values and levels more.
    private func parse(_ text: [UInt8]) throws(RequestFault) -> JSONValue {
        let limits = JSONLimits(depth: 80, valueCount: 2 * EnvelopeDecoder.itemLimit * EnvelopeDecoder.nodeLimitPerItem)
        do throws(JSONError) {
            return try document.parse(text, limits: limits)
        } catch {
            throw text.withUnsafeBytes { RequestFault(error, in: $0) }
        }
    }
}
