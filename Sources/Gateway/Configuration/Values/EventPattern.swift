public import EventModel

/// Which events of a source are meant: all of a type, or those whose name fits.
public enum EventPattern: Sendable, Hashable, CustomStringConvertible {
    /// Every call of this type.
    case type(EnvelopeType)
    /// Track calls with this name, in which `*` stands for any text; compared as the registry compares names
    /// (reference inbound, 6.1).
    case name(String)

    /// As in the file.
    public var description: String {
        switch self {
        case .type(let type): type.rawValue
        case .name(let name): name
        }
    }

    /// Reads the name of an envelope type as that type, and anything else as an event's name.
    init(_ text: String) { self = EnvelopeType(rawValue: text).map(EventPattern.type) ?? .name(text) }
}

extension ConfigurationFormat where Value == EventPattern {
    /// An event's name with `*` for any text, or an envelope type such as `identify`.
    static var eventPattern: ConfigurationFormat {
        ConfigurationFormat<String>.text("event name or type", byteCount: 1...512)
            .map(show: { .plain($0.description) }, EventPattern.init)
    }
}
