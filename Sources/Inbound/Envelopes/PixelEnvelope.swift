import Crypto
import EventModel
import JSON
import Platform

/// Writes the event that the address of an image carries as the body that an SDK would have posted
/// (reference inbound, 3.1 and 3.7).
enum PixelEnvelope {
    /// How many parameters a query may have; the header's own limit allows many more.
    static let parameterLimit = 1000
    /// How many dots the name of a parameter may have.
    static let depthLimit = 32

    /// The event as JSON.
    ///
    /// - Parameters:
    ///   - parameters: The query, decoded; of those with one name the first counts.
    ///   - form: Whose form the query has.
    ///   - type: What the path says about the event's type.
    ///   - now: The time of the event in RudderStack's form, unless the query says another.
    /// - Returns: The text of one object; for Segment's `data` what it decodes to, whatever that is.
    /// - Throws: `pixel_invalid`.
    static func body(
        _ parameters: [(name: String, value: String)], _ form: EventRoute.PixelForm, _ type: EnvelopeType,
        now: Timestamp
    ) throws(RequestFault) -> [UInt8] {
        guard parameters.count <= parameterLimit else {
            throw RequestFault(.pixelInvalid, "the query has more than \(parameterLimit) parameters; send fewer")
        }
        if form == .segment, let data = parameters.first(where: { $0.name == "data" }) {
            // Whoever did not encode the plus signs of base64 has sent blanks.
            let digits = data.value.utf8.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }
            guard let json = Base64.decode(digits) else {
                throw RequestFault(.pixelInvalid, "`data` is not base64; send base64 of one JSON object", field: "data")
            }
            return json
        }
        let fields = Fields()
        if form == .rudderstack {
            try fields.set("channel", .text("web"))
            try fields.set("integrations.All", .flag(true))
            try fields.set("originalTimestamp", .text(now.rfc3339))
            try fields.set("sentAt", .text(now.rfc3339))
        }
        var seen: Set<String> = ["writeKey"]
        for (name, value) in parameters where seen.insert(name).inserted {
            try fields.set(name, .text(form == .rudderstack ? adjusted(value, of: name, type) : value))
        }
        try fields.set("type", .text(type.rawValue))
        return fields.json
    }

    /// RudderStack's gateway takes the quotes off an anonymous id, and gives a nameless page a name.
    private static func adjusted(_ value: String, of name: String, _ type: EnvelopeType) -> String {
        if name == "anonymousId", value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
            return String(value.dropFirst().dropLast())
        }
        if name == "name", type == .page, value.isEmpty { return "Unknown Page" }
        return value
    }
}

/// An object that is made from dotted names; a class, so that one deep inside is changed where it is.
private final class Fields {
    enum Value {
        case text(String)
        case flag(Bool)
        case object(Fields)
    }

    private var members: [(name: String, value: Value)] = []
    /// Where in `members` a name is.
    private var positions: [String: Int] = [:]

    /// Sets what a dotted name stands for: `properties.price` is `price` in `properties`.
    func set(_ path: String, _ value: Value) throws(RequestFault) {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= PixelEnvelope.depthLimit else {
            throw RequestFault(
                .pixelInvalid, "a parameter has more than \(PixelEnvelope.depthLimit - 1) dots in its name")
        }
        set(parts[...], value)
    }

    private func set(_ parts: ArraySlice<Substring>, _ value: Value) {
        guard let first = parts.first else { return }
        let name = String(first)
        guard parts.count > 1 else { return put(value, at: name) }
        if let position = positions[name], case .object(let inner) = members[position].value {
            return inner.set(parts.dropFirst(), value)
        }
        let inner = Fields()
        inner.set(parts.dropFirst(), value)
        put(.object(inner), at: name)
    }

    private func put(_ value: Value, at name: String) {
        if let position = positions[name] {
            members[position].value = value
        } else {
            positions[name] = members.count
            members.append((name, value))
        }
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// An object, or a list if the names are 0, 1, 2 and so on: `products.0.sku`.
    private func write(to writer: inout JSONWriter) {
        let isList = !members.isEmpty && members.indices.allSatisfy { members[$0].name == String($0) }
        if isList { writer.beginArray() } else { writer.beginObject() }
        for (name, value) in members {
            if !isList { writer.key(name: name) }
            switch value {
            case .text(let text): writer.value(text)
            case .flag(let flag): writer.value(flag)
            case .object(let fields): fields.write(to: &writer)
            }
        }
        if isList { writer.endArray() } else { writer.endObject() }
    }
}
