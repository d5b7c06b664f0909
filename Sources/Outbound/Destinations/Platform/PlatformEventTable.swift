/// What each canonical event is called on a platform.
public struct PlatformEventTable: Sendable, ExpressibleByDictionaryLiteral {
    /// How a platform knows an event.
    public enum Name: Sendable, Equatable {
        /// One of the platform's own events.
        case standard(String)
        /// A custom event of this name.
        case custom(String)
        /// Never sent, whatever a list says; why.
        case never(String)
    }

    private let names: [String: Name]
    /// The platform's own events that the table uses.
    let standardNames: Set<String>

    /// A table from its rows; a name that is there twice is a fault of the program.
    public init(dictionaryLiteral rows: (String, Name)...) {
        names = Dictionary(rows) { _, _ in preconditionFailure("an event stands twice in a platform's table") }
        standardNames = Set(
            rows.compactMap { _, name in if case .standard(let text) = name { text } else { nil } })
    }

    /// What a canonical event is called; nil for events that the table does not know.
    public subscript(event: String) -> Name? { names[event] }

    /// The canonical names of all rows, sorted.
    public var events: [String] { names.keys.sorted() }
}

/// What an event is called on a platform.
public struct PlatformEventName: Sendable, Equatable {
    /// As it is sent.
    public let text: String
    /// Whether it is none of the platform's own events.
    public let isCustom: Bool

    /// A name.
    public init(_ text: String, isCustom: Bool = false) {
        self.text = text
        self.isCustom = isCustom
    }
}
