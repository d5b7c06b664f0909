import EventModel
import JSON
import Outbound
import Platform
import Storage

/// Which events an operator wants to see; all that is given must hold.
struct EventQuestion {
    /// Events stay in the queue for the disk a moment; those that came before a time were stored before this much later.
    private static let commitDelay = Duration.seconds(600)

    let account: String?
    let environment: String?
    let source: String?
    let name: String?
    let eventID: String?
    let messageID: String?
    let verdict: EventVerdict?
    /// Only events with a delivery in this state.
    let status: DeliveryStatus?
    let from: Timestamp?
    let until: Timestamp?

    init(_ request: AdminRequest) {
        account = request["account"]
        environment = request["environment"]
        source = request["source"]
        name = request["event_name"]
        eventID = request["event_id"]
        messageID = request["message_id"]
        verdict = request["verdict"].flatMap { EventVerdict(rawValue: $0) }
        status = request["status"].flatMap { DeliveryStatus(rawValue: $0) }
        from = request.time("from")
        until = request.time("to")
    }

    /// Where the newest event that can be meant is; nil for the newest there is.
    var start: DeliveryPlace? { until.map { DeliveryPlace(before: $0 + Self.commitDelay) } }

    /// Whether an event, and with it every older one, came before ``from``.
    func isBefore(_ sequence: EventSequence) -> Bool {
        // An event is stored after it came, and sequences follow the clock of the store.
        from.map { SequenceClock.time(of: sequence) < $0 } ?? false
    }

    /// Whether what an event says is meant.
    func isMeant(_ event: EventSummary) -> Bool {
        func holds(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
        guard
            holds(account, event.account) && holds(environment, event.environment) && holds(source, event.source)
                && holds(name, event.name) && holds(eventID, event.eventID) && holds(messageID, event.messageID)
        else { return false }
        guard from != nil || until != nil else { return true }
        guard let receivedAt = event.receivedAt.flatMap({ AdminTime.timestamp($0) }) else { return false }
        return (from.map { receivedAt >= $0 } ?? true) && (until.map { receivedAt < $0 } ?? true)
    }

    /// Whether what became of an event is meant.
    func isMeant(_ deliveries: [Delivery], _ verdict: EventVerdict) -> Bool {
        (self.verdict.map { $0 == verdict } ?? true)
            && (status.map { status in deliveries.contains { $0.status == status } } ?? true)
    }

    /// The parameters that say it.
    static var parameters: [AdminParameter] {
        [
            .text("account", "Only events of this account."), .text("environment", "Only events of this environment."),
            .text("source", "Only events that this source was the first to bring."),
            .text("event_name", "Only events of this canonical name."),
            .text("event_id", "Only events with this `event_id`."),
            .text("message_id", "Only events whose first sender gave this `messageId`."),
            AdminParameter(
                "verdict", .choice(EventVerdict.allCases.map(\.rawValue)),
                "Only events that came once (`accepted`), again (`duplicate`), or again with other content (`conflict`)."
            ),
            AdminParameter(
                "status", .choice(DeliveryStatus.allCases.map(\.rawValue)), "Only events with a delivery in this state."
            ),
            AdminParameter("from", .time, "Only events that came in at this time or later."),
            AdminParameter("to", .time, "Only events that came in before this time."),
        ]
    }
}
