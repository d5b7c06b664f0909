import Platform

/// All keys of the configuration, as docs/configuration.md lists them.
///
/// Made by reading a configuration that is not there, so it cannot differ from what is read.
enum ConfigurationReference {
    /// Every key, in the order of reading.
    static func keys() -> [ConfigurationKey] {
        let context = ConfigurationContext(
            file: "gateway.yaml",
            environment: ConfigurationEnvironment(variable: { _ in nil }, file: { _ in .success([]) }),
            now: Timestamp(milliseconds: 0), isDescribing: true)
        let nothing = YAMLNode(.mapping([]), at: .start)
        let root = ConfigurationField(nothing, path: "", label: "", context: context)
        _ = GatewayConfiguration(ConfigurationReader(missing: root))
        return context.keys
    }

    /// The tables of all sections by the section's path, in the order of reading; the top level has the empty path.
    static func tables() -> [(section: String, markdown: String)] {
        var sections: [String] = []
        var rows: [String: [String]] = [:]
        for key in keys() {
            let dot = key.path.lastIndex(of: ".")
            let section = dot.map { String(key.path[..<$0]) } ?? ""
            let name = dot.map { key.path[key.path.index(after: $0)...] } ?? key.path[...]
            if rows[section] == nil { sections.append(section) }
            rows[section, default: []].append("| `\(name)` | \(key.format) | \(key.fallback) | \(key.summary) |")
        }
        return sections.map { section in
            let head = ["| key | value | default | meaning |", "|---|---|---|---|"]
            return (section, (head + (rows[section] ?? [])).joined(separator: "\n"))
        }
    }
}
