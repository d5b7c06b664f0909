import Gateway
import JSON
import Outbound

/// `tracklayer alerts`: what the gateway found wrong with itself.
enum AlertsCommand: Command {
    static let name = "alerts"
    static let summary = "list and show alerts: what is wrong, since when, and what to do"
    static let help = """
        alerts [list] [--status open|cleared] [--kind KIND] [--limit N] [--cursor C] [--json]
               tracklayer alerts show ID [--json]

        Asks the running gateway's admin API. Without --status, list shows open and cleared alerts, the newest first; cleared
        ones are kept for 90 days. Kinds are platform_down, queue_backlog, tracking_stopped, delivery_rate_drop,
        destination_disabled and store_trouble. Exit code 0 whether there are alerts or not.
        """
    static let options = [
        .config, Option("--status", "STATUS", "only open or only cleared ones"),
        Option("--kind", "KIND", "only those of this kind"),
        Option("--limit", "N", "list so many at most (default: 50)"),
        Option("--cursor", "C", "go on where a list ended"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let words = arguments.positional
        let isShow = words.first == "show"
        guard words.isEmpty || words == ["list"] || isShow && words.count == 2 else {
            throw UsageError("give nothing, or list, or show ID")
        }
        let limit = try arguments.integer("--limit", in: 1...1000) ?? 50
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let admin = AdminClient(loaded.configuration)
        defer { admin.stop() }
        let document = JSONDocument()
        guard isShow else {
            var query = [("limit", String(limit))]
            for name in ["status", "kind", "cursor"] {
                if let value = arguments.value("--\(name)") { query.append((name, value)) }
            }
            let body = try admin.get("/api/alerts", query: query)
            Terminal.out(
                arguments.has("--json") ? String(decoding: body, as: UTF8.self) : list(try document.parse(body)))
            return .done
        }
        let body = try admin.get("/api/alerts/\(FormEncoding.percentEncoded(words[1]))")
        let alert = arguments.has("--json") ? String(decoding: body, as: UTF8.self) : text(try document.parse(body))
        Terminal.out(alert)
        return .done
    }

    private static func list(_ page: JSONValue) -> String {
        var table = TextTable(["ID", "STATUS", "KIND", "SUBJECT", "OPENED", "CLEARED"])
        let alerts = page[name: "alerts"].map { Array($0.elements) } ?? []
        for alert in alerts {
            table.add([
                alert.text("id"), alert.text("status"), alert.text("kind"), alert.text("subject"),
                alert.text("opened_at"), alert.text("cleared_at"),
            ])
        }
        let more = page[name: "next_cursor"]?.string.map { "\n\nThere are more: --cursor \($0)" } ?? ""
        return (alerts.isEmpty ? "There are no such alerts." : table.text) + more
    }

    private static func text(_ alert: JSONValue) -> String {
        var lines = ["\(alert.text("kind")), \(alert.text("subject")): \(alert.text("status"))"]
        func add(_ label: String, _ text: String) { lines.append("  \(label.padded(to: 9))\(text)") }
        add("id", alert.text("id"))
        add("since", alert.text("since"))
        add("opened", alert.text("opened_at"))
        if let cleared = alert[name: "cleared_at"]?.string {
            add("cleared", "\(cleared). \(alert[name: "clear_note"]?.string ?? "")")
        }
        add("what", alert.text("summary"))
        add("next", alert.text("next_step"))
        for figure in alert[name: "figures"].map({ Array($0.members) }) ?? [] {
            add("figure", "\(figure.name) \(figure.value.scalarText)")
        }
        for told in alert[name: "told"].map({ Array($0.members) }) ?? [] {
            let (opened, cleared) = (told.value.text("opened_at"), told.value.text("cleared_at"))
            add("told", "\(told.name): opened \(opened), cleared \(cleared)")
        }
        return lines.joined(separator: "\n")
    }
}
