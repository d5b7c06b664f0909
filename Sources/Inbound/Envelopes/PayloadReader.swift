import EventModel
import JSON

/// Reads what third parties post to RudderStack's webhook source as track envelopes (reference inbound, 3.1).
///
/// A payload is JSON of any form: an object is one event, and each object of an array is one. Its members are the event's
/// properties, none of them a field of the envelope. Forms and queries become objects first. The server of RudderStack
/// does the same by a transformation (rudder-transformer, `src/sources/webhook/transform.js`) but for arrays, which it
/// makes one event's properties.
///
/// Reuses its memory; belongs to one thread at a time.
final class PayloadReader {
    private let document = JSONDocument()

    /// The envelopes of a payload, valid until the next call.
    ///
    /// - Parameters:
    ///   - root: The payload; its document must not have parsed another text.
    ///   - route: Where it came in.
    ///   - authentication: Who sent it.
    /// - Returns: The items in order, each an event or why it cannot be taken.
    /// - Throws: What is wrong with the body as a whole.
    func read(
        _ root: JSONValue, route: EventRoute, authentication: Authentication
    ) throws(RequestFault) -> DecodedBody {
        document.trim()
        var json = JSONWriter(capacity: root.rawBytes.count + 128)
        switch root.kind {
        case .object: Self.write(root, to: &json)
        case .array where root.count > EnvelopeDecoder.itemLimit: throw EnvelopeDecoder.tooManyItems
        case .array:
            json.beginArray()
            for element in root.elements {
                if element.kind == .object { Self.write(element, to: &json) } else { json.raw(element) }
            }
            json.endArray()
        default:
            throw RequestFault(.notAnObject, "the body is neither a JSON object nor an array of them; send one object")
        }
        return try EnvelopeDecoder.decode(try parse(json.bytes), route: route, authentication: authentication)
    }

    private static func write(_ payload: JSONValue, to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", "track")
        json.member("event", "webhook_source_event")
        json.key("properties")
        json.raw(payload)
        json.endObject()
    }

    /// The text was read once, so that only its limits can fail; it is a few values and levels more.
    private func parse(_ text: [UInt8]) throws(RequestFault) -> JSONValue {
        let limits = JSONLimits(
            depth: 80, valueCount: 2 * EnvelopeDecoder.itemLimit * EnvelopeDecoder.nodeLimitPerItem,
            acceptsNonFinite: true)
        do throws(JSONError) {
            return try document.parse(text, limits: limits)
        } catch {
            throw text.withUnsafeBytes { RequestFault(error, in: $0) }
        }
    }

    // MARK: - Forms and queries

    /// The object that a form's bytes become: each name with the list of its values, as Go's `url.Values` is written.
    ///
    /// - Throws: `invalid_utf8`, or `bad_request` for what is not percent-encoded.
    static func object(ofForm body: UnsafeRawBufferPointer) throws(RequestFault) -> [UInt8] {
        guard let text = String(validating: body, as: UTF8.self) else {
            throw RequestFault(.invalidUTF8, "the form is not UTF-8; send UTF-8, percent-encoded")
        }
        let form = QueryString(text)
        guard form.isWhole else {
            throw RequestFault(.badRequest, "a field of the form is not percent-encoded UTF-8; encode names and values")
        }
        guard !form.pairs.isEmpty else { throw RequestFault(.emptyBody, "the form is empty; send at least one field") }
        return object(of: form.pairs, isSingleText: false)
    }

    /// The object that a query becomes: each name but the write key's with its value, or the list of its values.
    ///
    /// - Throws: `empty_body` for a query that says nothing.
    static func object(ofQuery parameters: [(name: String, value: String)]) throws(RequestFault) -> [UInt8] {
        let parameters = parameters.filter { $0.name != "writeKey" }
        guard !parameters.isEmpty else {
            throw RequestFault(.emptyBody, "the query has no parameters beside the write key; send at least one")
        }
        return object(of: parameters, isSingleText: true)
    }

    private static func object(of pairs: [(name: String, value: String)], isSingleText: Bool) -> [UInt8] {
        var positions: [String: Int] = [:]
        var members: [(name: String, values: [String])] = []
        for (name, value) in pairs {
            if let position = positions[name] {
                members[position].values.append(value)
            } else {
                positions[name] = members.count
                members.append((name, [value]))
            }
        }
        var json = JSONWriter()
        json.beginObject()
        for (name, values) in members {
            json.key(name: name)
            if isSingleText, values.count == 1 {
                json.value(values[0])
            } else {
                json.array { json in for value in values { json.value(value) } }
            }
        }
        json.endObject()
        return json.bytes
    }
}
