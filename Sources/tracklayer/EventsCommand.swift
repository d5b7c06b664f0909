import Gateway
import JSON
import Outbound

/// `tracklayer events`: what came in.
enum EventsCommand: Command {
    static let name = "events"
    static let summary = "list what came in, the newest first, or show one event whole"
    static let help = """
        events list [FILTER …] [--limit N] [--cursor C] [--json]
               tracklayer events show SEQUENCE [--json]

        Asks the running gateway's admin API. All filters that are given must hold. show takes the number that list shows;
        by an event_id or messageId, `tracklayer explain` finds the same. Exit code 1 when there is no such event.
        """
    private static let filters = [
        Option("--account", "NAME", "only events of this account"),
        Option("--environment", "NAME", "only events of this environment"),
        Option("--source", "NAME", "only events that this source brought"),
        Option("--event-name", "NAME", "only events of this canonical name"),
        Option("--event-id", "ID", "only events with this event_id"),
        Option("--message-id", "ID", "only events with this messageId"),
        Option("--verdict", "VERDICT", "accepted, duplicate (came again) or conflict (came again, other content)"),
        Option("--status", "STATUS", "only events with a delivery that is queued, delivered, failed or dropped"),
        Option("--from", "TIME", "only those that came at this time or later (2026-01-31T12:00:00Z)"),
        Option("--to", "TIME", "only those that came before this time"),
    ]
    static let options = [Option.config] + filters + AdminList.options + [.json]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let words = arguments.positional
        switch words.first {
        case "list"?:
            guard words.count == 1 else { throw UsageError("list takes no words, only options") }
            return try AdminClient.run(arguments) { admin, _ in
                try AdminList(path: "/api/events", member: "events", pageLimit: 500).show(
                    arguments.query(filters), arguments, admin,
                    table: ["SEQUENCE", "RECEIVED", "EVENT", "EVENT_ID", "SOURCE", "VERDICT", "PERSON", "DELIVERIES"],
                    nothing: "There are no such events.", row: row)
                return .done
            }
        case "show"?:
            guard words.count == 2 else { throw UsageError("give one SEQUENCE, as `tracklayer events list` shows it") }
            return try AdminClient.run(arguments) { admin, _ in
                try admin.show("/api/events/\(FormEncoding.percentEncoded(words[1]))", arguments) {
                    ExplainText(event: $0).lines
                }
                return .done
            }
        default: throw UsageError("events needs one of list, show")
        }
    }

    private static func row(_ event: JSONValue) -> [String] {
        let deliveries = event[name: "deliveries"].map { Array($0.elements) } ?? []
        let states = deliveries.map { delivery in
            let reason = delivery[name: "reason"]?.string.map { " (\($0))" } ?? ""
            return "\(delivery.text("destination")) \(delivery.text("status"))\(reason)"
        }
        let repetitions = event[name: "repetitions"]?.int64 ?? 0
        return [
            event.text("sequence"), event.text("received_at"), event.text("event_name"),
            Terminal.short(event.text("event_id"), 40), event.text("source"),
            event.text("verdict") + (repetitions > 0 ? " ×\(repetitions)" : ""), event.text("identity_state"),
            states.isEmpty ? "-" : states.joined(separator: ", "),
        ]
    }
}
