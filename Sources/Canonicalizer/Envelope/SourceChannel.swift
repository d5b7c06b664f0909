import EventModel
import JSON

/// Tells where an action happened (reference inbound, 4.1, `channel`).
enum SourceChannel {
    /// What the channel says; without a known one, what the kind of call and the context show.
    static func actionSource(channel: String?, _ envelope: borrowing ReadEnvelope) -> ActionSource {
        switch channel {
        case "web", "browser", "client": return .website
        case "mobile": return .app
        case "server", "sources": return .system
        default: break
        }
        if envelope.type == .page { return .website }
        if envelope.type == .screen { return .app }
        if envelope.contextMembers[.page]?[url] != nil { return .website }
        if let device = envelope.contextMembers[.device], device[type] != nil || device[model] != nil { return .app }
        return .system
    }

    private static let url: JSONKey = "url"
    private static let type: JSONKey = "type"
    private static let model: JSONKey = "model"
}
