public import EventModel
import JSON

/// Tells what an envelope will be called without canonicalizing it, for filters.
///
/// Costs a fraction of a canonicalization: it looks at two members and the table of names. Belongs to one thread.
public struct EventPreview {
    /// What filters look at.
    public struct Outline: Sendable, Equatable {
        /// The call the sender made.
        public let type: EnvelopeType
        /// The sender's own name for a track event.
        public let sourceEvent: String?
        /// The canonical name.
        public let name: EventName
    }

    private var matcher: EventNameMatcher

    /// A preview that names events as the source's canonicalizer does.
    public init(source: SourceProfile) { matcher = EventNameMatcher(source: source) }

    /// What the envelope will be called.
    ///
    /// Nil where the usual members do not say: an odd spelling, or an envelope that will be refused. Such an envelope has
    /// to be canonicalized to know.
    public mutating func outline(of envelope: Envelope) -> Outline? {
        guard envelope.body.kind == .object, let type = type(of: envelope) else { return nil }
        switch type {
        case .track: return track(envelope.body[Self.event])
        case .page: return Outline(type: type, sourceEvent: nil, name: EventNameMatcher.Match.page.name)
        case .screen: return Outline(type: type, sourceEvent: nil, name: EventNameMatcher.Match.screen.name)
        case .identify: return Outline(type: type, sourceEvent: nil, name: EventNameMatcher.Match.identify.name)
        case .group: return Outline(type: type, sourceEvent: nil, name: EventNameMatcher.Match.group.name)
        case .alias: return Outline(type: type, sourceEvent: nil, name: EventNameMatcher.Match.alias.name)
        case .merge: return Outline(type: type, sourceEvent: nil, name: EventNameMatcher.Match.merge.name)
        case .delete: return Outline(type: type, sourceEvent: nil, name: EventNameMatcher.Match.delete.name)
        }
    }

    private func type(of envelope: Envelope) -> EnvelopeType? {
        if let type = envelope.routeType { return type }
        guard let value = envelope.body[Self.type] else { return nil }
        return value.withText { EnvelopeReader.type(named: $0.extracting($0.trimmed)) } ?? nil
    }

    private mutating func track(_ event: JSONValue?) -> Outline? {
        var notes = NoteList()
        guard let event, event.kind == .string, !event.hasLoneSurrogate,
            let text = event.cleanTextWithoutAddresses(notes: &notes)
        else { return nil }
        let match = text.withText { name -> EventNameMatcher.Match? in
            let isTooLong = name.characterCount > Canonicalizer.eventNameCharacterLimit
            return isTooLong || JunkValue.isNoName(name) ? nil : matcher.match(name)
        }
        return match.map { Outline(type: .track, sourceEvent: text, name: $0.name) }
    }

    private static let type: JSONKey = "type"
    private static let event: JSONKey = "event"
}
