public import Outbound

/// What an event must be to reach a destination; all of it must hold.
public struct DestinationFilter: Sendable, Equatable {
    /// Canonical names.
    public let eventNames: NameFilter
    /// Platforms, such as `shopify`.
    public let platforms: NameFilter
    /// Segments, of `segments` or of the sender.
    public let segments: NameFilter
    /// What must hold of single values, in the order of the file.
    public let conditions: [EventCondition]
}

extension DestinationFilter: DefaultedSection {
    init(_ section: ConfigurationReader) {
        eventNames = section.value(
            "event_name", .nameFilter, default: NameFilter(), "Canonical names, one of which must be the event's.")
        platforms = section.value(
            "platform", .nameFilter, default: NameFilter(), "Platforms, one of which must be the event's.")
        segments = section.value(
            "segment", .nameFilter, default: NameFilter(), "Segments, in one of which the event must be.")
        conditions = section.value(
            "where", .conditions, default: [], "What must hold of single values, by path; see docs/routing.md.")
        check(section)
    }

    /// A sender may name segments of its own, so that only what is nearly a name of `segments` is doubtful.
    private func check(_ section: ConfigurationReader) {
        let known = section.context.claimed(in: ClaimScope.segmentName)
        for name in segments.wanted + segments.unwanted where !name.contains("*") && !known.contains(name) {
            guard let nearest = Spelling.nearest(to: name, among: known) else { continue }
            section.warn("\"\(name)\" is not among `segments`; did you mean \(nearest)?", at: "segment")
        }
    }
}

/// Names that are wanted, and names that are not.
public struct NameFilter: Sendable, Equatable {
    /// One of these must fit; empty for all.
    public var wanted: [String] = []
    /// None of these may fit.
    public var unwanted: [String] = []

    /// The choice as the router makes it.
    func choice(_ transform: (String) -> String = { $0 }) -> NameChoice {
        NameChoice(
            wanted.isEmpty ? nil : NamePatternSet(wanted.map(transform)),
            not: unwanted.isEmpty ? nil : NamePatternSet(unwanted.map(transform)))
    }

    /// The choice in words; empty if it takes all.
    var words: String {
        var parts = wanted.isEmpty ? [] : ["one of \(wanted.joined(separator: ", "))"]
        if !unwanted.isEmpty { parts.append("none of \(unwanted.joined(separator: ", "))") }
        return parts.joined(separator: " and ")
    }
}

extension ConfigurationFormat where Value == NameFilter {
    /// One name, a list of names, or both what is wanted and what is not; `*` stands for any text.
    static var nameFilter: ConfigurationFormat {
        let names = ConfigurationFormat<[String]>.oneOrMore(of: .text("name", byteCount: 1...256), count: 1...1000)
        return ConfigurationFormat(
            "name, list, or mapping of `in` and `not`", show: { $0.words.isEmpty ? .plain("none") : .plain($0.words) }
        ) { field in
            guard case .mapping(let entries) = field.node.content else {
                return names.read(field).map { NameFilter(wanted: $0) }
            }
            var filter = NameFilter()
            for entry in entries {
                let child = field.child(entry.key, entry.value)
                switch entry.key {
                case "in": filter.wanted = names.read(child) ?? []
                case "not": filter.unwanted = names.read(child) ?? []
                default: field.reportUnknown(entry, known: ["in", "not"])
                }
            }
            return filter
        }
    }
}
