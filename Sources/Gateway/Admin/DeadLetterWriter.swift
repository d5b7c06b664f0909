import EventModel
import JSON
import Platform
import Storage

/// Writes dead letters as operators see them.
struct DeadLetterWriter<Store: KeyValueStore>: Sendable {
    private let events: EventReader<Store>
    private let store: DeliveryRecordStore<Store>

    /// The attempts that are shown, the last ones: each may hold 64 KiB of request and answer.
    private static var attemptLimit: Int { 10 }

    init(_ store: Store, _ registry: NumberRegistry) {
        events = EventReader(store)
        self.store = DeliveryRecordStore(store, registry)
    }

    /// The canonical name of a delivery's event, or nil if the event is gone.
    func eventName(of delivery: Delivery) throws(StoreError) -> String? {
        guard let event = try events.event(delivery.account, delivery.sequence) else { return nil }
        return EventFields.name(of: event.canonical, JSONDocument())
    }

    /// A dead letter in short.
    func line(_ delivery: Delivery) throws(StoreError) -> [UInt8] {
        let event = try events.event(delivery.account, delivery.sequence)
        var json = JSONWriter()
        json.object { json in write(delivery, event, to: &json) }
        return json.bytes
    }

    /// A dead letter with its last attempts: the payload as it was rendered, and the answers.
    func whole(_ delivery: Delivery, destinationState: String) throws(StoreError) -> [UInt8] {
        let event = try events.event(delivery.account, delivery.sequence)
        let attempts = try store.lastAttempts(of: delivery, limit: Self.attemptLimit)
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            write(delivery, event, to: &json)
            json.member("destination_state", destinationState)
            json.key("attempts")
            json.array { json in for attempt in attempts { json.attempt(attempt) } }
        }
        return json.bytes
    }

    private func write(_ delivery: Delivery, _ event: EventRecord?, to json: inout JSONWriter) {
        json.member("id", "\(delivery.sequence.value)/\(delivery.destination)")
        json.member("destination", delivery.destination)
        json.member("reason", delivery.dropReason?.rawValue)
        json.time("died_at", delivery.deadTime)
        if let event {
            let document = JSONDocument()
            // What the store holds was written by us; an event that is none has no name and no id.
            let root = try? document.parse(event.canonical)
            json.member("event_name", root?[name: "event_name"]?.string)
            json.member("event_id", root?[name: "event_id"]?.string)
            json.member("account", root?[name: "account"]?.string)
            json.member("environment", root?[name: "environment"]?.string)
        }
        json.member("attempts_made", delivery.attemptCount)
        if let status = delivery.lastStatusCode { json.member("last_status", status) }
        json.member("last_error", delivery.lastError)
        json.time("queued_at", delivery.queuedAt)
        json.time("last_attempt_at", delivery.lastAttemptAt)
        if delivery.isAmbiguous { json.member("ambiguous", true) }
        json.member("template_version", delivery.templateVersion)
        if delivery.sendsKeptBody { json.member("original_body", true) }
    }
}
