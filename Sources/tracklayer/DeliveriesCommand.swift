import Gateway
import JSON
import Outbound

/// `tracklayer deliveries`: what becomes of events, one destination each.
enum DeliveriesCommand: Command {
    static let name = "deliveries"
    static let summary = "list deliveries, those of the newest events first, or show one with its attempts"
    static let help = """
        deliveries list [FILTER …] [--limit N] [--cursor C] [--json]
               tracklayer deliveries show ID [--json]

        Asks the running gateway's admin API. All filters that are given must hold. ID is as list shows it:
        SEQUENCE/DESTINATION. Exit code 1 when there is no such delivery.
        """
    private static let filters = [
        Option("--destination", "NAME", "only those to this destination"),
        Option("--status", "STATUS", "only those that are queued, delivered, failed (tried again) or dropped"),
        Option("--reason", "REASON", "only those dropped for this reason"),
        Option("--account", "NAME", "only those of this account"),
        Option("--event-name", "NAME", "only those of events of this canonical name"),
        Option("--event-id", "ID", "only those of events with this event_id"),
        Option("--sequence", "N", "only those of this event"),
        Option("--from", "TIME", "only those of events stored at this time or later (2026-01-31T12:00:00Z)"),
        Option("--to", "TIME", "only those of events stored before this time"),
    ]
    static let options = [Option.config] + filters + AdminList.options + [.json]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let words = arguments.positional
        switch words.first {
        case "list"?:
            guard words.count == 1 else { throw UsageError("list takes no words, only options") }
            return try AdminClient.run(arguments) { admin, _ in
                try AdminList(path: "/api/deliveries", member: "deliveries", pageLimit: 500).show(
                    arguments.query(filters), arguments, admin,
                    table: [
                        "ID", "STATUS", "REASON", "TRIES", "HTTP", "LATENCY", "EVENT", "EVENT_ID", "NEXT", "LAST ERROR",
                    ],
                    nothing: "There are no such deliveries.", row: row)
                return .done
            }
        case "show"?:
            let parts = words.count == 2 ? words[1].split(separator: "/", maxSplits: 1) : []
            guard parts.count == 2 else {
                throw UsageError("give one ID, SEQUENCE/DESTINATION, as `tracklayer deliveries list` shows it")
            }
            let path = parts.map { FormEncoding.percentEncoded(String($0)) }.joined(separator: "/")
            return try AdminClient.run(arguments) { admin, _ in
                try admin.show("/api/deliveries/\(path)", arguments) { DeliveryText($0).lines }
                return .done
            }
        default: throw UsageError("deliveries needs one of list, show")
        }
    }

    private static func row(_ delivery: JSONValue) -> [String] {
        [
            delivery.text("id"), delivery.text("status"), delivery.text("reason"), delivery.text("attempts_made"),
            delivery.text("last_status"), delivery[name: "latency_ms"].map { "\($0.scalarText) ms" } ?? "-",
            delivery.text("event_name"), Terminal.short(delivery.text("event_id"), 40),
            delivery.text("next_attempt_at"),
            Terminal.short(delivery.text("last_error").replacing("\n", with: " "), 60),
        ]
    }
}

/// One delivery as an operator reads it.
struct DeliveryText {
    private(set) var lines: [String] = []

    init(_ delivery: JSONValue) {
        lines.append("\(delivery.text("event_name")) \(delivery.text("event_id")) to \(delivery.text("destination"))")
        add("id", delivery.text("id"))
        let reason = delivery[name: "reason"]?.string.map { ", \($0)" } ?? ""
        let attemptsMade = delivery.text("attempts_made")
        let count = attemptsMade == "1" ? "1 attempt" : "\(attemptsMade) attempts"
        add("status", "\(delivery.text("status"))\(reason), after \(count)")
        add("queued", delivery.text("queued_at"))
        if let next = delivery[name: "next_attempt_at"]?.string { add("next try", next) }
        if let latency = delivery[name: "latency_ms"]?.scalarText { add("latency", "\(latency) ms after it came in") }
        if delivery[name: "ambiguous"]?.bool == true {
            add("", "an attempt got no answer, so the receiver may have it")
        }
        if let version = delivery[name: "template_version"]?.string { add("template", version) }
        let attempts = delivery[name: "attempts"].map { Array($0.elements) } ?? []
        if attempts.isEmpty, let error = delivery[name: "last_error"]?.string { add("error", error) }
        for attempt in attempts {
            add(
                "attempt",
                "\(attempt.text("number"))  \(attempt.text("started_at"))  "
                    + "\(attempt[name: "status"]?.scalarText ?? "no answer")  \(attempt.text("duration_ms")) ms  "
                    + (attempt[name: "request"]?.string ?? "not sent"))
            let enriched = attempt.list("enriched")
            if !enriched.isEmpty { add("", "completed with the person's \(enriched)") }
            if let error = attempt[name: "error"]?.string { add("", error) }
        }
        // Every attempt sent the same unless settings changed; --json has them all.
        if let body = attempts.last?[name: "request_body"]?.string { add("sent", body) }
        if let body = attempts.last?[name: "response_body"]?.string { add("answer", body) }
    }

    private mutating func add(_ label: String, _ text: String) {
        lines.append("  \(label.padded(to: 10))\(text.replacing("\n", with: "\n            "))")
    }
}
