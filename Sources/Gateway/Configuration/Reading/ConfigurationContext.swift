import Platform

/// What all readers of one file share: where things are looked up, and what has been found so far.
///
/// Lives for one load, on one thread.
final class ConfigurationContext {
    /// How many faults of each severity are kept; nobody reads more.
    static let faultLimit = 200

    /// The file as it was named, for messages.
    let file: String
    let environment: ConfigurationEnvironment
    let now: Timestamp
    /// Whether there is no file: every key is read once, to learn what keys there are.
    let isDescribing: Bool
    private let lines: [Substring]

    private(set) var faults: [ConfigurationFault] = []
    private(set) var settings: [ConfigurationSetting] = []
    private(set) var keys: [ConfigurationKey] = []
    private var marks: [String: YAMLMark] = [:]
    private var claims: [String: [String: String]] = [:]

    init(
        file: String, text: String = "", environment: ConfigurationEnvironment, now: Timestamp,
        isDescribing: Bool = false
    ) {
        self.file = file
        self.environment = environment
        self.now = now
        self.isDescribing = isDescribing
        lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    }

    // MARK: Faults

    func report(_ message: String, severity: ConfigurationFault.Severity = .error, path: String, at mark: YAMLMark) {
        let fault = ConfigurationFault(
            severity: severity, file: file, line: mark.line, column: mark.column, path: path, message: message)
        // An alias is read once for every use, and wrong at one place.
        guard !faults.contains(fault), faults.count(where: { $0.severity == severity }) < Self.faultLimit else {
            return
        }
        faults.append(fault)
    }

    /// Remembers where a setting is, for faults that are found later.
    func setMark(_ mark: YAMLMark, path: String) { marks[path] = mark }

    /// Where a setting is, or the section that lacks it; nil if nobody asked for it yet.
    func mark(path: String) -> YAMLMark? { marks[path] }

    /// The first place behind `mark` with this text, or `mark`.
    func find(_ text: String, from mark: YAMLMark) -> YAMLMark {
        for number in mark.line..<max(mark.line, lines.count + 1) {
            let line = lines[number - 1]
            let start = number == mark.line ? line.dropFirst(mark.column - 1) : line
            guard let range = start.firstRange(of: text) else { continue }
            return YAMLMark(line: number, column: line.distance(from: line.startIndex, to: range.lowerBound) + 1)
        }
        return mark
    }

    // MARK: What was read

    /// Keeps what a setting now is.
    func record(_ setting: ConfigurationSetting) { settings.append(setting) }

    /// Keeps that there is such a key; the first description stands.
    func record(_ key: ConfigurationKey) {
        if !keys.contains(where: { $0.path == key.path }) { keys.append(key) }
    }

    // MARK: Claims

    /// Takes a value that only one may have, such as a name.
    ///
    /// - Parameters:
    ///   - value: What is claimed; may be a secret, and is not kept beyond the load.
    ///   - scope: What kind of value it is.
    ///   - path: Who claims it.
    /// - Returns: The path of whoever claimed it before, or nil.
    func claim(_ value: String, in scope: String, by path: String) -> String? {
        if let owner = claims[scope]?[value] { return owner }
        claims[scope, default: [:]][value] = path
        return nil
    }

    /// Whether somebody has claimed a value.
    func isClaimed(_ value: String, in scope: String) -> Bool { claims[scope]?[value] != nil }

    /// Everything that was claimed in a scope.
    func claimed(in scope: String) -> [String] { (claims[scope] ?? [:]).keys.sorted() }

    // MARK: Files

    /// A path of the file, taken from the file's own directory unless it is absolute.
    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let relative = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
        guard let slash = file.lastIndex(of: "/") else { return relative.isEmpty ? "." : String(relative) }
        return String(file[...slash] + relative)
    }
}
