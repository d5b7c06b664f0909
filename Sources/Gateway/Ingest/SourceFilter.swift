import Canonicalizer
import EventModel
import Outbound

/// Which envelopes of a source are taken (design, section 3; reference inbound, section 0 of the product's filters).
///
/// `include` narrows what becomes an event: track, page and screen calls. Calls that say who somebody is or what may be
/// done with their data (identify, group, alias, merge, delete) pass unless `exclude` names them, so that a narrow list
/// of conversions does not cut the identity graph off. `exclude` wins over `include`.
///
/// A name is the sender's, compared as the registry compares names, or a canonical one, which also means the calls that
/// have no name of their own: `page_view` means page calls, `custom.*` every track call that the registry does not know.
struct SourceFilter: Sendable {
    private let includedTypes: Set<EnvelopeType>
    private let includedNames: NamePatternList
    private let includedEvents: NamePatternSet
    private let excludedTypes: Set<EnvelopeType>
    private let excludedNames: NamePatternList
    private let excludedEvents: NamePatternSet
    private let includesEverything: Bool
    /// Whether there is nothing to look at.
    let takesEverything: Bool

    /// What is answered for an event that the filter does not take.
    static let rejection = Rejection(.filtered, "the source's include and exclude lists leave this event out")

    private static let narrowed: Set<EnvelopeType> = [.track, .page, .screen]

    init(_ source: SourceConfiguration) {
        includedTypes = source.include.types
        includedNames = NamePatternList(source.include.names)
        includedEvents = NamePatternSet(source.include.names)
        excludedTypes = source.exclude.types
        excludedNames = NamePatternList(source.exclude.names)
        excludedEvents = NamePatternSet(source.exclude.names)
        takesEverything = source.include.isEmpty && source.exclude.isEmpty
        includesEverything = source.include.isEmpty
    }

    /// Whether an event is taken.
    ///
    /// - Parameters:
    ///   - type: The call the sender made.
    ///   - name: The sender's own name for a track event.
    ///   - event: The canonical name.
    /// - Returns: False if the event is to be answered as ignored.
    func takes(_ type: EnvelopeType, name: String?, event: EventName) -> Bool {
        if takesEverything { return true }
        if excludedTypes.contains(type) || excludedEvents.contains(event.text) { return false }
        if let name, !excludedNames.isEmpty, excludedNames.contains(name) { return false }
        if includesEverything || includedTypes.contains(type) || !Self.narrowed.contains(type) { return true }
        if includedEvents.contains(event.text) { return true }
        guard let name, type == .track else { return false }
        return includedNames.contains(name)
    }
}

/// Event names with `*` for any text, compared as the registry compares names.
struct NamePatternList: Sendable {
    private let patterns: [[Substring]]

    init(_ names: [String]) {
        patterns = names.map { name in
            let parts = name.split(separator: "*", omittingEmptySubsequences: false)
            return parts.indices.map { index in
                // A blank beside a star stands for the end of a word: `Product *` does not mean `Products Searched`.
                let isAfterStar = index > 0 && parts[index].first.map(Self.isSeparator) == true
                let isBeforeStar = index < parts.count - 1 && parts[index].last.map(Self.isSeparator) == true
                let text = EventNames.normalized(String(parts[index]))
                return Substring((isAfterStar ? " " : "") + text + (isBeforeStar && !text.isEmpty ? " " : ""))
            }
        }
    }

    private static func isSeparator(_ character: Character) -> Bool {
        character.isWhitespace || "_-./:$".contains(character)
    }

    var isEmpty: Bool { patterns.isEmpty }

    /// Whether a name fits one of the patterns.
    func contains(_ name: String) -> Bool {
        let name = EventNames.normalized(name)
        return patterns.contains { Self.fits(name, $0) }
    }

    private static func fits(_ name: String, _ parts: [Substring]) -> Bool {
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return name == parts.first ?? "" }
        guard name.hasPrefix(first), name.count >= first.count + last.count, name.hasSuffix(last) else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}

extension [EventPattern] {
    fileprivate var types: Set<EnvelopeType> {
        Set(compactMap { if case .type(let type) = $0 { type } else { nil } })
    }

    fileprivate var names: [String] {
        compactMap { if case .name(let name) = $0 { name } else { nil } }
    }
}
