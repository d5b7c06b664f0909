import Gateway
import Platform

/// Reads the configuration for a verb, and tells what is wrong with it.
enum ConfigurationFile {
    /// The configuration, or nil after its faults were printed to standard error.
    static func load(_ path: String) -> LoadedConfiguration? {
        do throws(ConfigurationError) {
            let loaded = try ConfigurationLoader.load(path, now: SystemClock().now)
            report(loaded.warnings)
            let faults = loaded.checkDestinations()
            report(faults)
            return faults.isEmpty ? loaded : nil
        } catch {
            report(error.faults)
            return nil
        }
    }

    /// Prints faults and warnings, one a line.
    static func report(_ faults: [ConfigurationFault]) {
        for fault in faults { Terminal.error(fault.description) }
    }
}
