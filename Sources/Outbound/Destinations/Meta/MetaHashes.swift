import EventModel
import JSON

/// The hashes in `user_data` that Meta knows people by, lists of one (reference meta, 2.3); Snap took them over.
enum MetaHashes {
    static func write(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.list("em", event.hash(.email))
        json.list("ph", event.hash(.phone))
        json.list("fn", event.hash(.firstName))
        json.list("ln", event.hash(.lastName))
        json.list("ge", event.hash(.gender))
        json.list("db", event.hash(.birthDate))
        json.list("ct", event.hash(.city))
        json.list("st", event.hash(.state))
        json.list("zp", event.hash(.postalCode))
        json.list("country", event.hash(.country))
    }
}
