import Canonicalizer
import Gateway

/// `tracklayer taxonomy`: the registry of events.
enum TaxonomyCommand: Command {
    static let name = "taxonomy"
    static let summary = "print every event the gateway knows"
    static let help = """
        taxonomy [--stage STAGE] [--json]

        Prints the registry: canonical name, TrackStack's name, funnel stage, routing class, business ids in order of
        preference, and the names senders use (a dagger marks those that are off unless a source lists them in
        ambiguous_names). docs/events.md is the same as a page. Needs no configuration and no running gateway.
        """
    static let options = [
        Option("--stage", "STAGE", "only this stage: \(Taxonomy.stageNames.joined(separator: ", "))"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("taxonomy takes no words, only options") }
        var stage: FunnelStage?
        if let name = arguments.value("--stage") {
            stage = FunnelStage(rawValue: name)
            guard stage != nil else {
                throw UsageError("--stage \(name): known are \(Taxonomy.stageNames.joined(separator: ", "))")
            }
        }
        let taxonomy = Taxonomy(stage: stage)
        Terminal.out(arguments.has("--json") ? taxonomy.json : taxonomy.table)
        return .done
    }
}
