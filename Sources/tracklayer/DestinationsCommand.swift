import Gateway
import Glibc
import JSON
import Outbound
import Platform

/// `tracklayer destinations`: how destinations fare, and holding and resuming one.
enum DestinationsCommand: Command {
    static let name = "destinations"
    static let summary = "show how destinations fare and what waits for them; hold or resume one"
    static let help = """
        destinations [list] [--config FILE] [--json]
               tracklayer destinations hold|resume NAME [--config FILE] [--json]

        Asks the running gateway's admin API. hold sends nothing to a destination until it is resumed, also across
        restarts; what is meant for it waits and uses up no attempt. resume lifts a hold, what an answer of 410 brought
        and a refusal of credentials or settings, closes the circuit breaker, and forgets pauses. Exit code 1 when the destination did not follow within 5 s.
        """
    static let options = [Option.config, .json]

    private static let patience = Duration.seconds(5)

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let words = arguments.positional
        let isOrder = ["hold", "resume"].contains(words.first)
        guard words.isEmpty || words == ["list"] || isOrder && words.count == 2 else {
            throw UsageError("give nothing, or list, or hold NAME, or resume NAME")
        }
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let admin = AdminClient(loaded.configuration)
        defer { admin.stop() }
        guard isOrder else {
            let body = try admin.get("/api/destinations")
            let document = JSONDocument()
            let report = try document.parse(body)
            let destinations = report[name: "destinations"].map { Array($0.elements) } ?? []
            show(body, destinations, arguments)
            return .done
        }
        return try order(words[0], words[1], admin, arguments)
    }

    private static func order(
        _ command: String, _ name: String, _ admin: AdminClient, _ arguments: Arguments
    ) throws -> ExitCode {
        let path = "/api/destinations/\(FormEncoding.percentEncoded(name))"
        _ = try admin.post("\(path)/\(command)")
        let deadline = MonotonicTime.now + patience
        let document = JSONDocument()
        while true {
            let body = try admin.get(path)
            let destination = try document.parse(body)
            let state = destination.text("state")
            let hasFollowed =
                command == "hold" ? state == "held" : !["held", "gone", "refused", "starting"].contains(state)
            guard hasFollowed || MonotonicTime.now >= deadline else {
                // The engine publishes its states a few times a second.
                usleep(50_000)
                continue
            }
            show(body, [destination], arguments)
            return hasFollowed ? .done : .failed
        }
    }

    private static func show(_ body: [UInt8], _ destinations: [JSONValue], _ arguments: Arguments) {
        guard !arguments.has("--json") else { return Terminal.out(body + [UInt8(ascii: "\n")]) }
        guard !destinations.isEmpty else { return Terminal.out("There are no destinations.") }
        var table = TextTable(["DESTINATION", "STATE", "WAITING", "NEXT DUE", "DEAD", "UNDER WAY", "SINCE", "UNTIL"])
        for destination in destinations {
            let limit = destination[name: "counted_to"]?.int64 ?? .max
            func count(_ name: String) -> String {
                let number = destination[name: name]?.int64 ?? 0
                return number >= limit ? "\(number) or more" : String(number)
            }
            table.add([
                destination.text("name"), destination.text("state"), count("waiting"), destination.text("next_due_at"),
                count("dead"), "\(destination.text("in_flight")) of \(destination.text("concurrency_limit"))",
                destination.text("stopped_at"), until(destination),
            ])
        }
        Terminal.out(table.text)
        for destination in destinations {
            guard let reason = destination[name: "reason"]?.string else { continue }
            let step = destination[name: "next_step"]?.string.map { "; \($0)" } ?? ""
            Terminal.out("\(destination.text("name")): \(reason)\(step)")
        }
    }

    /// Until when the breaker or the destination's own wish holds it back.
    private static func until(_ destination: JSONValue) -> String {
        let parts = [
            destination[name: "breaker_open_until"]?.string.map { "breaker \($0)" },
            destination[name: "paused_until"]?.string.map { "pause \($0)" },
        ]
        let text = parts.compactMap { $0 }.joined(separator: ", ")
        return text.isEmpty ? "-" : text
    }
}
