import Canonicalizer
import EventModel

/// A source's filter before canonicalization is paid for; lives on one event loop.
struct ItemFilter {
    private let filter: SourceFilter
    private var preview: EventPreview?

    init(_ source: SourceRuntime) {
        filter = source.filter
        preview = filter.takesEverything ? nil : EventPreview(source: source.profile)
    }

    /// Whether the source takes an envelope; nil when only its canonical event can tell.
    mutating func takes(_ envelope: Envelope) -> Bool? {
        if filter.takesEverything { return true }
        guard let outline = preview?.outline(of: envelope) else { return nil }
        return filter.takes(outline.type, name: outline.sourceEvent, event: outline.name)
    }
}

extension SourceFilter {
    /// Whether the source takes an event.
    func takes(_ event: CanonicalEvent) -> Bool { takes(event.type, name: event.sourceEvent, event: event.name) }
}
