import EventModel
import JSON

/// Tells where an action happened (reference inbound, 4.1, `channel`).
enum SourceChannel {
    /// The channel in lower case; the usual ones take no copy.
    static func name(of channel: JSONValue?, notes: inout NoteList) -> String? {
        guard let channel else { return nil }
        let usual = channel.withText { text -> String? in
            if text.isCaseInsensitively("web") { return "web" }
            if text.isCaseInsensitively("mobile") { return "mobile" }
            if text.isCaseInsensitively("server") { return "server" }
            return nil
        }
        if let usual = usual ?? nil { return usual }
        return channel.cleanText(notes: &notes)?.lowercased()
    }

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
