/// A part of the configuration that is a mapping of its own.
///
/// `init` reads every key it knows, each exactly once and whatever the others say, so that faults are found together and
/// keys can be listed without a file. A new setting is a property and one line here, plus its row in
/// docs/configuration.md, which `UPDATE_GOLDEN=1` lets its test write.
protocol ConfigurationSection: Equatable, Sendable {
    /// Reads the section; nil if something required is missing or wrong, after that was reported.
    init?(_ section: ConfigurationReader)
}

/// A section in which nothing is required.
protocol DefaultedSection: ConfigurationSection {
    /// Reads the section, with defaults for what is missing or wrong.
    init(_ section: ConfigurationReader)
}

/// A cursor over one mapping of the file: hands out typed values, remembers which keys are known, collects faults.
final class ConfigurationReader {
    let field: ConfigurationField
    private let entries: [YAMLEntry]
    private var knownKeys: [String] = []
    private var acceptsUnknownKeys = false
    /// Said before summaries while keys that only one kind has are described.
    private var variant: String?

    var context: ConfigurationContext { field.context }

    /// A cursor over `field`; nil, with a fault, if it is no mapping.
    init?(_ field: ConfigurationField) {
        guard case .mapping(let entries) = field.node.content else {
            field.report("must be a mapping of keys and values, not \(field.node.kindName)")
            return nil
        }
        self.field = field
        self.entries = entries
    }

    /// A cursor over a mapping that is not there.
    init(missing field: ConfigurationField) {
        self.field = field
        entries = []
    }

    // MARK: Values

    /// The value of a key that must be there; nil after a fault was reported.
    func required<Value>(_ key: String, _ format: ConfigurationFormat<Value>, _ summary: String) -> Value? {
        let field = announce(key, format, fallback: "required", summary)
        guard let field else {
            if !context.isDescribing { report("is required", at: key) }
            return nil
        }
        return read(field, format)
    }

    /// The value of a key that may be missing; `absence` says what that means.
    func optional<Value>(
        _ key: String, _ format: ConfigurationFormat<Value>, absence: String = "none", _ summary: String
    ) -> Value? {
        announce(key, format, fallback: absence, summary).flatMap { read($0, format) }
    }

    /// The value of a key, or its default.
    func value<Value>(
        _ key: String, _ format: ConfigurationFormat<Value>, default fallback: Value, _ summary: String
    ) -> Value {
        let shown = format.show(fallback)
        let text = shown.map { "\($0)" } ?? "none"
        if let field = announce(key, format, fallback: text == "none" ? text : "`\(text)`", summary) {
            return read(field, format) ?? fallback
        }
        if let shown { field.child(key, field.node).record(shown) }
        return fallback
    }

    /// A section below this one, with all its defaults if it is missing.
    func group<Section: DefaultedSection>(_ key: String, _ type: Section.Type, _ summary: String) -> Section {
        let format = ConfigurationFormat.section(type)
        if let field = announce(key, format, fallback: "its defaults", summary), let value = format.read(field) {
            return value
        }
        return Section(ConfigurationReader(missing: field.child(key, field.node)))
    }

    /// What only one kind of this section has: `read` reads the keys of a kind from this cursor.
    ///
    /// An unknown kind (nil) has been reported; its keys cannot be judged and are let pass.
    func variant<Kind: CaseIterable & RawRepresentable<String>, Value>(
        of kind: Kind?, _ read: (Kind) -> Value?
    ) -> Value? {
        if context.isDescribing {
            for kind in Kind.allCases {
                variant = kind.rawValue
                _ = read(kind)
            }
            variant = nil
        }
        guard let kind else {
            acceptsUnknownKeys = true
            return nil
        }
        return read(kind)
    }

    /// Describes what `read` reads as that of several kinds, which `name` stands for.
    func shared<Value>(by name: String, _ read: () -> Value) -> Value {
        let kind = variant
        if kind != nil { variant = name }
        defer { variant = kind }
        return read()
    }

    // MARK: Faults

    /// Says what is wrong with a key, at its value or, if that is missing, at the section.
    func report(_ message: String, at key: String) {
        let path = path(of: key)
        context.report(message, path: path, at: context.mark(path: path) ?? field.node.mark)
    }

    /// Says what is doubtful about a key.
    func warn(_ message: String, at key: String) {
        let path = path(of: key)
        context.report(message, severity: .warning, path: path, at: context.mark(path: path) ?? field.node.mark)
    }

    /// Whether the file has a key, right or wrong.
    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// The whole path of a key of this section.
    func path(of key: String) -> String { field.path.isEmpty ? key : "\(field.path).\(key)" }

    /// Reports the keys that nobody asked for; called once, when the section has been read.
    func finish() {
        guard !acceptsUnknownKeys else { return }
        for entry in entries where !knownKeys.contains(entry.key) {
            let isShown = Self.looksLikeKey(entry.key)
            var message = isShown ? "unknown key" : "has an unknown key"
            if let nearest = Spelling.nearest(to: entry.key, among: knownKeys) {
                message += "; did you mean `\(nearest)`?"
            } else if knownKeys.count <= 12 {
                message += "; known here: \(knownKeys.joined(separator: ", "))"
            }
            context.report(message, path: isShown ? path(of: entry.key) : field.path, at: entry.keyMark)
        }
    }

    /// Whether a key may be repeated in a message: a misplaced secret must not be.
    private static func looksLikeKey(_ key: String) -> Bool {
        key.utf8.count <= 30 && key.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == 0x5F || $0 == 0x2D }
            && key.utf8.count { (0x30...0x39).contains($0) } <= 2
    }

    // MARK: Reading

    /// Makes a key known; gives its field if the file has it.
    private func announce<Value>(
        _ key: String, _ format: ConfigurationFormat<Value>, fallback: String, _ summary: String
    ) -> ConfigurationField? {
        knownKeys.append(key)
        if context.isDescribing {
            let summary = variant.map { "`\($0)`: \(summary)" } ?? summary
            context.record(
                ConfigurationKey(path: path(of: key), format: format.name, fallback: fallback, summary: summary))
            format.describe(field.child(key, field.node))
        }
        return entries.first { $0.key == key }.map { field.child(key, $0.value) }
    }

    private func read<Value>(_ field: ConfigurationField, _ format: ConfigurationFormat<Value>) -> Value? {
        guard let value = format.read(field) else { return nil }
        if let shown = format.show(value) { field.recordHidingPlaceholders(shown) }
        return value
    }
}

extension ConfigurationField {
    /// Keeps what this setting now is.
    func record(_ value: ConfigurationSetting.Value) {
        context.record(
            ConfigurationSetting(path: label, value: value, line: node.mark.line, column: node.mark.column))
    }

    /// Keeps what this setting now is, and hides it if some of it came from outside.
    func recordHidingPlaceholders(_ value: ConfigurationSetting.Value) {
        if case .plain(let text) = value, node.hasPlaceholder {
            record(.hidden(Secret(text)))
        } else {
            record(value)
        }
    }
}
