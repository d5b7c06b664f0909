import JSON

/// What filters and segments ask of an event beyond its members.
extension EventView {
    /// A trait of the person: what an identify call says, or what another call says in `context.traits`.
    func trait(_ key: JSONKey) -> JSONValue? {
        if let value = contextTraits?[key], !value.isNull { return value }
        return isIdentify ? canonical[Self.propertiesKey]?[key] : nil
    }

    /// All traits, as one object; nil if there are none.
    var traits: JSONValue? { contextTraits ?? (isIdentify ? canonical[Self.propertiesKey] : nil) }

    /// The group or company that the event names.
    var groupID: String? { customData?[Self.groupKey]?.string }

    /// The names of the event's segments as the committer found them; of an event that was committed before there were
    /// segments, or without any filter that asks for them, those that the sender says.
    public var segments: [String] {
        guard let kept = decisions?[Self.segmentsKey] else { return statedSegments }
        return kept.elements.compactMap(\.string)
    }

    /// The segments that the sender says: `segment` and `segments` of the traits, else of the properties, each a text or a
    /// list of texts.
    var statedSegments: [String] {
        var names: [String] = []
        for key in [Self.segmentKey, Self.segmentsKey] {
            guard let value = trait(key) ?? property(key) else { continue }
            let texts = value.kind == .array ? value.elements.prefix(SegmentTable.limit).map(\.string) : [value.string]
            for case let text? in texts
            where !text.isEmpty && text.utf8.count <= SegmentTable.nameByteLimit && !names.contains(text) {
                names.append(text)
            }
        }
        return Array(names.prefix(SegmentTable.limit))
    }

    private var contextTraits: JSONValue? { canonical[Self.contextKey]?[Self.traitsKey] }

    private var isIdentify: Bool { canonical[Self.typeKey]?.withString { $0.elementsEqual("identify".utf8) } ?? false }

    private static let contextKey: JSONKey = "context"
    private static let traitsKey: JSONKey = "traits"
    private static let typeKey: JSONKey = "type"
    private static let propertiesKey: JSONKey = "properties"
    private static let groupKey: JSONKey = "group_id"
    private static let segmentKey: JSONKey = "segment"
    private static let segmentsKey: JSONKey = "segments"
}

extension EventView {
    /// The value at a path outside of loops.
    func value(at path: TemplatePath) -> TemplateValue {
        var steps = path.steps[...]
        var current: JSONValue?
        switch path.root {
        case .event(let key): current = canonical[key]
        case .identity: current = identity
        case .properties:
            guard let first = steps.popFirst() else { return .properties }
            current = property(first.key)
        case .traits:
            guard let first = steps.popFirst() else { return TemplateValue(traits) }
            current = trait(first.key)
        case .segment:
            let names = segments
            return names.isEmpty || !steps.isEmpty ? .missing : .text(Array(names.joined(separator: ",").utf8))
        case .segments: return segmentList(steps)
        case .element: return .missing
        }
        return TemplateValue(current, below: steps)
    }

    private func segmentList(_ steps: ArraySlice<TemplatePath.Step>) -> TemplateValue {
        if let kept = decisions?[Self.segmentsKey] { return TemplateValue(kept, below: steps) }
        let names = segments
        if let step = steps.first {
            guard steps.count == 1, let position = step.position, position < names.count else { return .missing }
            return .text(Array(names[position].utf8))
        }
        return names.isEmpty ? .missing : .list(names.map { .text(Array($0.utf8)) })
    }
}

extension TemplateValue {
    /// The value that is reached from another by steps; missing if there is none.
    init(_ start: JSONValue?, below steps: ArraySlice<TemplatePath.Step>) {
        var current = start
        for step in steps { current = current?.member(step.key, orElementAt: step.position) }
        self.init(current)
    }
}
