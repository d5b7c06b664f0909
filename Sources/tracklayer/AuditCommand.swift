import Gateway
import JSON

/// `tracklayer audit`: who had what done.
enum AuditCommand: Command {
    static let name = "audit"
    static let summary = "list what operators had done: who, from where, when, what, and how it ended"
    static let help = """
        audit [list] [--actor NAME] [--action NAME] [--outcome OUTCOME] [--from TIME] [--to TIME] [--limit N] [--json]

        Asks the running gateway's admin API, the newest first. An order is written down before it is carried out; one whose
        outcome stays "begun" was cut off by the end of the process and may have been done or not.
        """
    private static let filters = [
        Option("--actor", "NAME", "only orders of this token, or SIGHUP"),
        Option("--action", "NAME", "only this order, such as hold_destination"),
        Option("--outcome", "OUTCOME", "only orders that are begun, done or failed"),
        Option("--from", "TIME", "only those given at this time or later (2026-01-31T12:00:00Z)"),
        Option("--to", "TIME", "only those given before this time"),
    ]
    static let options = [Option.config] + filters + AdminList.options + [.json]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty || arguments.positional == ["list"] else {
            throw UsageError("audit takes no words but list, only options")
        }
        return try AdminClient.run(arguments) { admin, _ in
            try AdminList(path: "/api/audit", member: "entries", pageLimit: 500).show(
                arguments.query(filters), arguments, admin,
                table: ["WHEN", "WHO", "FROM", "ACTION", "OUTCOME", "OF WHAT", "DETAIL"],
                nothing: "There are no such entries.",
                row: { entry in
                    [
                        entry.text("time"), entry.text("actor"), entry.text("remote_address"), entry.text("action"),
                        entry.text("outcome"), Terminal.short(entry.text("subject"), 80), entry.text("detail"),
                    ]
                })
            return .done
        }
    }
}
