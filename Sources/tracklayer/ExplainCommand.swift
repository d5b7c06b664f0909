import Gateway
import Glibc
import JSON
import Outbound
import Platform

/// `tracklayer explain`: what became of an event.
enum ExplainCommand: Command {
    static let name = "explain"
    static let summary = "tell what became of an event: mapping, dedup, identity, every delivery and attempt"
    static let help = """
        explain ID [--config FILE] [--event NAME] [--wait DURATION] [--json]

        Asks the running gateway's admin API. ID is an event_id (order_12345), a messageId or a sequence number. Exit
        code 1 when no such event is known.
        """
    static let options = [
        .config, Option("--event", "NAME", "only events of this canonical name"),
        Option("--wait", "DURATION", "wait so long (10s) until no delivery of the event is pending"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let id = try arguments.single("event id, messageId or sequence")
        let patience = try arguments.value("--wait").map { text throws(UsageError) in
            guard let duration = DurationText.parse(text) else {
                throw UsageError("--wait \(text): give a duration such as 10s")
            }
            return duration
        }
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let admin = AdminClient(loaded.configuration)
        defer { admin.stop() }
        let deadline = MonotonicTime.now + (patience ?? .zero)
        while true {
            let body = try admin.get(
                "/api/explain/\(FormEncoding.percentEncoded(id))",
                query: arguments.value("--event").map { [("event", $0)] } ?? [])
            let document = JSONDocument()
            let report = try document.parse(body)
            if MonotonicTime.now < deadline, ExplainText.isPending(report) {
                usleep(100_000)
                continue
            }
            if arguments.has("--json") {
                Terminal.out(body + [UInt8(ascii: "\n")])
            } else {
                Terminal.out(ExplainText(report).lines.joined(separator: "\n"))
            }
            return .done
        }
    }
}

extension ExplainText {
    /// Whether some delivery has not ended.
    static func isPending(_ report: JSONValue) -> Bool {
        report[name: "events"]?.elements.contains { event in
            event[name: "deliveries"]?.elements.contains { ["queued", "failed"].contains($0.text("status")) } ?? false
        } ?? false
    }
}
