import Crypto
import EventModel
import JSON

/// Puts what is known of a person into the `user_data` of a canonical event that does not say it itself
/// (docs/adr/0021-enrichment.md).
enum PersonCompletion {
    /// An event with more of its person in it.
    struct Completed {
        /// The canonical event.
        let canonical: [UInt8]
        /// What was filled in, which stands in `user_data.enriched` as well.
        let parts: [KnownPerson.Part]
    }

    /// The completed event.
    ///
    /// - Parameters:
    ///   - event: The canonical event.
    ///   - bytes: The text that `event` looks into.
    ///   - person: What is known.
    /// - Returns: Nil if there is nothing to fill in.
    static func complete(_ event: JSONValue, _ bytes: [UInt8], with person: KnownPerson) -> Completed? {
        guard let user = event[userDataKey], user.kind == .object else { return nil }
        let entries = person.entries.filter { isMissing($0, in: user) }
        if entries.isEmpty { return nil }
        let end = user.offset + user.rawBytes.count
        var json = JSONWriter(capacity: end - user.offset + 2048)
        json.object { json in
            for member in user.members {
                json.key(name: member.name)
                json.raw(member.value)
            }
            for entry in entries { write(entry, to: &json, missingIn: user) }
            json.key("enriched")
            json.array { json in for entry in entries { json.value(entry.part.rawValue) } }
        }
        return Completed(
            canonical: bytes[..<user.offset] + json.bytes + bytes[end...], parts: entries.map(\.part))
    }

    /// Whether an event says nothing of a part, and nothing that speaks against it.
    private static func isMissing(_ entry: KnownPerson.Entry, in user: JSONValue) -> Bool {
        guard let names = ownNames[entry.part], !names.contains(where: { has($0, user) }) else { return false }
        guard entry.part == .address else { return true }
        // Somebody who orders from elsewhere lives elsewhere.
        return [KnownPerson.Place.country, .state].allSatisfy { place in
            guard let stated = placeKeys[place].flatMap({ user[$0] }), !stated.isNull else { return true }
            return stated.string == entry[place]
        }
    }

    private static func has(_ key: JSONKey, _ user: JSONValue) -> Bool { user[key].map { !$0.isNull } ?? false }

    private static func write(_ entry: KnownPerson.Entry, to json: inout JSONWriter, missingIn user: JSONValue) {
        for hash in entry.hashes {
            guard let key = hashKeys[hash.field], !has(key, user) else { continue }
            json.key(name: hash.field.rawValue)
            json.value(hash.digest.hex)
        }
        for place in entry.places {
            guard let key = placeKeys[place.place], !has(key, user) else { continue }
            json.key(name: place.place.rawValue)
            json.value(place.text)
        }
    }

    private static let userDataKey: JSONKey = "user_data"
    private static let hashKeys = Dictionary(
        uniqueKeysWithValues: HashedField.allCases.map { ($0, JSONKey($0.rawValue)) })
    private static let placeKeys = Dictionary(
        uniqueKeysWithValues: KnownPerson.Place.allCases.map { ($0, JSONKey($0.rawValue)) })

    /// The members that say something of a part: its hashes, and what sources that keep plain values have of it.
    ///
    /// A country or a state alone is no address of the event's own.
    private static let ownNames: [KnownPerson.Part: [JSONKey]] = {
        var names: [KnownPerson.Part: [JSONKey]] = [
            .email: ["email"], .phone: ["phone"], .name: ["first_name", "last_name"],
            .address: ["city", "postal_code"],
        ]
        for field in HashedField.allCases where field != .country && field != .state {
            if let key = hashKeys[field] { names[field.part, default: []].append(key) }
        }
        return names
    }()
}

extension EventView {
    /// The event completed with what is known of its person; the view itself if there is nothing to fill in.
    func completed(with person: KnownPerson) -> EventView {
        guard let completed = PersonCompletion.complete(canonical, canonicalBytes, with: person),
            // What was JSON is JSON with more members; should it not be, the event as it is beats losing it.
            let view = try? reader.view(ofEnriched: completed.canonical, with: completed.parts, whileKeeping: self)
        else { return self }
        return view
    }
}
