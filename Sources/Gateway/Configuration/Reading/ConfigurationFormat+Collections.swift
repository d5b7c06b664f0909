extension ConfigurationFormat where Value: ConfigurationSection {
    /// A mapping with keys of its own.
    static func section(_: Value.Type = Value.self) -> ConfigurationFormat {
        ConfigurationFormat(
            "mapping", isNested: true, describe: { _ = Value(ConfigurationReader(missing: $0)) }
        ) { field in
            guard let reader = ConfigurationReader(field) else { return nil }
            let value = Value(reader)
            reader.finish()
            return value
        }
    }
}

extension ConfigurationFormat {
    /// A list, without the members that are wrong and were reported.
    static func list<Element>(
        of element: ConfigurationFormat<Element>, count: ClosedRange<Int> = 0...1000
    ) -> ConfigurationFormat where Value == [Element] {
        ConfigurationFormat(
            element.isNested ? "list of mappings" : "list of: \(element.name)", isNested: element.isNested,
            show: { showAll($0, element) }, describe: describeMembers(element)
        ) { field in
            guard case .sequence(let nodes) = field.node.content else {
                field.report("must be a list, not \(field.node.kindName)")
                return nil
            }
            return members(of: field, nodes, element, count)
        }
    }

    /// One value, or a list of them.
    static func oneOrMore<Element>(
        of element: ConfigurationFormat<Element>, count: ClosedRange<Int> = 1...100
    ) -> ConfigurationFormat where Value == [Element] {
        ConfigurationFormat(
            "\(element.name), or a list", show: { showAll($0, element) }, describe: describeMembers(element)
        ) { field in
            guard case .sequence(let nodes) = field.node.content else { return element.read(field).map { [$0] } }
            return members(of: field, nodes, element, count)
        }
    }

    /// A mapping whose keys are the operator's own; each entry is a setting of its own.
    ///
    /// `rule` gives what is wrong with a key as the rest of a sentence that begins with it.
    static func dictionary<Element>(
        of element: ConfigurationFormat<Element>, keys keyName: String, count: ClosedRange<Int> = 0...1000,
        rule: @escaping (String) -> String? = { _ in nil }
    ) -> ConfigurationFormat where Value == [String: Element] {
        ConfigurationFormat(
            "mapping of \(keyName) to: \(element.name)", isNested: true,
            describe: { element.describe($0.child("<\(keyName)>", $0.node)) }
        ) { field in
            guard case .mapping(let entries) = field.node.content else {
                field.report("must be a mapping of \(keyName) to \(element.name), not \(field.node.kindName)")
                return nil
            }
            guard isWithin(count, entries.count, field) else { return nil }
            var result: [String: Element] = [:]
            for entry in entries {
                let child = field.child(entry.key, entry.value)
                if let rest = rule(entry.key) {
                    field.context.report(rest, path: child.path, at: entry.keyMark)
                } else if let value = element.read(child) {
                    result[entry.key] = value
                    if let shown = element.show(value) { child.recordHidingPlaceholders(shown) }
                }
            }
            return result
        }
    }

    private static func members<Element>(
        of field: ConfigurationField, _ nodes: [YAMLNode], _ element: ConfigurationFormat<Element>,
        _ count: ClosedRange<Int>
    ) -> [Element]? {
        guard isWithin(count, nodes.count, field) else { return nil }
        return nodes.enumerated().compactMap { element.read(field.element($0.offset, $0.element)) }
    }

    private static func isWithin(_ range: ClosedRange<Int>, _ count: Int, _ field: ConfigurationField) -> Bool {
        if range.contains(count) { return true }
        let bound = count < range.lowerBound ? range.lowerBound : range.upperBound
        field.report("has \(count) entries; \(count < bound ? "at least" : "at most") \(bound) are needed")
        return false
    }

    /// The members in brackets; hidden if one of them is.
    private static func showAll<Element>(
        _ values: [Element], _ element: ConfigurationFormat<Element>
    ) -> ConfigurationSetting.Value? {
        guard !element.isNested else { return nil }
        guard !values.isEmpty else { return .plain("none") }
        var texts: [String] = []
        var isHidden = false
        for value in values {
            switch element.show(value) {
            case .plain(let text): texts.append(text)
            case .hidden(let secret):
                texts.append(secret.revealed)
                isHidden = true
            case nil: return nil
            }
        }
        return isHidden
            ? .hidden(Secret(texts.joined(separator: "\u{0}"))) : .plain("[\(texts.joined(separator: ", "))]")
    }

    private static func describeMembers<Element>(
        _ element: ConfigurationFormat<Element>
    ) -> (ConfigurationField) -> Void {
        { list in element.describe(list.renamed("\(list.path)[]")) }
    }
}

extension ConfigurationField {
    /// The same value under another path, while keys are described.
    func renamed(_ path: String) -> ConfigurationField {
        ConfigurationField(node, path: path, label: path, context: context)
    }
}
