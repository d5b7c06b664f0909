import Gateway
import JSON
import Outbound

/// `tracklayer routes`: which events can reach which destinations, and why not.
enum RoutesCommand: Command {
    static let name = "routes"
    static let summary = "show which events can reach which destinations, and the reason of every no"
    static let help = """
        routes [--config FILE] [--platform NAME] [--all] [--json]

        Prints every event of the registry against every destination of the configuration. A cell says yes, or the
        first reason that the name alone decides (docs/routing.md); what needs the event itself, such as consent, stands
        above the table. Events that no destination takes are summed up in one line a reason, unless --all is given.

        With --platform, no configuration is read: the table shows what a platform's list lets through when it is
        `defaults`, left out (blank), `all` or `["*"]`. An event that a list names by its own name always passes.
        """
    static let options = [
        .config, Option("--platform", "NAME", "show the default list of an advertising platform, such as meta"),
        Option("--all", nil, "show the events that nobody takes, too"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("routes takes no words, only options") }
        let matrix: RouteMatrix
        var heading: [String] = []
        if let name = arguments.value("--platform") {
            guard let platform = AdPlatform(rawValue: name.lowercased()) else {
                let known = AdPlatform.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("--platform \(name): known are \(known)")
            }
            matrix = RouteMatrix(platform)
            heading = RouteMatrix.conditions(of: platform).dropFirst().map { "  \($0)" }
            heading.append("  a list lets through what it names, whatever the class")
            heading.insert("\(platform.rawValue), by what its list (events) is:", at: 0)
        } else {
            guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
            matrix = RouteMatrix(loaded.configuration)
            guard !matrix.columns.isEmpty else {
                Terminal.error("\(arguments.configPath) has no destinations; events are stored and go nowhere")
                return .failed
            }
        }
        if arguments.has("--json") {
            Terminal.out(json(matrix))
        } else {
            Terminal.out(RoutesText(matrix, heading: heading, showsAll: arguments.has("--all")).text)
        }
        return .done
    }

    private static func json(_ matrix: RouteMatrix) -> String {
        var json = JSONWriter(capacity: 16_384)
        json.object { json in
            json.key("destinations")
            json.array { json in
                for column in matrix.columns {
                    json.object { json in
                        json.member("name", column.name)
                        json.key("conditions")
                        json.array { json in for condition in column.conditions { json.value(condition) } }
                    }
                }
            }
            json.key("events")
            json.array { json in for row in matrix.rows { write(row, matrix, to: &json) } }
        }
        return json.text
    }

    private static func write(_ row: RouteMatrix.Row, _ matrix: RouteMatrix, to json: inout JSONWriter) {
        json.object { json in
            json.member("event", row.name)
            json.member("trackstack", row.trackStackName)
            json.member("stage", row.stage)
            json.member("class", row.routingClass)
            json.key("routes")
            json.array { json in
                for (column, refusal) in zip(matrix.columns, row.refusals) {
                    json.object { json in
                        json.member("destination", column.name)
                        json.member("routed", refusal == nil)
                        json.member("reason", refusal)
                    }
                }
            }
        }
    }
}

/// The matrix as an operator reads it.
struct RoutesText {
    let text: String

    init(_ matrix: RouteMatrix, heading: [String], showsAll: Bool) {
        var lines = heading
        for (index, column) in matrix.columns.enumerated() where !column.conditions.isEmpty {
            let count = matrix.rows.count { $0.refusals[index] == nil }
            lines.append("\(column.name): \(count) of \(matrix.rows.count) events")
            lines += column.conditions.map { "  \($0)" }
        }
        let shown = showsAll ? matrix.rows : matrix.rows.filter { $0.refusals.contains(nil) }
        if !shown.isEmpty { lines += ["", Self.table(shown, matrix.columns)] }
        if !showsAll { lines += Self.rest(matrix.rows.filter { !$0.refusals.contains(nil) }) }
        text = lines.joined(separator: "\n")
    }

    private static func table(_ rows: [RouteMatrix.Row], _ columns: [RouteMatrix.Column]) -> String {
        var table = TextTable(["STAGE", "EVENT"] + columns.map(\.name))
        var stage = ""
        for row in rows {
            // A stage is named once, so that the eye finds where it begins.
            table.add([row.stage == stage ? "" : row.stage, row.name] + row.refusals.map { $0 ?? "yes" })
            stage = row.stage
        }
        return table.text
    }

    /// The events that go nowhere, by why.
    private static func rest(_ rows: [RouteMatrix.Row]) -> [String] {
        guard !rows.isEmpty else { return [] }
        var byReason: [(reason: String, names: [String])] = []
        for row in rows {
            let reasons = row.refusals.compactMap { $0 }
            let reason = Set(reasons).count == 1 ? reasons[0] : "several reasons"
            if let index = byReason.firstIndex(where: { $0.reason == reason }) {
                byReason[index].names.append(row.name)
            } else {
                byReason.append((reason, [row.name]))
            }
        }
        var lines = ["", "\(rows.count) events go nowhere (--all shows them in the table):"]
        for entry in byReason {
            lines += wrapped(entry.names, indent: "    ", after: "  \(entry.reason): ")
        }
        return lines
    }

    /// Names with commas, in lines of at most 110 characters.
    private static func wrapped(_ names: [String], indent: String, after lead: String) -> [String] {
        var lines: [String] = []
        var line = lead
        for (index, name) in names.enumerated() {
            let word = name + (index == names.count - 1 ? "" : ", ")
            if line.count + word.count > 110 {
                lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
                line = indent
            }
            line += word
        }
        return lines + [line]
    }
}
