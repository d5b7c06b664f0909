public import Platform

/// A configuration file that was read without errors.
public struct LoadedConfiguration: Sendable {
    /// The file as it was named.
    public let file: String
    /// What it says.
    public let configuration: GatewayConfiguration
    /// What is doubtful in it, in the order of its lines.
    public let warnings: [ConfigurationFault]
    /// Every setting in effect, in the order of reading.
    public let settings: [ConfigurationSetting]

    /// An error at a setting, for whoever finds it after loading, such as a template that does not parse.
    ///
    /// - Parameters:
    ///   - path: The setting with list members by name: `destinations[ops-hook].template`.
    ///   - message: What is wrong and what to do, without secrets.
    /// - Returns: A fault at the setting's line, else at the line of the nearest one around it, else at the whole file.
    public func fault(at path: String, _ message: String) -> ConfigurationFault {
        var rest = path[...]
        var setting = settings.first { $0.path == rest }
        while setting == nil, let end = rest.lastIndex(where: { $0 == "." || $0 == "[" }) {
            rest = rest[..<end]
            setting = settings.first { $0.path == rest || $0.path.hasPrefix(rest + ".") }
        }
        return ConfigurationFault(
            severity: .error, file: file, line: setting?.line ?? 0, column: setting?.column ?? 0, path: path,
            message: message)
    }
}

/// Reads configuration files.
public enum ConfigurationLoader {
    /// Reads and checks a file.
    ///
    /// - Parameters:
    ///   - file: Its path; paths inside it are relative to its directory.
    ///   - environment: Where placeholders and files are looked up.
    ///   - now: The time against which end dates of secrets are held.
    /// - Returns: What it says, with what is doubtful in it.
    /// - Throws: Everything that is wrong with it, at once.
    public static func load(
        _ file: String, environment: ConfigurationEnvironment = .process, now: Timestamp
    ) throws(ConfigurationError) -> LoadedConfiguration {
        switch environment.file(file) {
        case .success(let bytes): return try read(bytes, file: file, environment: environment, now: now)
        case .failure(let fault):
            let message = "cannot be read: \(fault.reason); `tracklayer init` writes a new one"
            throw ConfigurationError(faults: [
                ConfigurationFault(severity: .error, file: file, line: 0, column: 0, path: "", message: message)
            ])
        }
    }

    /// Reads and checks the content of a file.
    static func read(
        _ bytes: [UInt8], file: String, environment: ConfigurationEnvironment, now: Timestamp
    ) throws(ConfigurationError) -> LoadedConfiguration {
        let context = ConfigurationContext(
            file: file, text: String(decoding: bytes, as: UTF8.self), environment: environment, now: now)
        let document = YAMLDocument(bytes)
        for fault in document.faults { context.report(fault.message, path: "", at: fault.mark) }
        var configuration: GatewayConfiguration?
        if let root = document.root {
            configuration = ConfigurationFormat.section()
                .read(ConfigurationField(root, path: "", label: "", context: context))
        } else if document.faults.isEmpty {
            context.report("the file is empty; `tracklayer init` writes one to start from", path: "", at: .start)
        }
        let faults = context.faults.sorted { ($0.line, $0.column, $0.path) < ($1.line, $1.column, $1.path) }
        guard let configuration, !faults.contains(where: { $0.severity == .error }) else {
            throw ConfigurationError(faults: faults)
        }
        return LoadedConfiguration(
            file: file, configuration: configuration, warnings: faults, settings: context.settings)
    }
}
