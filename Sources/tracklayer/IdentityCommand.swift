import Canonicalizer
import EventModel
import Gateway
import JSON
import Outbound

/// `tracklayer identity`: who is one person, and why.
enum IdentityCommand: Command {
    static let name = "identity"
    static let summary = "show a profile: its identifiers, what joined them, and what was refused"
    static let help = """
        identity show PROFILE | TYPE=VALUE [--account NAME] [--environment NAME] [--json]
               tracklayer identity path ONE OTHER [--json]

        Asks the running gateway's admin API. PROFILE is prf_…, as explain shows it, by any name the profile ever had.
        TYPE=VALUE is an identifier, such as email=ada@example.com, user_id=user_42 or anonymous_id=anon-7; e-mail
        addresses and phone numbers are hashed here, as the gateway stores them, and leave this machine in no other form.
        path tells why two identifiers are one person, or are not. Exit code 1 when nobody has such an identifier, or
        several accounts or environments do.
        """
    static let options = [
        Option.config, Option("--account", "NAME", "look in this account only"),
        Option("--environment", "NAME", "look in this environment only"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        let words = arguments.positional
        switch words.first {
        case "show"?:
            guard words.count == 2 else { throw UsageError("give one PROFILE or TYPE=VALUE") }
            return try AdminClient.run(arguments) { admin, _ in
                let place = try find(words[1], admin, arguments)
                try admin.show("/api/identity/\(FormEncoding.percentEncoded(place.profile))", arguments) {
                    ProfileText($0).lines
                }
                return .done
            }
        case "path"?:
            guard words.count == 3 else { throw UsageError("give two identifiers, each prf_… or TYPE=VALUE") }
            return try AdminClient.run(arguments) { admin, _ in
                let one = try find(words[1], admin, arguments).node
                let other = try find(words[2], admin, arguments).node
                try admin.show(
                    "/api/identity/\(FormEncoding.percentEncoded(one))/path", query: [("to", other)], arguments
                ) {
                    ProfileText(path: $0).lines
                }
                return .done
            }
        default: throw UsageError("identity needs one of show, path")
        }
    }

    /// The node and the profile that a word means.
    private static func find(
        _ word: String, _ admin: AdminClient, _ arguments: Arguments
    ) throws -> (node: String, profile: String) {
        guard !word.hasPrefix("prf_") else { return (word, word) }
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw UsageError("give prf_… or TYPE=VALUE, such as email=ada@example.com")
        }
        let subjects: [IdentifierText.Subject]
        do throws(IdentifierText.Fault) {
            subjects = try IdentifierText(type: parts[0], value: parts[1]).subjects
        } catch {
            throw UsageError(error.message)
        }
        // What is one value to people may be several to the graph, the strongest first.
        guard let subject = subjects.first else { throw UsageError("the value names nobody") }
        let filters = [Option("--account", "", ""), Option("--environment", "", "")]
        let body = try admin.get(
            "/api/identity", query: [("type", subject.type.name), ("value", subject.value)] + arguments.query(filters))
        let document = JSONDocument()
        let found = try document.parse(body)[name: "profiles"].map { Array($0.elements) } ?? []
        guard found.count == 1 else {
            let places = found.map {
                "  \($0.text("profile_id")) in account \($0.text("account")), environment \($0.text("environment"))"
            }
            throw CommandFailure(
                "several profiles have it; give one of them, or --account and --environment:\n"
                    + places.joined(separator: "\n"))
        }
        return (found[0].text("node"), found[0].text("profile_id"))
    }
}

/// A profile as an operator reads it.
struct ProfileText {
    private(set) var lines: [String] = []

    init(_ profile: JSONValue) {
        let members = profile[name: "members"].map { Array($0.elements) } ?? []
        let size = profile[name: "size"]?.int64 ?? 0
        let merges = profile[name: "merges"]?.int64 ?? 0
        lines.append(
            "\(profile.text("profile_id")), account \(profile.text("account")): "
                + "\(size) \(size == 1 ? "identifier" : "identifiers"), \(merges) \(merges == 1 ? "merge" : "merges")")
        var table = TextTable(["IDENTIFIER", "VALUE", "FIRST SEEN", "FIRST EVENT", ""])
        for member in members {
            table.add([
                member.text("type"), Terminal.short(member.text("value"), 40), member.text("first_seen_at"),
                member.text("first_event"), member[name: "blocked"]?.bool == true ? "blocked: links too many" : "",
            ])
        }
        lines += ["", table.text]
        let known = profile[name: "known_person"].map { $0.elements.map { $0.text("part") } } ?? []
        if !known.isEmpty {
            lines += ["", "Known of the person, for events that lack it: \(known.joined(separator: ", "))"]
        }
        add("JOINED BY", profile[name: "edges"])
        add("REFUSED", profile[name: "refused"])
        if profile[name: "complete"]?.bool == false {
            lines += ["", "This is not all: the profile has more than is shown."]
        }
    }

    /// Why two identifiers are one person, or are not.
    init(path: JSONValue) {
        let edges = path[name: "edges"].map { Array($0.elements) } ?? []
        switch path.text("verdict") {
        case "connected" where edges.isEmpty: lines.append("They are the same identifier.")
        case "connected":
            lines.append("They are one person:")
            add("JOINED BY", path[name: "edges"])
        case "separate" where edges.isEmpty: lines.append("They are two people: no event ever named both.")
        case "separate":
            lines.append("They are two people, though an event named both:")
            add("REFUSED", path[name: "edges"])
        default: lines.append("They are one person, but the chain was not found among so many edges.")
        }
    }

    private mutating func add(_ heading: String, _ edges: JSONValue?) {
        let edges = edges.map { Array($0.elements) } ?? []
        guard !edges.isEmpty else { return }
        var table = TextTable([heading, "", "BECAUSE", "EVENT", "WHEN", ""])
        for edge in edges {
            let merged = edge[name: "merged"].map {
                "merged \($0.elements.map(\.scalarText).joined(separator: " and "))"
            }
            table.add([
                Self.end(edge[name: "first"]), Self.end(edge[name: "second"]),
                edge[name: "refused"]?.string ?? edge.text("authority"), edge.text("event"), edge.text("seen_at"),
                merged ?? "",
            ])
        }
        lines += ["", table.text]
    }

    private static func end(_ end: JSONValue?) -> String {
        guard let end, let type = end[name: "type"]?.string else { return end?.text("node") ?? "-" }
        return "\(type) \(Terminal.short(end.text("value"), 20))"
    }
}
