import Gateway
import JSON
import Platform

/// `tracklayer check`: says whether a configuration can be used.
enum CheckCommand: Command {
    static let name = "check"
    static let summary = "validate the configuration"
    static let help = """
        check [--config FILE] [--json]

        Reads the configuration as `serve` would and prints every fault and warning with its file, line and column.
        Opens no store and sends nothing. Exit code 0 when it can be used, 2 when not.
        """
    static let options = [Option.config, .json]

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
        if arguments.has("--json") {
            Terminal.out(json(faults, isUsable: isUsable))
        } else {
            ConfigurationFile.report(faults)
            if isUsable, let configuration = loaded?.configuration {
                Terminal.out(
                    "\(arguments.configPath): good; \(count(configuration.sources.count, "source")), "
                        + "\(count(configuration.destinations.count, "destination"))")
            }
        }
        return isUsable ? .done : .usage
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func json(_ faults: [ConfigurationFault], isUsable: Bool) -> String {
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
        }
        return json.text
    }
}
