import Gateway
import Platform

/// `tracklayer serve`: runs the gateway until it is told to end.
enum ServeCommand: Command {
    static let name = "serve"
    static let summary = "run the gateway"
    static let help = """
        serve [--config FILE]

        Listens, commits and delivers until SIGTERM or SIGINT, then drains: answers what it has accepted and ends what is
        under way. SIGHUP reads the configuration again: sources, destinations, limits and admin tokens change at once,
        listeners and the data directory with the next start. A faulty file changes nothing.
        """
    static let options = [Option.config]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("serve takes no words, only options") }
        Signals.block()
        guard var loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let logger = Logger(level: loaded.configuration.logLevel)
        let gateway: Gateway
        do {
            gateway = try Gateway(loaded, logger: logger)
        } catch let error as ConfigurationError {
            ConfigurationFile.report(error.faults)
            return .usage
        }
        gateway.start()
        logger.info(
            "listening",
            [
                "address": "\(loaded.configuration.listen.host):\(gateway.port)",
                "admin": "\(loaded.configuration.admin.listen.host):\(gateway.adminPort)",
                "data": loaded.configuration.dataDirectory,
                "sources": String(loaded.configuration.sources.count),
                "destinations": String(loaded.configuration.destinations.count),
            ])
        while Signals.wait() == .reload {
            if let next = reload(gateway, from: loaded, arguments.configPath, logger) { loaded = next }
        }
        logger.info("shutting down", [:])
        gateway.stop()
        return .done
    }

    /// Reads the file again and puts it in force; nil when it is faulty and the old configuration stays.
    private static func reload(
        _ gateway: Gateway, from old: LoadedConfiguration, _ path: String, _ logger: Logger
    ) -> LoadedConfiguration? {
        guard let next = ConfigurationFile.load(path) else {
            logger.error("configuration not reloaded: the file has faults; the old one stays in force", ["file": path])
            return nil
        }
        do {
            try gateway.reload(next)
        } catch {
            logger.error("configuration not reloaded; the old one stays in force", ["error": "\(error)"])
            return nil
        }
        let changes = ConfigurationDiff(from: old, to: next)
        let waiting = changes.changes.filter(\.waitsForRestart).map(\.path)
        logger.info(
            "configuration reloaded",
            [
                "changes": changes.changes.map(\.description).joined(separator: "; "),
                "waits_for_restart": waiting.joined(separator: ", "),
            ])
        return next
    }
}
