import JSON

/// Whose data Meta uses in a limited way only, and by which law (reference meta, section 7).
enum MetaDataUse: Sendable, Equatable {
    /// Nobody's.
    case off
    /// That of events which ask for it.
    case auto
    /// Everybody's, by the law of one state; of none, Meta finds out by the address where the person is.
    case all(state: Int?)

    private static let states: [(name: String, code: Int)] = [
        ("US-CA", 1000), ("US-CO", 1001), ("US-CT", 1002), ("US-FL", 1003), ("US-OR", 1004), ("US-TX", 1005),
        ("US-MT", 1006), ("US-DE", 1007), ("US-NE", 1008), ("US-NH", 1009), ("US-NJ", 1010),
    ]

    /// The states that Meta knows laws of, as the setting has them.
    static var stateNames: [String] { states.map(\.name) }

    /// What a setting says; nobody's if it says nothing.
    init(_ setting: String) {
        switch setting {
        case "auto": self = .auto
        case "all": self = .all(state: nil)
        default:
            let state = Self.states.first { $0.name == setting }
            self = state.map { .all(state: $0.code) } ?? .off
        }
    }

    /// Writes Meta's three flags, or none of them; what the sender says of them comes first.
    func write(_ event: PlatformEvent, to json: inout JSONWriter) {
        if self == .off { return }
        if let use = event.consent?[.limitedUse] {
            json.member("data_processing_options", use[.options])
            guard use[.options]?.count ?? 0 > 0 else { return }
            json.member("data_processing_options_country", use[.country])
            json.member("data_processing_options_state", use[.state])
            return
        }
        var state: Int?
        if case .all(let fixed) = self { state = fixed } else if !event.isDataUseLimited { return }
        json.list("data_processing_options", "LDU")
        json.member("data_processing_options_country", state == nil ? 0 : 1)
        json.member("data_processing_options_state", state ?? 0)
    }
}
