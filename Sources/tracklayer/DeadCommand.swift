import Gateway
import JSON
import Outbound

/// `tracklayer dead`: the deliveries that were given up.
enum DeadCommand: Command {
    static let name = "dead"
    static let summary = "list and show the deliveries that were given up, put them back in the queue, or drop them"
    static let help = """
        dead list [FILTER …] [--limit N] [--cursor C] [--json]
               tracklayer dead show ID [--json]
               tracklayer dead replay ID | FILTER … | --all [--original] [--detach] [--json]
               tracklayer dead replays [--json]
               tracklayer dead cancel REPLAY [--json]
               tracklayer dead drop ID | FILTER … | --all [--page N] [--json]

        Asks the running gateway's admin API for dead letters: deliveries that a destination refused (rejected), that
        failed too often (exhausted), or whose body could not be made (render_failed). Filters are --destination,
        --reason, --event, --from and --to; all that are given must hold. ID is as `list` shows it: SEQUENCE/DESTINATION.

        replay puts them back in the queue, the oldest first: the same event_id, consent asked again, all attempts ahead,
        and the template and secret of today; with --original the body that was sent last, signed anew. Many are put back
        at the destination's replay_rate beside live traffic, by the gateway, and followed here until each has had its
        first attempt. Ctrl-C cancels the rest, which stay dead letters; --detach leaves it to the gateway, where `replays`
        shows it and `cancel` ends it. Those of destinations that are gone are left where they are. drop takes them off
        the list for good, in pages; Ctrl-C ends it between two. Exit code 1 when it was cut short, or some that were
        replayed were given up again.
        """
    static let options = [
        .config, Option("--destination", "NAME", "only those of this destination"),
        Option("--reason", "REASON", "only exhausted, rejected or render_failed"),
        Option("--event", "NAME", "only events of this canonical name"),
        Option("--from", "TIME", "only those given up at this time or later (2026-01-31T12:00:00Z)"),
        Option("--to", "TIME", "only those given up before this time"),
        Option("--all", nil, "replay or drop all there are"),
        Option("--original", nil, "replay the body that was sent, not what the template makes now"),
        Option("--detach", nil, "do not wait for the end of a replay"),
        Option("--limit", "N", "list so many at most (default: 50)"),
        Option("--cursor", "C", "go on where a list, or a drop that was cut short, ended"),
        Option("--page", "N", "drop so many at once, up to 1000 (default: 500)"), .json,
    ]

    private static let filters = ["destination", "reason", "event", "from", "to"]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let words = arguments.positional
        switch words.first {
        case "list"?:
            guard words.count == 1 else { throw UsageError("list takes no words, only options") }
            return try withAdmin(arguments) { try list($0, arguments) }
        case "show"?:
            guard words.count == 2 else { throw UsageError("give one ID, as `tracklayer dead list` shows it") }
            return try withAdmin(arguments) { try show(words[1], $0, arguments) }
        case "replay"?:
            try refuse(["--limit", "--cursor", "--page"], "replay", arguments)
            let query = try selection(words.dropFirst(), arguments)
            Signals.block()
            return try withAdmin(arguments) { try replay(query, $0, arguments) }
        case "replays"?:
            guard words.count == 1 else { throw UsageError("replays takes no words") }
            return try withAdmin(arguments) { admin in
                try ReplayWatch(admin: admin, asJSON: arguments.has("--json")).list()
                return .done
            }
        case "cancel"?:
            guard words.count == 2 else { throw UsageError("give one replay, as `tracklayer dead replays` shows it") }
            return try withAdmin(arguments) { admin in
                try ReplayWatch(admin: admin, asJSON: arguments.has("--json")).cancel(words[1])
                return .done
            }
        case "drop"?:
            try refuse(["--limit", "--original", "--detach"], "drop", arguments)
            var query = try selection(words.dropFirst(), arguments)
            if words.count == 1 {
                query.append(("limit", String(try arguments.integer("--page", in: 1...1000) ?? 500)))
            }
            // Before any thread is there, so that the signal waits for this one to look.
            Signals.block()
            return try withAdmin(arguments) { admin in
                try DeadLetterRun(admin: admin, asJSON: arguments.has("--json"))
                    .run(query, cursor: arguments.value("--cursor"))
            }
        default: throw UsageError("dead needs one of list, show, replay, replays, cancel, drop")
        }
    }

    private static func withAdmin(
        _ arguments: Arguments, _ body: (AdminClient) throws -> ExitCode
    ) throws -> ExitCode {
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let admin = AdminClient(loaded.configuration)
        defer { admin.stop() }
        return try body(admin)
    }

    /// An order must not mean more than it says, so what it would overlook is refused.
    private static func refuse(_ options: [String], _ verb: String, _ arguments: Arguments) throws {
        guard let option = options.first(where: { arguments.value($0) != nil || arguments.has($0) }) else { return }
        throw UsageError("\(verb) does not know \(option)")
    }

    private static func filterQuery(_ arguments: Arguments) -> [(String, String)] {
        filters.compactMap { name in arguments.value("--\(name)").map { (name, $0) } }
    }

    /// What a replay or drop is about.
    private static func selection(_ ids: ArraySlice<String>, _ arguments: Arguments) throws -> [(String, String)] {
        let filters = filterQuery(arguments)
        let kinds = [!ids.isEmpty, !filters.isEmpty, arguments.has("--all")]
        guard ids.count <= 1, kinds.count(where: { $0 }) == 1 else {
            throw UsageError("say which: one ID, or filters, or --all")
        }
        if let id = ids.first { return [("id", id)] }
        return filters.isEmpty ? [("all", "true")] : filters
    }

    private static func replay(
        _ query: [(String, String)], _ admin: AdminClient, _ arguments: Arguments
    ) throws -> ExitCode {
        let query = query + (arguments.has("--original") ? [("original", "true")] : [])
        let isJSON = arguments.has("--json")
        guard query.first?.0 == "id" else {
            return try ReplayWatch(admin: admin, asJSON: isJSON).run(query, isDetached: arguments.has("--detach"))
        }
        let body = try admin.post("/api/dead/replay", query: query)
        if isJSON {
            Terminal.out(body + [UInt8(ascii: "\n")])
        } else {
            Terminal.out("put 1 dead letter back in the queue")
        }
        return .done
    }

    // MARK: - Asking

    private static func list(_ admin: AdminClient, _ arguments: Arguments) throws -> ExitCode {
        let wanted = try arguments.integer("--limit", in: 1...100_000) ?? 50
        let filters = filterQuery(arguments)
        let document = JSONDocument()
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.key("dead_letters")
        json.beginArray()
        var text = DeadListText()
        var cursor = arguments.value("--cursor")
        var isFirst = true
        // A page may be empty though more follow.
        while text.count < wanted, isFirst || cursor != nil {
            isFirst = false
            let query =
                filters + [("limit", String(min(wanted - text.count, 500)))] + (cursor.map { [("cursor", $0)] } ?? [])
            let page = try document.parse(try admin.get("/api/dead", query: query))
            for letter in page[name: "dead_letters"].map({ Array($0.elements) }) ?? [] {
                text.add(letter)
                json.raw(letter)
            }
            cursor = page[name: "next_cursor"]?.string
        }
        json.endArray()
        json.member("next_cursor", cursor)
        json.endObject()
        Terminal.out(arguments.has("--json") ? json.text : text.text(next: cursor))
        return .done
    }

    private static func show(_ id: String, _ admin: AdminClient, _ arguments: Arguments) throws -> ExitCode {
        let parts = id.split(separator: "/", maxSplits: 1).map { FormEncoding.percentEncoded(String($0)) }
        guard parts.count == 2 else {
            throw UsageError("\(id) is no ID; give SEQUENCE/DESTINATION as the list shows it")
        }
        let body = try admin.get("/api/dead/\(parts[0])/\(parts[1])")
        if arguments.has("--json") {
            Terminal.out(body + [UInt8(ascii: "\n")])
        } else {
            let document = JSONDocument()
            Terminal.out(DeadLetterText(try document.parse(body)).lines.joined(separator: "\n"))
        }
        return .done
    }
}
