import Gateway
import JSON

/// `tracklayer status`: whether the gateway is well.
enum StatusCommand: Command {
    static let name = "status"
    static let summary = "tell whether the gateway is well, and what it did since it started"
    static let help = """
        status [--config FILE] [--json]

        Asks the running gateway's admin API. Exit code 1 when it is not ready: it takes no events now.
        """
    static let options = [Option.config, .json]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("status takes no words, only options") }
        return try AdminClient.run(arguments) { admin, _ in
            var isReady = false
            let body = try admin.get("/api/status")
            let document = JSONDocument()
            let status = try document.parse(body)
            isReady = status[name: "ready"]?.bool == true
            if arguments.has("--json") {
                Terminal.out(body + [UInt8(ascii: "\n")])
            } else {
                Terminal.out(lines(status).joined(separator: "\n"))
            }
            return isReady ? .done : .failed
        }
    }

    private static func lines(_ status: JSONValue) -> [String] {
        func counts(_ name: String) -> String {
            let members = status[name: name].map { Array($0.members) } ?? []
            return members.map { "\($0.name.replacing("_", with: " ")) \($0.value.scalarText)" }.joined(separator: ", ")
        }
        let state = status[name: "reason"]?.string.map { "not ready: \($0)" } ?? "ready"
        let destinations = (status[name: "destinations"].map { Array($0.members) } ?? [])
            .filter { $0.value.int64 != 0 }.map { "\($0.value.scalarText) \($0.name)" }.joined(separator: ", ")
        let store = status[name: "store"]
        let kilobytes = (store?[name: "bytes"]?.int64 ?? 0) / 1000
        let size = kilobytes < 10_000 ? "\(kilobytes) kB" : "\(kilobytes / 1000) MB"
        return [
            "gateway       \(state), up since \(status.text("started_at"))",
            "sources       \(status.text("sources"))",
            "ingest        \(counts("ingest"))",
            "commit        \(counts("commit"))",
            "deliveries    \(counts("deliveries"))",
            "destinations  \(destinations.isEmpty ? "none" : destinations)",
            "store         \(size) in \(store?.text("files") ?? "-") files",
        ]
    }
}
