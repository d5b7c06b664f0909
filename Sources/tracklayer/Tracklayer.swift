import Gateway
import Glibc

/// The `tracklayer` program: picks the verb and turns its end into an exit code.
@main
enum Tracklayer {
    static var commands: [any Command.Type] {
        [
            InitCommand.self, ServeCommand.self, CheckCommand.self, CanonicalizeCommand.self, PreviewCommand.self,
            ReplayCommand.self,
            SinkCommand.self, VerifyCommand.self, TaxonomyCommand.self, RoutesCommand.self, ExplainCommand.self,
            DeadCommand.self, DestinationsCommand.self, SendTestCommand.self, EraseCommand.self, AlertsCommand.self,
            StatusCommand.self, EventsCommand.self, DeliveriesCommand.self, IdentityCommand.self, AuditCommand.self,
        ]
    }

    static func main() {
        // A reader that goes away (`| head`) ends the program quietly instead of killing a write.
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        exit(run(words).rawValue)
    }

    static func run(_ words: [String]) -> ExitCode {
        guard let verb = words.first, verb != "--help", verb != "help" else {
            Terminal.out(overview)
            return words.isEmpty ? .usage : .done
        }
        if verb == "--version" {
            Terminal.out("tracklayer \(Version.text)")
            return .done
        }
        guard let command = commands.first(where: { $0.name == verb }) else {
            Terminal.error("tracklayer: \"\(verb)\" is no verb; tracklayer --help lists them")
            return .usage
        }
        if words.contains("--help") {
            Terminal.out(helpText(of: command))
            return .done
        }
        do {
            return try command.run(Arguments(Array(words.dropFirst()), options: command.options))
        } catch let error as UsageError {
            Terminal.error("tracklayer \(verb): \(error)\nTry: tracklayer \(verb) --help")
            return .usage
        } catch {
            Terminal.error("tracklayer \(verb): \(error)")
            return (error as? CommandFailure)?.exitCode ?? .failed
        }
    }

    private static var overview: String {
        let width = commands.map { $0.name.count }.max() ?? 0
        let lines = commands.map { command in
            "  \(command.name.padded(to: width))  \(command.summary)"
        }
        return """
            TrackLayer Gateway \(Version.text): conversion events in, clean deliveries out.

            usage: tracklayer VERB [OPTION …]

            \(lines.joined(separator: "\n"))

            Every verb explains itself: tracklayer VERB --help
            Exit codes: 0 done, 1 the thing asked for failed, 2 usage or configuration.
            """
    }

    private static func helpText(of command: any Command.Type) -> String {
        var text = "usage: tracklayer \(command.help)"
        let names = command.options.map { option in option.value.map { "\(option.name) \($0)" } ?? option.name }
        let width = names.map(\.count).max() ?? 0
        if !names.isEmpty { text += "\n" }
        for (option, name) in zip(command.options, names) {
            text += "\n  \(name.padded(to: width))  \(option.summary)"
        }
        return text
    }
}

/// The version of this build.
enum Version {
    static let text = BuildInformation.version
}
