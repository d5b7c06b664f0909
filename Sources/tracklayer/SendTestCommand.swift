import Gateway
import Glibc
import JSON
import Outbound
import Platform

/// `tracklayer send-test`: a synthetic purchase on the real way to one destination.
enum SendTestCommand: Command {
    static let name = "send-test"
    static let summary = "send a synthetic purchase through the running gateway to one destination, and watch it arrive"
    static let help = """
        send-test --destination NAME [--wait SECONDS] [--config FILE] [--json]

        Has the running gateway commit a purchase by qa+destinations@tracklayer.test, with a new order_id and all consent,
        that is meant for this destination alone, and deliver it as it does every event: with the destination's filter,
        template, secrets, rate and breaker. Prints whether the filter matched, the request with its headers and body
        (secrets as ***), and the outcome of the first attempt. The event is stored and can be explained.

        Exit code 0 when the destination took it; 1 when a gate refused it, no request could be made of it, the destination
        refused it, or it was still waiting after --wait (default 30); 2 for usage and configuration.
        """
    static let options = [
        .config, Option("--destination", "NAME", "the destination to test"),
        Option("--wait", "SECONDS", "how long to wait for the outcome, 1 to 600 (default: 30)"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("send-test takes no words, only options") }
        guard let name = arguments.value("--destination") else { throw UsageError("give --destination NAME") }
        let seconds = try arguments.integer("--wait", in: 1...600) ?? 30
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        guard loaded.configuration.destinations.contains(where: { $0.name == name }) else {
            let known = loaded.configuration.destinations.map(\.name).joined(separator: ", ")
            throw UsageError("--destination \(name): the configuration has \(known.isEmpty ? "none" : known)")
        }
        let admin = AdminClient(loaded.configuration)
        defer { admin.stop() }
        let (testDocument, outcomeDocument) = (JSONDocument(), JSONDocument())
        // What was parsed looks into them.
        defer { withExtendedLifetime((testDocument, outcomeDocument)) {} }
        let test = try testDocument.parse(try admin.post("/api/send-test", query: [("destination", name)]))
        guard test[name: "matched"]?.bool == true else {
            return finish(SendTestText(test), test, outcome: nil, isDelivered: false, arguments)
        }
        let path = "/api/send-test/\(test.text("sequence"))/\(FormEncoding.percentEncoded(name))"
        let deadline = MonotonicTime.now + .seconds(seconds)
        var outcome = try outcomeDocument.parse(try admin.get(path))
        while outcome.text("status") == "queued", MonotonicTime.now < deadline {
            usleep(50_000)
            outcome = try outcomeDocument.parse(try admin.get(path))
        }
        var text = SendTestText(test)
        let state = outcome.text("status") == "queued" ? try self.state(of: name, admin) : ""
        text.show(outcome, waited: seconds, state: state)
        return finish(text, test, outcome: outcome, isDelivered: outcome.text("status") == "delivered", arguments)
    }

    private static func state(of name: String, _ admin: AdminClient) throws -> String {
        let document = JSONDocument()
        return try document.parse(try admin.get("/api/destinations/\(FormEncoding.percentEncoded(name))")).text("state")
    }

    private static func finish(
        _ text: SendTestText, _ test: JSONValue, outcome: JSONValue?, isDelivered: Bool, _ arguments: Arguments
    ) -> ExitCode {
        if arguments.has("--json") {
            var json = JSONWriter(capacity: 2048)
            json.object { json in
                json.member("delivered", isDelivered)
                json.key("test")
                json.raw(test)
                if let outcome {
                    json.key("outcome")
                    json.raw(outcome)
                }
            }
            Terminal.out(json.text)
        } else {
            Terminal.out(text.lines.joined(separator: "\n"))
        }
        return isDelivered ? .done : .failed
    }
}

/// A test as an operator reads it.
struct SendTestText {
    private(set) var lines: [String] = []

    init(_ test: JSONValue) {
        lines.append("purchase \(test.text("event_id")) by \(test.text("user")) to \(test.text("destination"))")
        let segments = test.list("segments")
        if !segments.isEmpty { add("segments", segments) }
        if test[name: "matched"]?.bool == true {
            add("filter", "matched; it passed all gates")
        } else {
            let detail = test[name: "detail"]?.string.map { " (\($0))" } ?? ""
            add("filter", "not meant for it: \(test.text("reason"))\(detail); nothing was sent")
        }
        if let version = test[name: "template_version"]?.string { add("template", version) }
        if let words = test[name: "not_sent"]?.string { add("request", "none: \(words)") }
        if let rendered = test[name: "rendered"]?.string { add("rendered", rendered) }
        guard let request = test[name: "request"] else { return }
        add("request", "\(request.text("method")) \(request.text("url"))")
        for header in request[name: "headers"].map({ Array($0.elements) }) ?? [] {
            add("", "\(header.text("name")): \(header.text("value"))")
        }
        add("body", request.text("body"))
    }

    /// What became of it.
    mutating func show(_ outcome: JSONValue, waited seconds: Int, state: String) {
        if let status = outcome[name: "response_status"]?.int64 {
            add("answer", "\(status) after \(outcome.text("duration_ms")) ms")
        }
        if let body = outcome[name: "response_body"]?.string { add("", body) }
        switch outcome.text("status") {
        case "delivered": add("outcome", "delivered, \(outcome.text("latency_ms")) ms after it was committed")
        case "failed":
            add("outcome", "failed: \(outcome.text("error")); tried again at \(outcome.text("next_retry_at"))")
        case "dropped": add("outcome", "dropped, \(outcome.text("reason")): \(outcome.text("error"))")
        default: add("outcome", "still queued after \(seconds) s; the destination is \(state)")
        }
    }

    private mutating func add(_ label: String, _ text: String) {
        lines.append("  \(label.padded(to: 10))\(Terminal.printable(text))")
    }
}
