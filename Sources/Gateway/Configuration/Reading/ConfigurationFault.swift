/// One thing that is wrong, or doubtful, in a configuration file.
public struct ConfigurationFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whether the configuration can be used in spite of a fault.
    public enum Severity: Sendable {
        /// The file is refused.
        case error
        /// The file is used, and the operator should look.
        case warning
    }

    /// Whether the file is refused.
    public let severity: Severity
    /// The file as it was named to the loader.
    public let file: String
    /// From 1; 0 if the file could not be read at all.
    public let line: Int
    /// In characters, from 1.
    public let column: Int
    /// The setting, such as `destinations[2].url`; empty for faults of the file as a whole.
    public let path: String
    /// What is wrong and what to do; holds no secret and nothing that came from the environment.
    public let message: String

    /// `gateway.yaml:12:5: destinations[2].url: "ftp" is not allowed; use http or https`.
    public var description: String {
        var text = line > 0 ? "\(file):\(line):\(column): " : "\(file): "
        if severity == .warning { text += "warning: " }
        if !path.isEmpty { text += "\(path): " }
        return text + message
    }
}

/// Why a configuration was refused: every fault of the file, in the order of its lines.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// Errors and warnings; at least one error.
    public let faults: [ConfigurationFault]

    /// One fault a line.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
