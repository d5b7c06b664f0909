import EventModel
import JSON
import Outbound
import Platform
import Storage

/// A stored event in short, as lists show it.
struct EventSummary {
    let sequence: EventSequence
    let account: String?
    let environment: String?
    let source: String?
    let name: String?
    let eventID: String?
    let messageID: String?
    let receivedAt: String?
    private let occurredAt: String?
    private let identityState: String?
    private let profile: String?

    /// Reads what was stored; an event that is none has no names.
    init(_ event: StoredEvent, _ document: JSONDocument) {
        sequence = event.sequence
        // What the store holds was written by us; anything else is told by what is missing.
        let root = try? document.parse(event.canonical)
        account = root?[Keys.account]?.string
        environment = root?[Keys.environment]?.string
        source = root?[Keys.source]?.string
        name = root?[Keys.name]?.string
        eventID = root?[Keys.eventID]?.string
        messageID = root?[Keys.messageID]?.string
        receivedAt = root?[Keys.receivedAt]?.string
        occurredAt = root?[Keys.occurredAt]?.string
        // The document is used again, so nothing of the event is read from here on.
        let identity = (try? document.parse(event.decisions))?[Keys.identity]
        identityState = identity?[Keys.state]?.string
        profile = identity?[Keys.profile]?.string
    }

    /// One JSON object.
    func json(verdict: EventVerdict, repetitions: Int, _ deliveries: [Delivery]) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("sequence", String(sequence.value))
            json.member("event_name", name)
            json.member("event_id", eventID)
            json.member("message_id", messageID)
            json.member("account", account)
            json.member("environment", environment)
            json.member("source", source)
            json.member("received_at", receivedAt)
            json.member("occurred_at", occurredAt)
            json.member("verdict", verdict.rawValue)
            json.member("repetitions", repetitions)
            json.member("identity_state", identityState)
            json.member("profile_id", profile)
            json.key("deliveries")
            json.array { json in
                for delivery in deliveries {
                    json.object { json in
                        json.member("destination", delivery.destination)
                        json.member("status", delivery.status.rawValue)
                        json.member("reason", delivery.dropReason?.rawValue)
                    }
                }
            }
        }
        return json.bytes
    }

    /// What ``json(verdict:repetitions:_:)`` writes.
    static var schema: AdminSchema {
        .object(
            "Event",
            [
                AdminField("sequence", .sequence), .maybe("event_name", .text()), .maybe("event_id", .text()),
                .maybe("message_id", .text()), .maybe("account", .text()), .maybe("environment", .text()),
                .maybe("source", .text()), .maybe("received_at", .time), .maybe("occurred_at", .time),
                AdminField("verdict", .choice(EventVerdict.allCases.map(\.rawValue))),
                AdminField("repetitions", .integer),
                .maybe("identity_state", .choice(IdentityState.allCases.map(\.rawValue))),
                .maybe("profile_id", .text("As it was when the event came.")),
                AdminField(
                    "deliveries",
                    .list(
                        .object(
                            "DeliveryState",
                            [
                                AdminField("destination", .text()),
                                AdminField("status", .choice(DeliveryStatus.allCases.map(\.rawValue))),
                                .maybe("reason", .choice(DropReason.allCases.map(\.rawValue))),
                            ]))),
            ])
    }

    private enum Keys {
        static let account = JSONKey("account")
        static let environment = JSONKey("environment")
        static let source = JSONKey("source")
        static let name = JSONKey("event_name")
        static let eventID = JSONKey("event_id")
        static let messageID = JSONKey("message_id")
        static let receivedAt = JSONKey("received_at")
        static let occurredAt = JSONKey("occurred_at")
        static let identity = JSONKey("identity")
        static let state = JSONKey("state")
        static let profile = JSONKey("profile_id")
    }
}

/// What dedup has seen of a stored event.
///
/// Raw values are contracts.
enum EventVerdict: String, CaseIterable {
    /// It came once.
    case accepted
    /// It came again, and said the same.
    case duplicate
    /// It came again, and said something else.
    case conflict

    init(_ sightings: [Sighting]) {
        self = sightings.contains { $0.isConflict } ? .conflict : sightings.isEmpty ? .accepted : .duplicate
    }
}
