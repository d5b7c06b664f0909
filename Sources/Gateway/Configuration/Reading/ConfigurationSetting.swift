/// One setting of a loaded configuration, as it is in effect: given in the file, or its default.
public struct ConfigurationSetting: Sendable, Equatable {
    /// What a setting is.
    public enum Value: Sendable, Equatable, CustomStringConvertible {
        /// Text that may be shown.
        case plain(String)
        /// A secret, or something that came from the environment.
        case hidden(Secret)

        /// The text, or `***`.
        public var description: String {
            switch self {
            case .plain(let text): text
            case .hidden(let secret): secret.description
            }
        }
    }

    /// Where the setting belongs, members of lists by their name: `destinations[ops-hook].url`.
    public let path: String
    /// What it is.
    public let value: Value
    /// The line of the value, or of the section that lacks it.
    public let line: Int
    /// The column on that line.
    public let column: Int
}

/// One key that a section knows, for the reference page and for spelling suggestions.
struct ConfigurationKey: Sendable, Equatable {
    /// Such as `sources[].name`.
    let path: String
    /// What kind of value it takes.
    let format: String
    /// The default as written, `required`, or what its absence means.
    let fallback: String
    /// One sentence on what it does.
    let summary: String
}
