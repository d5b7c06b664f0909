import Gateway
import Glibc
import JSON
import Platform

/// `tracklayer erase`: removes a person everywhere and keeps them out.
enum EraseCommand: Command {
    static let name = "erase"
    static let summary = "remove a person's data everywhere, and let nothing of them in again"
    static let help = """
        erase --identifier TYPE:VALUE [--identifier …] [--account A] [--environment E] [--dry-run] [--config FILE] [--json]
               tracklayer erase --profile prf_… [--account A] [--dry-run] [--config FILE] [--json]

        Has the running gateway erase the person who has an identifier: user_id, email, phone, anonymous_id, customer_id,
        external.NAME, …; an e-mail address and a phone number may be given in plain or as their SHA-256. Everything of
        that profile goes: events, deliveries, attempts, dead letters, identifiers, consent and clicks; what waits is never
        sent. Later events with one of these identifiers are answered 200 and not stored. Waits for the end; exit code 1
        when that takes longer than --wait, while the erasure goes on. --dry-run only counts.
        """
    static let options = [
        Option("--identifier", "TYPE:VALUE", "who is meant; several are all erased"),
        Option("--profile", "ID", "who is meant, by profile as explain shows it"),
        Option("--account", "NAME", "needed where the configuration has several"),
        Option("--environment", "NAME", "only data of this environment (default: all)"),
        Option("--dry-run", nil, "count what would be removed, and remove nothing"),
        Option("--wait", "SECONDS", "how long to wait for the end (default: 300)"), .config, .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("erase takes options only") }
        let patience = try arguments.integer("--wait", in: 0...86_400) ?? 300
        let order = try order(arguments)
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let admin = AdminClient(loaded.configuration)
        defer { admin.stop() }
        let answer = try admin.post("/api/erasures", body: order)
        let document = JSONDocument()
        if arguments.has("--dry-run") {
            showDryRun(answer, try document.parse(answer), arguments)
            return .done
        }
        let id = try document.parse(answer).text("id")
        let deadline = MonotonicTime.now + .seconds(patience)
        while true {
            let body = try admin.get("/api/erasures/\(id)")
            let erasure = try document.parse(body)
            let isFinished = erasure.text("state") == "finished"
            guard isFinished || MonotonicTime.now >= deadline else {
                usleep(100_000)
                continue
            }
            show(body, erasure, arguments)
            return isFinished ? .done : .failed
        }
    }

    private static func order(_ arguments: Arguments) throws -> [UInt8] {
        let identifiers = try (arguments.values["--identifier"] ?? []).map { text in
            guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
                throw UsageError("--identifier: write TYPE:VALUE, such as user_id:42")
            }
            return (type: String(text[..<colon]), value: String(text[text.index(after: colon)...]))
        }
        let profile = arguments.value("--profile")
        guard !identifiers.isEmpty || profile != nil else {
            throw UsageError("give --identifier TYPE:VALUE or --profile ID")
        }
        var json = JSONWriter()
        json.object { json in
            if !identifiers.isEmpty {
                json.key("identifiers")
                json.array { json in
                    for identifier in identifiers {
                        json.object { json in
                            json.member("type", identifier.type)
                            json.member("value", identifier.value)
                        }
                    }
                }
            }
            json.member("profile", profile)
            json.member("account", arguments.value("--account"))
            json.member("environment", arguments.value("--environment"))
            json.member("dry_run", arguments.has("--dry-run"))
        }
        return json.bytes
    }

    private static func showDryRun(_ body: [UInt8], _ report: JSONValue, _ arguments: Arguments) {
        guard !arguments.has("--json") else { return Terminal.out(body + [UInt8(ascii: "\n")]) }
        guard report[name: "known"]?.bool == true else {
            Terminal.out("Nobody is known by that. An erasure would only keep later events with it out.")
            return
        }
        Terminal.out("Nothing was removed. An erasure would remove:\n" + counts(report[name: "would_remove"]))
    }

    private static func show(_ body: [UInt8], _ erasure: JSONValue, _ arguments: Arguments) {
        guard !arguments.has("--json") else { return Terminal.out(body + [UInt8(ascii: "\n")]) }
        let id = erasure.text("id")
        let head =
            erasure.text("state") == "finished"
            ? "Erasure \(id) is finished. Removed:"
            : "Erasure \(id) goes on; GET /api/erasures/\(id) tells how far it is. Removed so far:"
        Terminal.out(head + "\n" + counts(erasure[name: "removed"]))
    }

    private static func counts(_ removed: JSONValue?) -> String {
        guard let removed else { return "" }
        func number(_ name: String) -> String { String(removed[name: name]?.int64 ?? 0) }
        let rows = [
            ("identifiers", "identifiers"), ("edges", "edges between them"), ("events", "events"),
            ("deliveries", "ended deliveries"), ("dead_letters", "dead letters among them"),
            ("attempts", "attempts, with what was sent and answered"),
            ("deliveries_dropped", "waiting deliveries, which are never sent (kept as dropped, reason erased)"),
            ("shared_values", "values that many people share, which only left the profile"),
        ]
        let width = rows.map { number($0.0).count }.max() ?? 0
        return rows.map {
            "  " + String(repeating: " ", count: width - number($0.0).count) + number($0.0) + "  " + $0.1
        }
        .joined(separator: "\n")
    }
}
