import EventModel

/// Finds the canonical event that a sender's event name means (reference inbound, 6.1).
///
/// The account's own names come first, then the registry's canonical names, TrackStack's, and the senders'. One table
/// for the process holds the registry; each source adds a small one for its overrides and ambiguous names.
struct EventNameMatcher {
    /// What a name means; shared by all events of that name.
    final class Match: Sendable {
        /// The row of the registry, or nil for a custom event.
        let definition: EventDefinition?
        let name: EventName
        /// The rule that decided, for the decision trail.
        let rule: String
        /// Whether the name speaks of a product or item rather than of content in general.
        let namesProduct: Bool

        init(definition: EventDefinition?, name: EventName, rule: String, namesProduct: Bool) {
            self.definition = definition
            self.name = name
            self.rule = rule
            self.namesProduct = namesProduct
        }
    }

    fileprivate static let registry = makeRegistry()
    /// The longest slug of a custom event, in bytes.
    static let slugByteLimit = 100

    private let overrides: ByteStringTable
    private let overrideMatches: [Match]
    private let pageView: Match
    private var normalizer = NameNormalizer()

    /// A matcher with a source's overrides and the ambiguous names it switched on.
    init(source: SourceProfile) {
        var normalizer = NameNormalizer()
        var matches: [Match] = []
        let count = source.eventOverrides.count + source.enabledAmbiguousNames.count
        var table = ByteStringTable(capacity: count)
        // Sorted, so that two spellings of one name are decided the same way in every process.
        for (name, target) in source.eventOverrides.sorted(by: { $0.key < $1.key }) {
            normalizer.normalize(name)
            let match = Match(overriding: normalizer.bytes, with: target)
            if table.insert(normalizer.bytes, matches.count) == matches.count { matches.append(match) }
        }
        for name in source.enabledAmbiguousNames.sorted() {
            normalizer.normalize(name)
            guard let match = Self.registry.ambiguous[normalizer.bytes] else { continue }
            if table.insert(normalizer.bytes, matches.count) == matches.count { matches.append(match) }
        }
        overrides = table
        overrideMatches = matches
        pageView = Match(EventRegistry.definition(named: "page_view"), alias: "Viewed * Page")
    }

    /// What `name` means, or nil if nothing is left of it after normalization.
    mutating func match(_ name: Span<UInt8>) -> Match? {
        normalizer.normalize(name)
        let bytes = normalizer.bytes
        let normalized = bytes.span
        if normalized.isEmpty { return nil }
        if let index = overrides.value(of: normalized) { return overrideMatches[index] }
        if let index = Self.registry.table.value(of: normalized) { return Self.registry.matches[index] }
        if Self.isNamedPage(normalized) { return pageView }
        return Match(definition: nil, name: Self.customName(bytes), rule: "custom", namesProduct: false)
    }

    /// `viewed <anything> page`: how Segment names a page's track event.
    private static func isNamedPage(_ name: Span<UInt8>) -> Bool {
        let prefix: StaticString = "viewed "
        let suffix: StaticString = " page"
        guard name.count > prefix.utf8CodeUnitCount + suffix.utf8CodeUnitCount else { return false }
        return name.extracting(first: prefix.utf8CodeUnitCount).isCaseInsensitively(prefix)
            && name.extracting(last: suffix.utf8CodeUnitCount).isCaseInsensitively(suffix)
    }

    /// `custom.` and the normal form with underscores, cut at a character within the limit.
    static func customName(_ normalized: [UInt8]) -> EventName {
        var end = min(normalized.count, slugByteLimit)
        while end < normalized.count, end > 0, normalized[end] & 0xC0 == 0x80 { end -= 1 }
        var name = Array("custom.".utf8)
        name.append(contentsOf: normalized[..<end].lazy.map { $0 == 0x20 ? UInt8(ascii: "_") : $0 })
        return EventName(String(decoding: name, as: UTF8.self))
    }

    // MARK: - The registry's table

    fileprivate struct Registry: Sendable {
        var table: ByteStringTable
        var matches: [Match]
        var ambiguous: [[UInt8]: Match]
    }

    private static func makeRegistry() -> Registry {
        let definitions = EventRegistry.definitions
        let count = definitions.reduce(0) { $0 + $1.sourceNames.count + 2 }
        var registry = Registry(table: ByteStringTable(capacity: count), matches: [], ambiguous: [:])
        var normalizer = NameNormalizer()
        func add(_ name: String, _ row: EventDefinition) {
            normalizer.normalize(name)
            if registry.table.insert(normalizer.bytes, registry.matches.count) == registry.matches.count {
                registry.matches.append(Match(row, alias: name))
            }
        }
        for definition in definitions { add(definition.name.text, definition) }
        for definition in definitions { if let name = definition.trackStackName { add(name, definition) } }
        for definition in definitions {
            for name in definition.sourceNames { add(name, definition) }
            for name in definition.ambiguousNames {
                normalizer.normalize(name)
                registry.ambiguous[normalizer.bytes] = Match(definition, alias: name)
            }
        }
        return registry
    }
}

extension EventNameMatcher.Match {
    fileprivate convenience init(_ definition: EventDefinition?, alias: String) {
        self.init(
            definition: definition, name: definition?.name ?? EventName("custom"), rule: "registry:\(alias)",
            namesProduct: alias.contains("Product") || alias.contains("Item"))
    }

    fileprivate convenience init(overriding normalized: [UInt8], with target: String) {
        var normalizer = NameNormalizer()
        normalizer.normalize(target)
        let registry = EventNameMatcher.registry
        let rule = "override:\(String(decoding: normalized, as: UTF8.self))"
        if let index = registry.table.value(of: normalizer.bytes.span) {
            let row = registry.matches[index]
            self.init(definition: row.definition, name: row.name, rule: rule, namesProduct: false)
        } else {
            let name = target.hasPrefix("custom.") ? EventName(target) : EventNameMatcher.customName(normalizer.bytes)
            self.init(definition: nil, name: name, rule: rule, namesProduct: false)
        }
    }
}
