public import Outbound

/// One way into a segment; all of it must hold.
public struct SegmentConfiguration: Sendable, Equatable {
    /// Groups, one of which must be the event's; empty for any or none.
    public let groups: [String]
    /// What must hold of single values.
    public let conditions: [EventCondition]

    /// The case as the router takes it.
    var segmentCase: SegmentCase {
        SegmentCase(groups: groups.isEmpty ? nil : NamePatternSet(groups), conditions: conditions)
    }
}

extension SegmentConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        groups = section.value(
            "groups", .oneOrMore(of: .text("group id", byteCount: 1...256), count: 1...1000), default: [],
            "Groups (`groupId`), one of which must be the event's; `*` stands for any text.")
        conditions = section.value(
            "where", .conditions, default: [], "What must hold of single values, by path; see docs/routing.md.")
        guard groups.isEmpty, conditions.isEmpty, !section.context.isDescribing else { return }
        section.report("holds of every event; give it `groups` or `where`", at: "where")
    }
}

extension ConfigurationFormat where Value == [String: [SegmentConfiguration]] {
    /// Segments by name; one case or a list of cases, one of which must hold.
    static var segments: ConfigurationFormat {
        .dictionary(of: .oneOrMore(of: .section(), count: 1...100), keys: "segment") { name in
            let isName =
                (1...64).contains(name.utf8.count)
                && name.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_-.".utf8.contains($0) }
            return isName ? nil : "the name of a segment must have only letters, digits, _, - and ."
        }
    }
}
