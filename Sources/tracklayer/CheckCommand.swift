import Gateway
import JSON
import Outbound
import Platform

/// `tracklayer check`: says whether a configuration can be used.
enum CheckCommand: Command {
    static let name = "check"
    static let summary = "validate the configuration"
    static let help = """
        check [--config FILE] [--online] [--json]

        Reads the configuration as `serve` would and prints every fault and warning with its file, line and column.
        Opens no store and sends nothing. Exit code 0 when it can be used, 2 when not.

        With --online, the credentials of every platform's destination are tried, too, without sending a conversion:
        good, refused in the platform's words, or why nobody can tell. Exit code 1 when some are refused.
        """
    static let options = [
        Option.config, Option("--online", nil, "try the credentials of platforms, without sending a conversion"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("check takes no words, only options") }
        let faults: [ConfigurationFault]
        var loaded: LoadedConfiguration?
        do throws(ConfigurationError) {
            let configuration = try ConfigurationLoader.load(arguments.configPath, now: SystemClock().now)
            faults = configuration.warnings + configuration.checkDestinations()
            loaded = configuration
        } catch {
            faults = error.faults
        }
        let isUsable = !faults.contains { $0.severity == .error }
        let trials = arguments.has("--online") ? loaded.map(trials) ?? [] : []
        if arguments.has("--json") {
            Terminal.out(json(faults, trials, isUsable: isUsable))
        } else {
            ConfigurationFile.report(faults)
            if isUsable, let configuration = loaded?.configuration {
                Terminal.out(
                    "\(arguments.configPath): good; \(count(configuration.sources.count, "source")), "
                        + "\(count(configuration.destinations.count, "destination"))")
            }
            for trial in trials { Terminal.out("\(trial.destination): \(trial.outcome.words)") }
        }
        guard isUsable else { return .usage }
        return trials.contains { $0.outcome.isRefused } ? .failed : .done
    }

    private typealias Trial = (destination: String, outcome: CredentialTrial.Outcome)

    /// Tries the credentials of each destination that is switched on.
    private static func trials(_ loaded: LoadedConfiguration) -> [Trial] {
        let client = BlockingHTTPClient()
        defer { client.stop() }
        return loaded.enabledDestinations().map { destination in
            (destination.name, CredentialTrial(destination).outcome(at: SystemClock().now) { client.send($0) })
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func json(_ faults: [ConfigurationFault], _ trials: [Trial], isUsable: Bool) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("usable", isUsable)
            json.key("faults")
            json.array { json in
                for fault in faults {
                    json.object { json in
                        json.member("severity", fault.severity == .error ? "error" : "warning")
                        json.member("file", fault.file)
                        json.member("line", fault.line)
                        json.member("column", fault.column)
                        json.member("path", fault.path)
                        json.member("message", fault.message)
                    }
                }
            }
            guard !trials.isEmpty else { return }
            json.key("credentials")
            json.array { json in
                for trial in trials {
                    json.object { json in
                        json.member("destination", trial.destination)
                        json.member("finding", trial.outcome.name)
                        json.member("message", trial.outcome.words)
                    }
                }
            }
        }
        return json.text
    }
}

extension CredentialTrial.Outcome {
    /// One word for programs.
    fileprivate var name: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unknown: "unknown"
        case .impossible: "untried"
        }
    }

    /// A sentence for people.
    fileprivate var words: String {
        switch self {
        case .valid: "the credentials are good"
        case .invalid(let words): "the credentials are refused: \(words)"
        case .unknown(let words): "cannot be told: \(words)"
        case .impossible(let words): "not tried: \(words)"
        }
    }

    fileprivate var isRefused: Bool { if case .invalid = self { true } else { false } }
}
