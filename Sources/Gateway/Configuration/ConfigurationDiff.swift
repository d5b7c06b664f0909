/// What changed from one configuration to the next, without secrets; for the log of a reload.
///
/// Compares settings in effect: writing out a default, or reordering sources, is no change.
public struct ConfigurationDiff: Sendable, Equatable {
    /// One difference.
    public enum Change: Sendable, Equatable, CustomStringConvertible {
        /// A source or destination is new: `sources[web]`.
        case added(String)
        /// A source or destination is gone.
        case removed(String)
        /// A setting is another one; nil for none.
        case changed(path: String, from: ConfigurationSetting.Value?, to: ConfigurationSetting.Value?)

        /// The setting, source or destination.
        public var path: String {
            switch self {
            case .added(let path), .removed(let path), .changed(let path, _, _): path
            }
        }

        /// Whether it is in force only after a restart: listeners, the store's place, and what is sized at the start.
        public var waitsForRestart: Bool {
            let path = path
            // Read whenever they are needed.
            if path == "http.trusted_proxies" || path == "http.drain_timeout" { return false }
            return ["listen", "tls", "data", "log_level", "admin.listen", "http", "limits"].contains { key in
                path == key || path.hasPrefix(key + ".")
            }
        }

        /// One line: `dedup.window: 30d → 7d`; secrets and long texts are only said to have changed.
        public var description: String {
            switch self {
            case .added(let path): "\(path): added"
            case .removed(let path): "\(path): removed"
            case .changed(let path, let old, let new):
                if Self.isShort(old), Self.isShort(new) {
                    "\(path): \(old?.description ?? "none") → \(new?.description ?? "none")"
                } else {
                    "\(path): changed"
                }
            }
        }

        private static func isShort(_ value: ConfigurationSetting.Value?) -> Bool {
            guard case .plain(let text) = value else { return value == nil }
            return text.utf8.count <= 60 && !text.contains { $0.isNewline }
        }
    }

    /// Settings, sources and destinations that are new or other ones in the new file's order, then those that are gone.
    public let changes: [Change]

    /// Compares two configurations.
    public init(from old: LoadedConfiguration, to new: LoadedConfiguration) {
        self.init(from: old.settings, to: new.settings)
    }

    init(from old: [ConfigurationSetting], to new: [ConfigurationSetting]) {
        let oldSide = Side(old)
        let newSide = Side(new)
        var changes: [Change] = []
        var named: Set<String> = []
        for setting in new {
            if let member = Self.member(of: setting.path), !oldSide.members.contains(member) {
                if named.insert(member).inserted { changes.append(.added(member)) }
            } else if oldSide.values[setting.path] != setting.value {
                changes.append(.changed(path: setting.path, from: oldSide.values[setting.path], to: setting.value))
            }
        }
        for setting in old where newSide.values[setting.path] == nil {
            if let member = Self.member(of: setting.path), !newSide.members.contains(member) {
                if named.insert(member).inserted { changes.append(.removed(member)) }
            } else {
                changes.append(.changed(path: setting.path, from: setting.value, to: nil))
            }
        }
        self.changes = changes
    }

    /// Settings by path, and the sources and destinations among them.
    private struct Side {
        let values: [String: ConfigurationSetting.Value]
        let members: Set<String>

        init(_ settings: [ConfigurationSetting]) {
            values = Dictionary(settings.map { ($0.path, $0.value) }, uniquingKeysWith: { $1 })
            members = Set(settings.compactMap { ConfigurationDiff.member(of: $0.path) })
        }
    }

    /// `sources[web]` of `sources[web].kind`; nil for settings that belong to no member of a list.
    private static func member(of path: String) -> String? {
        path.firstIndex(of: "]").map { String(path[...$0]) }
    }
}
