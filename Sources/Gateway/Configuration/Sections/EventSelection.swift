/// The events a destination is meant for, by canonical name (design, section 7).
public enum EventSelection: Sendable, Equatable {
    /// Nothing was said: what destinations of the kind take by default.
    case blank
    /// The platform's own list.
    case defaults
    /// The whole registry and custom events.
    case all
    /// Exactly these.
    case names([String])
}

extension ConfigurationFormat where Value == EventSelection {
    /// `all`, `defaults` or a list of canonical names.
    static var eventSelection: ConfigurationFormat {
        let name = ConfigurationFormat<String>.text("canonical name", byteCount: 1...100)
        let names = ConfigurationFormat<[String]>.list(of: name, count: 1...1000)
        return ConfigurationFormat("`all`, `defaults` or a list of canonical names", show: show) { field in
            guard case .scalar = field.node.content else { return names.read(field).map(EventSelection.names) }
            guard let text = field.text() else { return nil }
            switch text.text {
            case "all": return .all
            case "defaults": return .defaults
            default:
                field.report("\(text.quoted) is not allowed; use all, defaults or a list of canonical names")
                return nil
            }
        }
    }

    private static func show(_ selection: EventSelection) -> ConfigurationSetting.Value? {
        switch selection {
        case .blank: nil
        case .defaults: .plain("defaults")
        case .all: .plain("all")
        case .names(let names): .plain("[\(names.joined(separator: ", "))]")
        }
    }
}
